import { describe, expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import type { SessionStore } from '../../../../src/store/session-store.js';
import { spec, StateBench, type BenchOptions, type SpecPart } from '../../state-bench.js';

const RETENTION = 100_000;

function bench(options: BenchOptions = {}, part: SpecPart = {}): StateBench {
  const store = spec({
    name: 's',
    kind: 'session',
    value: serdes.string(),
    engine: 'level',
    retentionMs: RETENTION,
    sessionGapMs: 10,
    ...part,
  });
  return new StateBench([store], options).openSync();
}

const store = (on: StateBench): SessionStore<string, string> => on.state.get('session', 's');

describe('rows of sessions', () => {
  it('are found again however many sessions a key has, and however often they are written', async () => {
    const on = bench({ cacheBytes: 0 });
    const long = 'x'.repeat(100);
    // More than a chunk of a row, in changes that touch old chunks too.
    for (let at = 0; at < 500; at += 1) {
      store(on).put('a', at * 10, at * 10 + 1, long + String(at));
      if (at % 7 === 0 && at > 100) store(on).remove('a', (at - 100) * 10, (at - 100) * 10 + 1);
      if (at % 50 === 0) await on.commit();
    }
    await on.commit();
    const expected = Array.from({ length: 500 }, (_, at) => at)
      .filter((at) => !((at + 100) % 7 === 0 && at > 0 && at < 400))
      .map((at) => ({ start: at * 10, end: at * 10 + 1, value: long + String(at) }));
    expect(store(on).fetch('a')).toEqual(expected);
    expect(store(on).findSessions('a', 1000, 1020)).toEqual(
      expected.filter(({ start, end }) => end >= 1000 && start <= 1020),
    );
  });

  it('cost no memory for sessions that came and went within an epoch', () => {
    const on = bench();
    store(on).put('a', 0, 0, 'v');
    store(on).put('a', 0, 1, 'v');
    store(on).remove('a', 0, 0);
    const { residentBytes, dirtyBytes } = on.budget;
    // All within one row.
    for (let end = 2; end <= 6_000; end += 1) {
      store(on).remove('a', 0, end - 1);
      store(on).put('a', 0, end, 'v');
    }
    expect([on.budget.residentBytes, on.budget.dirtyBytes]).toEqual([residentBytes, dirtyBytes]);
  });

  it('give back the memory of what expires, and are removed from disk', async () => {
    const on = bench({ cacheBytes: 10_000_000 });
    for (let key = 0; key < 100; key += 1) store(on).put(`k${String(key)}`, 0, 0, 'v');
    await on.commit();
    const before = on.budget.residentBytes;
    store(on).put('late', RETENTION * 3, RETENTION * 3, 'v');
    expect(on.budget.residentBytes).toBeLessThan(before / 10);
    await on.commit();
    expect(store(on).fetch('k1')).toEqual([]);
    expect(await store(on).all().toArray()).toHaveLength(1);
    expect(store(on).expiredPuts).toBe(0);
    store(on).put('k1', 0, 0, 'v');
    expect(store(on).expiredPuts).toBe(1);
  });

  it('are looked for only as far as the longest session reaches', () => {
    const on = bench();
    store(on).put('a', 0, 30_000, 'long');
    store(on).put('a', 60_000, 60_000, 'short');
    // It ends many rows after the record that is in reach of it.
    expect(store(on).findSessions('a', 90, 110)).toEqual([{ start: 0, end: 30_000, value: 'long' }]);
  });

  it('are all found after a jump of time that is still held back', () => {
    const on = bench({ cacheBytes: 1_000_000 }, { caching: true });
    store(on).setFlushListener(() => undefined, false);
    store(on).put('a', 5, 5, 'then');
    store(on).put('a', 1_700_000_000_000, 1_700_000_000_000, 'now');
    expect(
      store(on)
        .fetch('a')
        .map(({ value }) => value),
    ).toEqual(['then', 'now']);
  });

  it('are logged as they are at the end, when one that was not there was deleted first and then put', () => {
    const on = bench({ cacheBytes: 0 });
    store(on).put('a', 320, 320, 'v');
    store(on).put('a', 320, 350, null);
    // The slot of the first, which is among the changes before the deletion, is free for the next.
    store(on).remove('a', 320, 320);
    store(on).put('a', 320, 350, 'w');
    on.commitSync();
    expect(on.changelogs.of('app-s-changelog').map(({ value }) => value?.toString())).toEqual(['w']);
  });

  it('are logged as deleted where they have expired and been let go of, but may still be put', () => {
    const on = bench({ cacheBytes: 0 });
    store(on).put('b', 159_000, 159_000, 'time goes on');
    store(on).put('a', 100, 100, 'v');
    on.commitSync();
    store(on).put('a', 100, 100, 'w');
    store(on).remove('a', 100, 100);
    on.commitSync();
    const ofA = on.changelogs.of('app-s-changelog').filter(({ key }) => key.toString('latin1').startsWith('a'));
    expect(ofA.map(({ value }) => value && value.toString())).toEqual(['v', null]);
  });

  it('are emptied by a wipe', async () => {
    const on = bench();
    store(on).put('a', 5, 9, 'v');
    await on.commit();
    on.state.wipe('s');
    expect(store(on).fetch('a')).toEqual([]);
    expect(store(on).streamTime).toBe(-1);
    store(on).put('a', 5, 9, 'w');
    await on.commit();
    expect(store(on).fetchSession('a', 5, 9)).toBe('w');
  });
});

describe('scans of sessions', () => {
  it('take keys between two keys, from memory and disk', async () => {
    const on = bench();
    store(on).put('a', 1, 2, 'a1');
    store(on).put('b', 1, 3, 'b1');
    await on.commit();
    store(on).put('b', 4, 5, 'b4');
    store(on).put('c', 4, 6, 'c4');
    const shown = (await store(on).fetchKeys('b', 'c').toArray()).map(([key, value]) => `${key.toString()}=${value}`);
    expect(shown).toEqual(['[b@1/3]=b1', '[b@4/5]=b4', '[c@4/6]=c4']);
    expect((await store(on).fetchKeys(null, 'a').toArray()).map(([, value]) => value)).toEqual(['a1']);
    expect(store(on).findSessionsByEnd(3, 5).synchronous).toBe(true);
    expect([...store(on).findSessionsByEnd(3, 5)].map(([, value]) => value)).toEqual(['b1', 'b4']);
  });
});
