import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../../../../src/store/session-store.js';
import { spec, StateBench } from '../../state-bench.js';

function open(): { bench: StateBench; store: SessionStore<string, number> } {
  const bench = new StateBench([spec({ name: 's', kind: 'session', retentionMs: 1_000, sessionGapMs: 10 })]).openSync();
  bench.record(1);
  return { bench, store: bench.state.get('session', 's') };
}

/** Key, start, end and whether there is a value, of what was logged since the last call. */
function logged(bench: StateBench): string[] {
  bench.commitSync();
  const records = bench.changelogs.of('app-s-changelog').splice(0);
  return records.map(({ key, value }) => {
    const tail = key.length - 16;
    const [end, start] = [key.readBigInt64BE(tail), key.readBigInt64BE(tail + 8)];
    return `${key.toString('utf8', 0, tail)}@${String(start)}-${String(end)} ${value === null ? 'gone' : 'there'}`;
  });
}

describe('the changelog of sessions', () => {
  it('does not tell of one that came and went where something later tells of the time', () => {
    const { bench, store } = open();
    store.put('a', 0, 10, 1);
    store.remove('a', 0, 10);
    store.put('a', 0, 20, 2);
    expect(logged(bench)).toEqual(['a@0-20 there']);
  });

  it('tells of the latest one that came and went where nothing else tells of its time', () => {
    const { bench, store } = open();
    for (const end of [30, 50, 40]) {
      store.put('a', 0, end, 1);
      store.remove('a', 0, end);
    }
    store.put('b', 0, 5, 1);
    expect(logged(bench)).toEqual(['b@0-5 there', 'a@0-50 gone']);
    // Once is enough.
    store.put('b', 0, 6, 1);
    expect(logged(bench)).toEqual(['b@0-6 there']);
  });

  it('tells of the end of one that it knew', () => {
    const { bench, store } = open();
    store.put('a', 0, 10, 1);
    expect(logged(bench)).toEqual(['a@0-10 there']);
    store.remove('a', 0, 10);
    expect(logged(bench)).toEqual(['a@0-10 gone']);
  });
});
