import { describe, expect, expectTypeOf, it } from 'vitest';
import { murmur2Partition } from '../../../src/broker/wire/murmur2.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { StoreSpec } from '../../../src/store/spec.js';
import type { Task } from '../../../src/task/task.js';
import type { Topology } from '../../../src/topology/topology.js';
import { readStore } from '../../../src/worker/queries/read-store.js';
import type { StoresOfInstance } from '../../../src/worker/queries/store-parts.js';
import { queryableStores } from '../../../src/worker/queries/store-readers.js';
import { countingStore } from '../../store/counting-store.js';
import { spec, StateBench } from '../../store/state-bench.js';

const SPECS: StoreSpec[] = [
  spec({ name: 'plain', kind: 'keyValue' }),
  spec({ name: 'counts', kind: 'keyValue', format: 'timestamped' }),
  spec({ name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1000, windowSizeMs: 10 }),
  spec({ name: 'times', kind: 'window', retentionMs: 1000, windowSizeMs: 10 }),
  spec({ name: 'sessions', kind: 'session', retentionMs: 1000 }),
  spec({ name: 'history', kind: 'versioned', retentionMs: 1000 }),
  spec({ name: 'headed', kind: 'keyValue', format: 'headers' }),
  spec({ name: 'headed-windows', kind: 'window', format: 'headers', retentionMs: 1000, windowSizeMs: 10 }),
  spec({ name: 'headed-sessions', kind: 'session', format: 'headers', retentionMs: 1000 }),
  countingStore('own'),
];

/** A key of each of three partitions. */
const KEYS = [0, 1, 2].map((partition) => {
  const keys = Array.from({ length: 100 }, (_, n) => `k${n}`);
  return keys.find((key) => murmur2Partition(Buffer.from(key), 3) === partition)!;
});
const [A, B, ELSEWHERE] = KEYS as [string, string, string];

const HEADERS = [['h', Buffer.from('x')]] as const;

/** An instance with two of three tasks, each with a part of every store, and a global table. */
function instance(): StoresOfInstance & { readonly tasks: Task[] } {
  const tasks = [A, B].map((key, index) => {
    const { state } = new StateBench(SPECS).openSync();
    state.get<string, number>('keyValue', 'plain').put(key, index);
    state.get<string, number>('keyValue', 'counts', 'timestamped').put(key, index, 5);
    state.get<string, number>('window', 'windows', 'timestamped').put(key, index, 10, 5);
    state.get<string, number>('window', 'times').put(key, index, 10);
    state.get<string, number>('session', 'sessions').put(key, 10, 20, index);
    state.get<string, number>('session', 'sessions').put(key, 40, 40, index);
    state.get<string, number>('versioned', 'history').put(key, index, 5);
    state.get<string, number>('versioned', 'history').put(key, index + 7, 9);
    state.get<string, number>('keyValue', 'headed', 'headers').put(key, index, 5, HEADERS);
    state.get<string, number>('window', 'headed-windows', 'headers').put(key, index, 10, 5, HEADERS);
    state.get<string, number>('session', 'headed-sessions', 'headers').put(key, 10, 20, index, HEADERS);
    return { id: `0_${index}`, state } as unknown as Task;
  });
  const global = spec({ name: 'world', kind: 'keyValue', format: 'timestamped' });
  const { state } = new StateBench([global]).openSync();
  state.get<string, number>('keyValue', 'world', 'timestamped').put('x', 1, 2);
  return {
    tasks,
    topology: {
      stores: new Map(SPECS.map((one) => [one.name, one])),
      globalStores: [{ store: global }],
      subTopologies: () => [{ id: 0, stores: SPECS.map(({ name }) => name) }],
    } as unknown as Topology,
    config: {
      applicationId: 'app',
      defaultKeySerde: serdes.string(),
      defaultValueSerde: undefined,
      dslStores: 'level',
      dslStoreFormat: null,
    },
    running: () => tasks,
    partitions: () => 3,
    global: (name) => state.stores.find((store) => store.name === name) ?? null,
  };
}

const { keyValue, timestampedKeyValue, window, timestampedWindow, session, versioned } = queryableStores;

