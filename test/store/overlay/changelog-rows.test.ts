import { describe, expect, it } from 'vitest';
import type { Headers } from '../../../src/record/headers.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { StoreSpec } from '../../../src/store/spec.js';
import { spec, StateBench } from '../state-bench.js';

const WINDOW = { retentionMs: 1_000_000, windowSizeMs: 10 };

type Fill = (bench: StateBench) => void;

/** Enough to cut the rows of a window store into chunks. */
const MANY = 2_000;

const STORES: readonly (readonly [
  what: string,
  store: Partial<StoreSpec> & { kind: StoreSpec['kind'] },
  fill: Fill,
])[] = [
  [
    'a plain store',
    { kind: 'keyValue' },
    (bench) => {
      const store = bench.state.get<string, number>('keyValue', 's');
      store.put('a', 1.5);
      store.put('b', 2);
      store.put('a', 3);
      store.put('é', 4);
    },
  ],
  [
    'a timestamped store',
    { kind: 'keyValue', format: 'timestamped' },
    (bench) => {
      const store = bench.state.get<string, number>('keyValue', 's', 'timestamped');
      store.put('a', 1.5, 77);
      store.put('b', 2, 78);
      store.put('a', 3, 79);
    },
  ],
  [
    'a window store',
    { kind: 'window', format: 'timestamped', ...WINDOW },
    (bench) => {
      const store = bench.state.get<string, number>('window', 's', 'timestamped');
      for (let n = 0; n < MANY; n += 1) store.put('a', n, n * 10, n * 10 + 3);
      store.put('b', 1.5, 20, 23);
    },
  ],
  [
    'a store with duplicates',
    { kind: 'window', ...WINDOW, retainDuplicates: true, value: serdes.string() },
    (bench) => {
      const store = bench.state.get<string, string>('window', 's');
      store.put('a', 'x', 5);
      store.put('a', 'y', 5);
      store.put('b', 'z', 7);
    },
  ],
  [
    'a session store',
    { kind: 'session', retentionMs: 1_000_000, sessionGapMs: 10 },
    (bench) => {
      const store = bench.state.get<string, number>('session', 's');
      store.put('a', 0, 5, 1.5);
      store.put('a', 100, 105, 2.5);
      store.put('b', 3, 300, 7);
      store.remove('a', 0, 5);
    },
  ],
  [
    'a store with headers',
    { kind: 'keyValue', format: 'headers' },
    (bench) => {
      const store = bench.state.get<string, number>('keyValue', 's', 'headers');
      store.put('a', 1.5, 77, [['h', Buffer.from('x')]]);
      store.put('b', 2, 78);
      store.put('a', 3, 79, [['h', null]]);
    },
  ],
  [
    'a window store with headers',
    { kind: 'window', format: 'headers', ...WINDOW },
    (bench) => {
      const store = bench.state.get<string, number>('window', 's', 'headers');
      for (let n = 0; n < MANY; n += 1) store.put('a', n, n * 10, n * 10 + 3, [['n', Buffer.from(String(n))]]);
      store.put('b', 1.5, 20, 23);
    },
  ],
  [
    'a session store with headers',
    { kind: 'session', format: 'headers', retentionMs: 1_000_000, sessionGapMs: 10 },
    (bench) => {
      const store = bench.state.get<string, number>('session', 's', 'headers');
      store.put('a', 0, 5, 1.5, [['h', Buffer.from('x')]]);
      store.put('a', 100, 105, 2.5);
      store.remove('a', 0, 5);
      store.put('b', 3, 300, 7, [['h', null]]);
    },
  ],
  [
    'a store of subscriptions',
    { kind: 'subscription' },
    (bench) => {
      const store = bench.state.get('subscription', 's');
      store.put(Buffer.from('f'), Buffer.from('p1'), Buffer.from('v1'), 5);
      store.put(Buffer.from('f'), Buffer.from('p2'), Buffer.from('v2'), 6);
      store.put(Buffer.from('g'), Buffer.from('p1'), Buffer.from('v3'), 7);
      store.delete(Buffer.from('f'), Buffer.from('p2'), 8);
    },
  ],
];

describe('the rows of a store for a changelog that has lost them', () => {
  it.each(STORES)('are what the changelog would hold once it is compacted: %s', async (_, store, fill) => {
    const bench = new StateBench([spec({ name: 's', ...store })]).openSync();
    bench.record(5, 500);
    fill(bench);
    bench.commitSync();
    const compacted = new Map<string, string>();
    const row = (value: Buffer, headers: Headers): string =>
      [value.toString('hex'), ...headers.map(([name, content]) => `${name}=${String(content)}`)].join(' ');
    for (const { key, value, headers } of bench.changelogs.of('app-s-changelog')) {
      if (value === null) compacted.delete(key.toString('hex'));
      else compacted.set(key.toString('hex'), row(value, headers));
    }
    const rows = new Map<string, string>();
    for await (const { key, value, timestamp, headers } of bench.state.changelogRows('s') ?? []) {
      rows.set(key.toString('hex'), row(value, headers));
      expect(timestamp).toBeGreaterThanOrEqual(0);
    }
    expect(compacted.size).toBeGreaterThan(1);
    expect(rows).toEqual(compacted);
  });

  it('are not to be had of a store with a history', () => {
    const bench = new StateBench([spec({ name: 's', kind: 'versioned', retentionMs: 1000 })]).openSync();
    expect(bench.state.changelogRows('s')).toBeNull();
  });

  it('keep the topic that the offset is of', () => {
    const bench = new StateBench([spec({ name: 's', kind: 'keyValue' })]).openSync();
    expect(bench.state.changelog('s').topicId).toBeNull();
    bench.state.noteTopic('s', 'A');
    expect(bench.state.changelog('s').topicId).toBe('A');
    bench.state.wipe('s');
    expect(bench.state.changelog('s').topicId).toBeNull();
  });
});
