/** What stores have given out stays as it is, whatever the store does next, and shows nothing of the store. */
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../../src/serde/serde.js';
import { serdes } from '../../../src/serde/serdes.js';
import { readOnly } from '../../../src/store/read-only.js';
import type { StoreFormat, StoreKind } from '../../../src/store/spec.js';
import { spec, StateBench } from '../state-bench.js';

/** A user's serde of immutable values that has no fast paths. */
const plain: Serde<number> = {
  immutable: true,
  serialize: (value) => Buffer.from(String(value)),
  deserialize: (bytes) => Number(bytes.toString()),
};

function benchOf(kind: StoreKind, format: StoreFormat, value: Serde<unknown>, caching: boolean): StateBench {
  const times = { retentionMs: 1000, windowSizeMs: 10, sessionGapMs: 10 };
  return new StateBench([spec({ name: 's', kind, format, value, caching, ...times })]).openSync();
}

/** Tells what reads give, and later that it is still the same. */
class Given {
  private readonly kept: (readonly [given: unknown, text: string])[] = [];

  keep(given: unknown): void {
    this.kept.push([given, JSON.stringify(given)]);
  }

  check(): void {
    for (const [given, text] of this.kept) expect(JSON.stringify(given)).toBe(text);
  }
}

describe.each([
  ['doubles', serdes.double()],
  ['longs', serdes.long()],
  ['JSON', serdes.json<number>()],
  ['immutable values of a user', plain],
] as const)('rows of %s', (_name, value) => {
  describe.each([false, true])('with caching %s', (caching) => {
    it('of a timestamped store', () => {
      const bench = benchOf('keyValue', 'timestamped', value, caching);
      const store = bench.state.get<string, number>('keyValue', 's', 'timestamped');
      if (caching) store.setFlushListener(() => undefined, true);
      const given = new Given();
      for (let round = 1; round <= 5; round += 1) {
        given.keep(store.putIfAbsent('other', round, round));
        given.keep(store.delete('gone', round));
        store.put('k', round, round);
        store.put('gone', round, round);
        expect(store.get('k')).toEqual({ value: round, timestamp: round });
        expect(Object.keys(store.get('k') as object).sort()).toEqual(['timestamp', 'value']);
        given.keep(store.get('k'));
        given.keep(readOnly(store).get('k'));
        given.keep([...store.all()]);
        given.keep([...store.reverseRange(null, null)]);
        const walk = store.all()[Symbol.iterator]();
        given.keep(walk.next());
        if (round % 2 === 0) bench.commitSync();
      }
      given.check();
    });

    it('of a timestamped window store', () => {
      const bench = benchOf('window', 'timestamped', value, caching);
      const store = bench.state.get<string, number>('window', 's', 'timestamped');
      if (caching) store.setFlushListener(() => undefined, true);
      const given = new Given();
      for (let round = 1; round <= 5; round += 1) {
        store.put('k', round, 10, round);
        store.put('k', round, 20, round);
        expect(store.fetch('k', 10)).toEqual({ value: round, timestamp: round });
        expect(Object.keys(store.fetch('k', 10) as object).sort()).toEqual(['timestamp', 'value']);
        given.keep(store.fetch('k', 10));
        given.keep(store.fetchRange('k', 0, 100));
        given.keep(store.fetchLatest('k', 0, 100));
        given.keep([...store.all()]);
        if (round % 2 === 0) bench.commitSync();
      }
      given.check();
    });

    it('of a session store', () => {
      const bench = benchOf('session', 'plain', value, caching);
      const store = bench.state.get<string, number>('session', 's');
      if (caching) store.setFlushListener(() => undefined, true);
      const given = new Given();
      for (let round = 1; round <= 5; round += 1) {
        store.put('k', 10, 20, round);
        store.put('k', 40, 40 + round, round);
        given.keep(store.fetch('k'));
        given.keep(store.findSessions('k', 0, 1000));
        given.keep([...store.all()]);
        store.remove('k', 40, 40 + round);
        if (round % 2 === 0) bench.commitSync();
      }
      given.check();
    });
  });

  it('of a versioned store', () => {
    const bench = benchOf('versioned', 'plain', value, false);
    const store = bench.state.get<string, number>('versioned', 's');
    const given = new Given();
    for (let round = 1; round <= 5; round += 1) {
      store.put('k', round, 10);
      store.put('k', round * 2, 10 + round);
      given.keep(store.get('k'));
      given.keep(store.getAsOf('k', 10));
      given.keep(store.delete('k', 15));
      if (round % 2 === 0) bench.commitSync();
    }
    given.check();
  });
});

describe('what a serde gives', () => {
  it('is no view of the bytes that the store holds', () => {
    const view: Serde<Uint8Array> = {
      serialize: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      deserialize: (bytes) => bytes.subarray(1),
    };
    const bench = benchOf('keyValue', 'plain', view, false);
    const store = bench.state.get<string, Uint8Array>('keyValue', 's');
    const put = Buffer.from('xabc');
    store.put('k', put);
    put.fill(0);
    store.get('k')?.fill(0);
    expect(String(store.get('k'))).toBe('abc');
  });
});