describe('a store as this instance has it', () => {
  it('gives values or values with times, by its kind', async () => {
    const counts = readStore('counts', timestampedKeyValue<string, number>(), instance());
    expect(await counts.get(B)).toEqual({ value: 1, timestamp: 5 });
    expect(await counts.all().toArray()).toEqual([
      { key: A, value: 0, timestamp: 5 },
      { key: B, value: 1, timestamp: 5 },
    ]);
    expect(await counts.range(B, B).toArray()).toEqual([{ key: B, value: 1, timestamp: 5 }]);
    expect(await counts.prefix(A, serdes.string()).toArray()).toEqual([{ key: A, value: 0, timestamp: 5 }]);
    expect(await counts.all().toArray(1)).toHaveLength(1);

    const plain = readStore('plain', keyValue<string, number>(), instance());
    expect(await plain.get(B)).toBe(1);
    expect(await plain.all().toArray()).toEqual([
      { key: A, value: 0 },
      { key: B, value: 1 },
    ]);
    expectTypeOf(plain.get(A)).resolves.toEqualTypeOf<number | null>();
    expectTypeOf(counts.get(A)).resolves.toEqualTypeOf<{ readonly value: number; readonly timestamp: number } | null>();
  });

  it('can be asked for values alone where it has times', async () => {
    const counts = readStore('counts', keyValue<string, number>(), instance());
    expect(await counts.get(B)).toBe(1);
    expect(await counts.all().toArray()).toEqual([
      { key: A, value: 0 },
      { key: B, value: 1 },
    ]);
    const windows = readStore('windows', window<string, number>(), instance());
    expect(await windows.get(B, 10)).toBe(1);
    expect(await windows.fetch(B, 0, 100)).toEqual([{ key: B, start: 10, end: 20, value: 1 }]);
  });

  it('gives windows of a key, of a time, of keys, and all', async () => {
    const windows = readStore('windows', timestampedWindow<string, number>(), instance());
    const [a, b] = [A, B].map((key, value) => ({ key, start: 10, end: 20, value, timestamp: 5 }));
    expect(await windows.get(B, 10)).toEqual({ value: 1, timestamp: 5 });
    expect([await windows.get(B, 20), await windows.fetch(A, 11, 100)]).toEqual([null, []]);
    expect(await windows.fetch(B, 0, 100)).toEqual([b]);
    expect(await windows.fetchAll(0, 10).toArray()).toEqual([a, b]);
    expect(await windows.fetchAll(11, 20).toArray()).toEqual([]);
    expect(await windows.range(A, A, 0, 20).toArray()).toEqual([a]);
    expect(await windows.all().toArray()).toEqual([a, b]);
    const times = readStore('times', window<string, number>(), instance());
    expect(await times.fetch(B, 0, 100)).toEqual([{ key: B, start: 10, end: 20, value: 1 }]);
    expect(await times.all().toArray()).toHaveLength(2);
  });

  it('gives sessions by their bounds, in reach of a time, of keys, and all', async () => {
    const sessions = readStore('sessions', session<string, number>(), instance());
    expect([await sessions.get(B, 10, 20), await sessions.get(B, 10, 21)]).toEqual([1, null]);
    expect(await sessions.fetch(B, 15, 15)).toEqual([{ key: B, start: 10, end: 20, value: 1 }]);
    expect((await sessions.fetch(B)).map(({ start }) => start)).toEqual([10, 40]);
    expect((await sessions.fetchAll(21, 50).toArray()).map(({ key, end }) => [key, end])).toEqual([
      [A, 40],
      [B, 40],
    ]);
    expect(await sessions.range(A, A).toArray()).toHaveLength(2);
    expect(await sessions.all().toArray()).toHaveLength(4);
  });

  it('gives the latest version of a key, and the one of a time', async () => {
    const history = readStore('history', versioned<string, number>(), instance());
    expect(await history.get(B)).toEqual({ value: 8, timestamp: 9, validTo: null });
    expect(await history.getAsOf(B, 8)).toEqual({ value: 1, timestamp: 5, validTo: 9 });
    expect(await history.getAsOf(B, 4)).toBeNull();
  });

  it('gives rows that are plain, frozen and no part of the store', async () => {
    const one = instance();
    const counts = readStore('counts', timestampedKeyValue<string, number>(), one);
    const before = await counts.get(A);
    const [row] = await counts.all().toArray();
    one.tasks[0]!.state.get<string, number>('keyValue', 'counts', 'timestamped').put(A, 99, 100);
    expect([before, row]).toEqual([
      { value: 0, timestamp: 5 },
      { key: A, value: 0, timestamp: 5 },
    ]);
    for (const given of [before!, row!]) {
      expect(Object.getPrototypeOf(given)).toBe(Object.prototype);
      expect(Object.isFrozen(given)).toBe(true);
    }
    expect(await counts.get(A)).toEqual({ value: 99, timestamp: 100 });
  });

  it('of a global table is whole', async () => {
    const world = readStore('world', timestampedKeyValue<string, number>(), instance());
    expect([await world.get('x'), await world.get(ELSEWHERE)]).toEqual([{ value: 1, timestamp: 2 }, null]);
  });
});

