import { describe, expect, it } from 'vitest';
import type { Headers } from '../../../src/record/headers.js';
import { spec, StateBench, type BenchOptions } from '../state-bench.js';

/** One caching table and what it told. */
class Held {
  readonly told: string[] = [];
  readonly bench: StateBench;

  constructor(sendOldValues: boolean, options: BenchOptions = {}) {
    this.bench = new StateBench(
      [spec({ name: 'kv', kind: 'keyValue', format: 'timestamped', caching: true })],
      options,
    ).openSync();
    this.listen(sendOldValues);
  }

  get store() {
    return this.bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
  }

  listen(sendOldValues: boolean): void {
    this.store.setFlushListener((key, now, old, timestamp) => {
      const { topic, partition, offset } = this.bench.context;
      const from = `${String(topic)}-${String(partition)}-${String(offset)}`;
      this.told.push(`${key}: ${String(old)} -> ${String(now)} @${String(timestamp)} of ${from}`);
    }, sendOldValues);
  }

  /** A record with this offset puts a value. */
  put(offset: number, key: string, value: number | null): void {
    this.bench.record(offset);
    this.store.put(key, value, offset);
  }

  takeTold(): string[] {
    return this.told.splice(0);
  }
}

describe('a store that holds updates back', () => {
  it('tells one change a key, in the order of last updates, each under the record that made it', () => {
    const held = new Held(true);
    held.put(1, 'a', 1);
    held.put(2, 'b', 1);
    held.put(3, 'a', 2);
    expect(held.takeTold()).toEqual([]);
    held.bench.record(9);
    held.bench.state.flushCaches();
    expect(held.takeTold()).toEqual(['b: null -> 1 @2 of input-0-2', 'a: null -> 2 @3 of input-0-3']);
    expect(held.bench.context.offset).toBe(9);
  });

  it('gives the value of the last emission as the old one, whether or not it was committed', () => {
    const held = new Held(true);
    held.put(1, 'a', 1);
    held.bench.state.flushCaches();
    held.put(2, 'a', 2);
    held.put(3, 'a', 3);
    held.bench.state.flushCaches();
    held.bench.commitSync();
    held.put(4, 'a', 4);
    held.bench.state.flushCaches();
    expect(held.takeTold()).toEqual([
      'a: null -> 1 @1 of input-0-1',
      'a: 1 -> 3 @3 of input-0-3',
      'a: 3 -> 4 @4 of input-0-4',
    ]);
  });

  it('reads the old value from disk when the put found nothing in memory', async () => {
    const bench = new StateBench(
      [spec({ name: 'kv', kind: 'keyValue', format: 'timestamped', engine: 'level', caching: true })],
      {
        engine: 'level',
      },
    );
    await bench.open();
    const told: unknown[] = [];
    const listen = (): void => {
      bench.state.get('keyValue', 'kv', 'timestamped').setFlushListener((...change) => told.push(change), true);
    };
    listen();
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('a', 1, 1);
    await bench.commit();
    await bench.crash();
    listen();
    told.length = 0;
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('a', 2, 2);
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('b', null, 2);
    bench.state.flushCaches();
    await bench.remove();
    expect(told).toEqual([['a', 2, 1, 2]]);
  });

  it('leaves old values out when nobody asked for them, but still knows whether there was one', () => {
    const held = new Held(false);
    held.put(1, 'a', 1);
    held.bench.commitSync();
    held.takeTold();
    held.put(2, 'a', null);
    held.put(3, 'never', null);
    held.bench.state.flushCaches();
    expect(held.takeTold()).toEqual(['a: null -> null @2 of input-0-2']);
  });

  it('says nothing of what came and went, and logs nothing of it', () => {
    const held = new Held(true);
    held.put(1, 'a', 1);
    held.put(2, 'a', null);
    held.bench.commitSync();
    expect(held.takeTold()).toEqual([]);
    expect(held.bench.changelogs.of('app-kv-changelog')).toEqual([]);
  });

  it('tells a deletion with the time of the record that deleted', () => {
    const held = new Held(true);
    held.put(1, 'a', 1);
    held.bench.commitSync();
    held.bench.record(7, 70);
    held.store.put('a', null, 70);
    held.bench.state.flushCaches();
    expect(held.takeTold().at(-1)).toBe('a: 1 -> null @70 of input-0-7');
  });

  it('gives back the headers of the last update, and the current ones afterwards', () => {
    const held = new Held(true);
    const old: Headers = [['trace', Buffer.from('1')]];
    const current: Headers = [['trace', Buffer.from('2')]];
    const seen: Headers[] = [];
    held.store.setFlushListener(() => seen.push(held.bench.context.headers), true);
    held.bench.record(1, 1, old);
    held.store.put('a', 1, 1);
    held.bench.record(2, 2, current);
    held.bench.state.flushCaches();
    expect(seen).toEqual([old]);
    expect(held.bench.context.headers).toBe(current);
  });

  it('tells everything when too much is held back, the oldest first, within the put', () => {
    // As Kafka Streams counts: key, value, 45 of overhead, topic "input". Two fit, three do not.
    const entry = 1 + 8 + 45 + 'input'.length;
    const held = new Held(true, { cacheBytes: 2 * entry });
    held.put(1, 'a', 1);
    held.put(2, 'b', 2);
    expect(held.takeTold()).toEqual([]);
    held.put(3, 'c', 3);
    expect(held.takeTold()).toEqual([
      'a: null -> 1 @1 of input-0-1',
      'b: null -> 2 @2 of input-0-2',
      'c: null -> 3 @3 of input-0-3',
    ]);
    held.put(4, 'd', 4);
    expect(held.takeTold()).toEqual([]);
    expect(held.bench.context.offset).toBe(4);
  });

  it('holds nothing back with a cache of no bytes: the operator forwards itself', () => {
    const held = new Held(true, { cacheBytes: 0 });
    expect(held.store.caching).toBe(false);
    held.put(1, 'a', 1);
    held.bench.commitSync();
    expect(held.takeTold()).toEqual([]);
  });

  it('flushes what one flush puts into a later or an earlier store', () => {
    const stores = ['first', 'second'].map((name) =>
      spec({ name, kind: 'keyValue', format: 'timestamped', caching: true }),
    );
    const bench = new StateBench(stores).openSync();
    const [first, second] = stores.map(({ name }) => bench.state.get<string, number>('keyValue', name, 'timestamped'));
    const told: string[] = [];
    first?.setFlushListener((key, now) => {
      told.push(`first ${key} ${String(now)}`);
      second?.put(`${key}'`, now, 1);
    }, false);
    second?.setFlushListener((key, now) => {
      told.push(`second ${key} ${String(now)}`);
      if (key.length < 4) first?.put(`${key}'`, now, 1);
    }, false);
    first?.put('a', 1, 1);
    bench.state.flushCaches();
    expect(told).toEqual(['first a 1', "second a' 1", "first a'' 1", "second a''' 1"]);
    bench.commitSync();
  });

  it('refuses to seal what was not told', () => {
    const held = new Held(true);
    held.put(1, 'a', 1);
    expect(() => {
      held.bench.state.sealEpoch(held.bench.changelogs);
    }).toThrow(/store kv holds updates back: call flushCaches first.*of task 0_0/);
  });

  it('is no different from any other store while nobody listens', () => {
    const bench = new StateBench([
      spec({ name: 'kv', kind: 'keyValue', format: 'timestamped', caching: true }),
    ]).openSync();
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('a', 1, 1);
    bench.commitSync();
    expect(bench.changelogs.of('app-kv-changelog')).toHaveLength(1);
  });
});

describe('a window store that holds updates back', () => {
  it('tells one change a window, in the order of last updates', () => {
    const bench = new StateBench([
      spec({ name: 'w', kind: 'window', format: 'timestamped', caching: true, retentionMs: 100, windowSizeMs: 10 }),
    ]).openSync();
    const store = bench.state.get<string, number>('window', 'w', 'timestamped');
    const told: unknown[] = [];
    store.setFlushListener((...change) => told.push(change), true);
    store.put('a', 1, 0, 1);
    store.put('a', 1, 10, 11);
    store.put('b', 5, 0, 2);
    store.put('a', 2, 0, 3);
    bench.state.flushCaches();
    expect(told.splice(0)).toEqual([
      ['a', 10, 1, null, 11],
      ['b', 0, 5, null, 2],
      ['a', 0, 2, null, 3],
    ]);
    bench.commitSync();
    bench.record(20, 30);
    store.put('a', null, 0, 30);
    store.put('b', 6, 0, 4);
    bench.state.flushCaches();
    expect(told).toEqual([
      ['a', 0, null, 2, 30],
      ['b', 0, 6, 5, 4],
    ]);
  });
});
