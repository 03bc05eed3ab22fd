import { describe, expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import type { KeyValueStore } from '../../../../src/store/key-value-store.js';
import { spec, StateBench } from '../../state-bench.js';

const recent = spec({ name: 'recent', kind: 'keyValue', value: serdes.string(), maxEntries: 3 });

function bench(): { bench: StateBench; store: () => KeyValueStore<string, string> } {
  const made = new StateBench([recent]).openSync();
  return { bench: made, store: () => made.state.get<string, string>('keyValue', 'recent') };
}

function keys(store: KeyValueStore<string, string>): string[] {
  return [...store.all()].map(([key]) => key);
}

/** Records of the changelog since the last call, as `key=value@time`. */
function logged(of: StateBench): string[] {
  return of.changelogs
    .of('app-recent-changelog')
    .splice(0)
    .map(({ key, value, timestamp }) => `${key.toString()}=${value?.toString() ?? '-'}@${String(timestamp)}`);
}

describe('an LRU store', () => {
  it('makes room by deleting what was used longest ago, with a tombstone at the time of the record that came', () => {
    const { bench: of, store } = bench();
    of.record(1, 10);
    for (const key of ['a', 'b', 'c']) store().put(key, 'x');
    of.commitSync();
    expect(logged(of)).toEqual(['a=x@10', 'b=x@10', 'c=x@10']);
    of.record(2, 20);
    store().put('d', 'y');
    of.commitSync();
    expect(keys(store())).toEqual(['b', 'c', 'd']);
    expect(store().get('a')).toBe(null);
    expect(logged(of)).toEqual(['a=-@20', 'd=y@20']);
  });

  it('counts reads and overwriting as use, but not looking for what is not there', () => {
    const { store } = bench();
    for (const key of ['a', 'b', 'c']) store().put(key, 'x');
    expect(store().get('a')).toBe('x');
    store().put('b', 'y');
    expect(store().get('none')).toBe(null);
    expect(store().putIfAbsent('d', 'z')).toBe(null);
    expect(keys(store())).toEqual(['a', 'b', 'd']);
    store().delete('a');
    store().put('e', 'z');
    expect(keys(store())).toEqual(['b', 'd', 'e']);
  });

  it('is restored in the order of use, and logs nothing of it again', async () => {
    const { bench: of, store } = bench();
    for (const key of ['a', 'b', 'c']) store().put(key, 'x');
    store().put('a', 'y');
    of.commitSync();
    await of.crash();
    expect(keys(store())).toEqual(['a', 'b', 'c']);
    store().put('d', 'z');
    expect(keys(store())).toEqual(['a', 'c', 'd']);
    of.changelogs.of('app-recent-changelog').splice(0);
    of.commitSync();
    expect(logged(of).map((line) => line.replace(/@.*/, ''))).toEqual(['b=-', 'd=z']);
  });

  it('keeps to its size when the changelog holds more, as that of a larger store does', async () => {
    const { bench: of, store } = bench();
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      of.changelogs.append('app-recent-changelog', 0, Buffer.from(key), Buffer.from('x'), [], 5);
    }
    await of.crash();
    expect(keys(store())).toEqual(['c', 'd', 'e']);
    of.changelogs.of('app-recent-changelog').splice(0);
    of.commitSync();
    expect(logged(of)).toEqual([]);
  });
});