describe('a key', () => {
  it('that is not there is told apart from one that is not here', async () => {
    const counts = readStore('counts', timestampedKeyValue<string, number>(), instance());
    const absent = Array.from({ length: 100 }, (_, n) => `n${n}`).find(
      (key) => murmur2Partition(Buffer.from(key), 3) === 0,
    )!;
    expect(await counts.get(absent)).toBeNull();
    await expect(counts.get(ELSEWHERE)).rejects.toMatchObject({
      code: 'KEY_NOT_HERE',
      store: 'counts',
      task: '0_2',
      partition: 2,
    });
    for (const asked of [
      readStore('windows', timestampedWindow<string, number>(), instance()).fetch(ELSEWHERE, 0, 100),
      readStore('sessions', session<string, number>(), instance()).fetch(ELSEWHERE),
      readStore('history', versioned<string, number>(), instance()).get(ELSEWHERE),
    ]) {
      await expect(asked).rejects.toMatchObject({ code: 'KEY_NOT_HERE' });
    }
  });
});

describe('a store is refused', () => {
  it('that the topology does not have: the message names those that it has', () => {
    expect(() => readStore('counted', keyValue(), instance())).toThrow(
      /^there is no store counted; the topology has plain, counts, windows, times, sessions, history, headed, headed-windows, headed-sessions, own, world/,
    );
  });

  it('that is of another kind: the message says how to ask', () => {
    expect(() => readStore('sessions', timestampedKeyValue(), instance())).toThrow(
      /^store sessions is of kind session, not timestampedKeyValue: ask for it as queryableStores\.session\(\)/,
    );
    expect(() => readStore('plain', timestampedKeyValue(), instance())).toThrow(/kind keyValue, not timestamped/);
    expect(() => readStore('own', keyValue(), instance())).toThrow(/kind custom, not keyValue: it cannot be read/);
  });

  it('of which no part is here', async () => {
    const nobody = { ...instance(), running: () => [], global: () => null };
    const error = { code: 'STORE_UNAVAILABLE', store: 'counts' };
    await expect(readStore('counts', keyValue(), nobody).get(A)).rejects.toMatchObject(error);
    await expect(readStore('counts', keyValue(), nobody).all().toArray()).rejects.toMatchObject(error);
    await expect(readStore('world', keyValue(), nobody).get('x')).rejects.toThrow(/has not been read yet/);
  });
});

describe('a walk', () => {
  it('over many rows lets others have their turn, and ends when the part leaves', async () => {
    const one = instance();
    const store = one.tasks[0]!.state.get<string, number>('keyValue', 'counts', 'timestamped');
    for (let n = 0; n < 20_000; n += 1) store.put(`key ${n}`, n, 1);
    const counts = readStore('counts', timestampedKeyValue<string, number>(), one);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    let rows = 0;
    for await (const row of counts.all()) rows += row.value >= 0 ? 1 : 0;
    clearInterval(timer);
    expect(rows).toBe(20_002);
    expect(turns).toBeGreaterThan(0);

    const leaving = async (): Promise<void> => {
      for await (const row of counts.all()) if (row.value >= 0) one.tasks.shift();
    };
    await expect(leaving()).rejects.toThrow(/task 0_0 left this instance while its part of store counts was read/);
  });
});

describe('stores that keep headers', () => {
  const of = instance();

  it('show them to who asks for them', async () => {
    const headed = readStore('headed', queryableStores.timestampedKeyValueWithHeaders<string, number>(), of);
    expect(await headed.get(B)).toEqual({ value: 1, timestamp: 5, headers: HEADERS });
    expect(await headed.range(A, A).toArray()).toEqual([{ key: A, value: 0, timestamp: 5, headers: HEADERS }]);
    const windows = readStore('headed-windows', queryableStores.timestampedWindowWithHeaders<string, number>(), of);
    const window = { key: B, start: 10, end: 20, value: 1, timestamp: 5, headers: HEADERS };
    expect(await windows.get(B, 10)).toEqual({ value: 1, timestamp: 5, headers: HEADERS });
    expect(await windows.fetch(B, 0, 50)).toEqual([window]);
    expect(await windows.range(B, B, 0, 50).toArray()).toEqual([window]);
    const sessions = readStore('headed-sessions', queryableStores.sessionWithHeaders<string, number>(), of);
    expect(await sessions.get(B, 10, 20)).toEqual({ value: 1, headers: HEADERS });
    expect(await sessions.fetch(B)).toEqual([{ key: B, start: 10, end: 20, value: 1, headers: HEADERS }]);
  });

  it('can be asked for less', async () => {
    expect(await readStore('headed', queryableStores.timestampedKeyValue(), of).get(B)).toEqual({
      value: 1,
      timestamp: 5,
    });
    expect(await readStore('headed', queryableStores.keyValue(), of).get(B)).toBe(1);
    expect(await readStore('headed-sessions', queryableStores.session(), of).get(B, 10, 20)).toBe(1);
    expect(() => readStore('counts', queryableStores.timestampedKeyValueWithHeaders(), of)).toThrow(
      'ask for it as queryableStores.timestampedKeyValue()',
    );
  });
});
