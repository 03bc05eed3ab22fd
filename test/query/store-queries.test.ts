import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { Position } from '../../src/query/position.js';
import { queries, type Query, type ScanQuery } from '../../src/query/queries.js';
import { QueryError } from '../../src/query/query-error.js';
import type { QueriedRows } from '../../src/query/queried-rows.js';
import type { Answer, StoredRow } from '../../src/query/rows.js';
import type { QueryOptions } from '../../src/query/store-queries.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreSpec } from '../../src/store/spec.js';
import { countingStore } from '../store/counting-store.js';
import { spec } from '../store/state-bench.js';
import { StoreGroup, StoreTask, type StoreInstance } from './store-instances.js';

const longs = { value: serdes.bigint() };
const SPECS: StoreSpec[] = [
  spec({ name: 'plain', kind: 'keyValue', ...longs }),
  spec({ name: 'counts', kind: 'keyValue', format: 'timestamped', ...longs }),
  spec({ name: 'headed', kind: 'keyValue', format: 'headers', ...longs }),
  spec({ name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1_000_000, windowSizeMs: 10, ...longs }),
  spec({ name: 'sessions', kind: 'session', retentionMs: 1_000_000, ...longs }),
  spec({ name: 'headed-sessions', kind: 'session', format: 'headers', retentionMs: 1_000_000, ...longs }),
  spec({ name: 'history', kind: 'versioned', retentionMs: 1_000_000, ...longs }),
  spec({ name: 'pairs', kind: 'window', retentionMs: 1000, windowSizeMs: 10, retainDuplicates: true }),
  countingStore('own'),
];
const WORLD = spec({ name: 'world', kind: 'keyValue', format: 'timestamped', ...longs });
const PARTITIONS = 6;
const HEADERS = [['h', Buffer.from([0, 255])]] as const;
const BIG = 2n ** 62n;
const KEYS = Array.from({ length: 60 }, (_, n) => `k${String(n).padStart(2, '0')}`);

let group: StoreGroup;
let first: StoreInstance;
let second: StoreInstance;

async function start(): Promise<void> {
  const world = new StoreTask('global', [WORLD], 0);
  world.state.get<string, bigint>('keyValue', 'world', 'timestamped').put('earth', BIG, 3);
  group = new StoreGroup(SPECS, PARTITIONS, world, [WORLD]);
  for (const [n, key] of KEYS.entries()) {
    const { state } = group.taskOf(key);
    const value = BIG + BigInt(n);
    state.get<string, bigint>('keyValue', 'plain').put(key, value);
    state.get<string, bigint>('keyValue', 'counts', 'timestamped').put(key, value, n);
    state.get<string, bigint>('keyValue', 'headed', 'headers').put(key, value, n, HEADERS);
    for (const time of [0, 10, 200_000]) {
      state.get<string, bigint>('window', 'windows', 'timestamped').put(key, value, time + (n % 3), n);
      state.get<string, bigint>('session', 'sessions').put(key, time, time + (n % 3), value);
    }
    state.get<string, bigint>('session', 'headed-sessions', 'headers').put(key, 1, 2, value, HEADERS);
    for (const time of [5, 9, 20]) state.get<string, bigint>('versioned', 'history').put(key, BigInt(time), time);
    state.get<string, bigint>('versioned', 'history').put(key, null, 15);
  }
  first = await group.start(group.tasks.slice(0, 3));
  second = await group.start(group.tasks.slice(3));
}

afterEach(() => group.end());

/** As an application types it. */
function ask<R>(query: Query<R>, store = 'counts', options: QueryOptions = {}, from = first): Promise<Answer<R>> {
  return from.queries.query(store, query, options) as Promise<Answer<R>>;
}

function walk<R>(query: ScanQuery<R>, store = 'counts', options: QueryOptions = {}): QueriedRows<R> {
  return first.queries.query(store, query, options) as QueriedRows<R>;
}

async function reasonOf(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(QueryError);
  expect(error).toMatchObject({ code: 'QUERY_FAILED' });
  return (error as QueryError).reason;
}

/** Long enough to be told why. */
const now: QueryOptions = { timeout: 700 };

describe('a key', () => {
  it('is answered by any instance, with all that its store keeps', async () => {
    await start();
    for (const [n, key] of KEYS.entries()) {
      const value = BIG + BigInt(n);
      for (const from of [first, second]) {
        expect((await ask(queries.key(key), 'counts', {}, from)).result).toEqual({
          key,
          value,
          timestamp: n,
          headers: null,
        });
      }
      expect((await ask(queries.key(key), 'plain')).result).toEqual({ key, value, timestamp: null, headers: null });
      expect((await ask(queries.key(key), 'headed')).result).toEqual({ key, value, timestamp: n, headers: HEADERS });
    }
    expect((await ask(queries.key('none'))).result).toBeNull();
    expectTypeOf(queries.key<string, bigint>('a')).toExtend<Query<StoredRow<string, bigint> | null>>();
  });

  it('may be one of many: each instance is asked once', async () => {
    await start();
    const { result } = await ask(queries.keys<string, bigint>([...KEYS, 'none', 'k00']));
    expect(result.map((row) => row?.timestamp ?? null)).toEqual([...KEYS.keys(), null, 0]);
    expect((await ask(queries.keys<string, bigint>([]))).result).toEqual([]);
  });

  it('of a global table is asked here', async () => {
    await start();
    expect((await ask(queries.key('earth'), 'world')).result).toMatchObject({ value: BIG });
    expect((await ask(queries.key('mars'), 'world', { isolation: 'readCommitted' })).result).toBeNull();
    expect(await walk(queries.all<string, bigint>(), 'world').toArray()).toHaveLength(1);
  });

  it('is looked for in the partition that is named, where another partitioner put it', async () => {
    await start();
    const task = group.tasks.find((one) => one !== group.taskOf('k00')) as StoreTask;
    const partition = group.tasks.indexOf(task);
    expect((await ask(queries.key('k00'), 'counts', { partition })).result).toBeNull();
    expect(await reasonOf(ask(queries.key('k00'), 'counts', { partition: PARTITIONS }))).toBe('DOES_NOT_EXIST');
  });
});

describe('windows, sessions and versions of a key', () => {
  it('are answered by any instance', async () => {
    await start();
    for (const [n, key] of KEYS.slice(0, 9).entries()) {
      const value = BIG + BigInt(n);
      const [a, b, c] = [0, 10, 200_000].map((time) => {
        const start = time + (n % 3);
        return { key, value, timestamp: n, headers: null, start, end: start + 10 };
      });
      expect((await ask(queries.window(key, 10 + (n % 3)), 'windows')).result).toEqual(b);
      expect((await ask(queries.window(key, 11 + (n % 3)), 'windows')).result).toBeNull();
      expect((await ask(queries.windows(key), 'windows')).result).toEqual([a, b, c]);
      expect((await ask(queries.windows(key, 0, 100, { order: 'descending' }), 'windows')).result).toEqual([b, a]);
      const session = { key, value, timestamp: null, headers: null, start: 10, end: 10 + (n % 3) };
      expect((await ask(queries.session(key, 10, 10 + (n % 3)), 'sessions')).result).toEqual(session);
      expect((await ask(queries.session(key, 10, 99), 'sessions')).result).toBeNull();
      expect((await ask(queries.sessions(key, 5, 100), 'sessions')).result).toEqual([session]);
      expect((await ask(queries.session(key, 1, 2), 'headed-sessions')).result).toMatchObject({ headers: HEADERS });
      expect((await ask(queries.sessions(key), 'headed-sessions')).result).toMatchObject([{ headers: HEADERS }]);
    }
    const versions = [
      { key: 'k01', value: 5n, timestamp: 5, validTo: 9 },
      { key: 'k01', value: 9n, timestamp: 9, validTo: 15 },
      { key: 'k01', value: 20n, timestamp: 20, validTo: null },
    ];
    expect((await ask(queries.version('k01'), 'history')).result).toEqual(versions[2]);
    expect((await ask(queries.version('k01', 14), 'history')).result).toEqual(versions[1]);
    expect((await ask(queries.version('k01', 15), 'history')).result).toBeNull();
    expect((await ask(queries.versions('k01'), 'history')).result).toEqual(versions);
    expect((await ask(queries.versions('k01', 9, 19), 'history')).result).toEqual([versions[1]]);
    expect((await ask(queries.versions('k01', 8, 20, { order: 'descending' }), 'history')).result).toEqual(
      [...versions].reverse(),
    );
  });
});

describe('a walk', () => {
  const keysOf = (rows: readonly { key: string }[]): string[] => rows.map(({ key }) => key);

  it('gives the rows of all partitions in one order', async () => {
    await start();
    expect(keysOf(await walk(queries.all<string, bigint>()).toArray())).toEqual(KEYS);
    expect(keysOf(await walk(queries.all<string, bigint>({ order: 'descending' })).toArray())).toEqual(
      [...KEYS].reverse(),
    );
    expect(keysOf(await walk(queries.range<string, bigint>('k10', 'k20')).toArray())).toEqual(KEYS.slice(10, 21));
    expect(keysOf(await walk(queries.range<string, bigint>(null, 'k20', { order: 'descending' })).toArray(2))).toEqual([
      'k20',
      'k19',
    ]);
    expect(keysOf(await walk(queries.prefix<string, bigint>('k3', serdes.string())).toArray())).toEqual(
      KEYS.slice(30, 40),
    );
    expect(await walk(queries.all<string, bigint>()).toArray(0)).toEqual([]);
  });

  it.each(['ascending', 'descending'] as const)('goes on behind any page, %s', async (order) => {
    await start();
    const asked = [
      [queries.all<string, bigint>({ order }), 'counts', 60],
      [queries.prefix<string, bigint>('k', serdes.string()), 'counts', 60],
      [queries.windowRange<string, bigint>(0, 1e12, { order }), 'windows', 180],
      [queries.windowRange<string, bigint>(0, 1e12, { order, fromKey: 'k01', toKey: 'k20' }), 'windows', 60],
      [queries.sessionRange<string, bigint>(), 'sessions', 180],
      [queries.sessionRange<string, bigint>(), 'headed-sessions', 60],
    ] as const;
    for (const [query, store, count] of asked) {
      const rows = walk<object>(query, store);
      const whole = await rows.toArray();
      expect(whole).toHaveLength(count);
      for (const limit of [7, 50]) {
        const paged: object[] = [];
        let after = null;
        do {
          const page: Awaited<ReturnType<typeof rows.page>> = await rows.page(limit, after);
          paged.push(...page.rows);
          after = page.next;
        } while (after !== null);
        expect(paged).toEqual(whole);
      }
    }
    const windows = await walk(queries.windowRange<string, bigint>(0, 1e12, { order }), 'windows').toArray();
    const starts = windows.map(({ start }) => start);
    expect(starts).toEqual([...starts].sort((a, b) => (order === 'ascending' ? a - b : b - a)));
    const headed = await walk(queries.sessionRange<string, bigint>(), 'headed-sessions').toArray();
    expect(headed.every(({ headers }) => headers?.[0]?.[1]?.equals(Buffer.from([0, 255])))).toBe(true);
  });

  it('goes on at the new owner of a task that moves meanwhile', async () => {
    await start();
    const rows: string[] = [];
    for await (const { key } of walk(queries.all<string, bigint>())) {
      rows.push(key);
      if (rows.length !== 5) continue;
      const moved = [...second.tasks];
      second.tasks.clear();
      for (const task of moved) first.tasks.add(task);
      group.tell();
    }
    expect(rows).toEqual(KEYS);
  });
});

describe('who is asked', () => {
  it('is the new owner, once a task has moved', async () => {
    await start();
    const task = group.taskOf('k00');
    const [from, to] = first.tasks.has(task) ? [first, second] : [second, first];
    from.tasks.delete(task);
    // Its place is not told yet, and it does not run anywhere.
    expect(await reasonOf(ask(queries.key('k00'), 'counts', now))).toBe('NOT_PRESENT');
    expect(await reasonOf(ask(queries.key('k00'), 'counts', { hereOnly: true, timeout: 60_000 }))).toBe('NOT_PRESENT');
    const waiting = ask(queries.key<string, bigint>('k00'), 'counts', { timeout: 60_000 });
    to.tasks.add(task);
    group.tell();
    expect((await waiting).result).toMatchObject({ timestamp: 0 });
  });

  it('may have ended: others are asked as soon as they have the task', async () => {
    await start();
    const lost = [...second.tasks];
    await second.server.close();
    const key = KEYS.find((one) => lost.includes(group.taskOf(one))) as string;
    expect(await reasonOf(ask(queries.key(key), 'counts', now))).toBe('UNREACHABLE');
    const waiting = ask(queries.key<string, bigint>(key), 'counts', { timeout: 60_000 });
    second.tasks.clear();
    for (const task of lost) first.tasks.add(task);
    group.tell();
    expect((await waiting).result).toMatchObject({ key });
  });

  it('has its loop give way sooner, as has who asks', async () => {
    await start();
    const key = KEYS.find((one) => second.tasks.has(group.taskOf(one))) as string;
    [first.asked, second.asked] = [0, 0];
    await ask(queries.key(key));
    expect([first.asked, second.asked]).toEqual([1, 1]);
  });

  it('does not answer while the group may have given its tasks to others', async () => {
    await start();
    first.overdue = second.overdue = true;
    expect(await reasonOf(ask(queries.key('k00'), 'counts', now))).toBe('NOT_ACTIVE');
    second.overdue = first.overdue = false;
    expect((await ask(queries.key('k00'))).result).not.toBeNull();
  });

  it('must have the same token', async () => {
    await start();
    const stranger = await group.start([], 'another-horse-battery');
    const failed = ask(queries.keys(KEYS), 'counts', now, stranger);
    await expect(failed).rejects.toThrow(/must have the same/);
  });
});

describe('positions', () => {
  it('come with each answer, and can be asked for', async () => {
    await start();
    const task = group.taskOf('k00');
    const partition = group.tasks.indexOf(task);
    task.processed = 10;
    const { position } = await ask(queries.key('k00'));
    expect(position.toJSON()).toEqual({ input: { [partition]: 9 } });
    expect((await ask(queries.key('k00'), 'counts', { atLeast: String(position) })).result).not.toBeNull();
    const next = Position.of('input', partition, 10);
    expect(await reasonOf(ask(queries.key('k00'), 'counts', { ...now, atLeast: next }))).toBe('NOT_UP_TO_BOUND');
    const waiting = ask(queries.key('k00'), 'counts', { atLeast: next, timeout: 60_000 });
    task.processed = 11;
    expect((await waiting).position.offset('input', partition)).toBe(10);
    // Other partitions are no matter of this one.
    const elsewhere = Position.of('input', (partition + 1) % PARTITIONS, 99);
    expect((await ask(queries.key('k00'), 'counts', { atLeast: elsewhere })).result).not.toBeNull();
    expect(await reasonOf(ask(queries.key('k00'), 'counts', { atLeast: Position.of('other', 0, 1) }))).toBe('INVALID');
    for (const one of group.tasks) one.processed = 4;
    const rows = walk(queries.all<string, bigint>());
    await rows.toArray();
    expect(rows.position.toJSON()).toEqual({ input: { 0: 3, 1: 3, 2: 3, 3: 3, 4: 3, 5: 3 } });
  });

  it('of what is committed are those of the last commit', async () => {
    await start();
    const committed: QueryOptions = { isolation: 'readCommitted' };
    const task = group.taskOf('k00');
    task.processed = 10;
    const before = await ask(queries.key('k00'), 'counts', committed);
    expect([before.result, before.position.isEmpty]).toEqual([null, true]);
    expect(await walk(queries.all(), 'counts', committed).toArray()).toEqual([]);
    task.commit();
    task.processed = 12;
    task.state.get<string, bigint>('keyValue', 'counts', 'timestamped').put('k00', 1n, 99);
    const after = await ask(queries.key<string, bigint>('k00'), 'counts', committed);
    expect(after.result).toMatchObject({ value: BIG, timestamp: 0 });
    expect(after.position.offset('input', group.tasks.indexOf(task))).toBe(9);
    expect((await ask(queries.key<string, bigint>('k00'))).result).toMatchObject({ value: 1n, timestamp: 99 });
    for (const [query, store] of [
      [queries.windows('k00'), 'windows'],
      [queries.sessions('k00'), 'sessions'],
      [queries.versions('k00'), 'history'],
    ] as const) {
      expect((await ask<readonly unknown[]>(query as never, store, committed)).result).toHaveLength(3);
    }
    task.commit();
    expect((await ask(queries.key<string, bigint>('k00'), 'counts', committed)).result).toMatchObject({ value: 1n });
  });
});

describe('what has no answer', () => {
  it('has a reason', async () => {
    await start();
    expect(await reasonOf(ask(queries.key('a'), 'no-such-store'))).toBe('DOES_NOT_EXIST');
    expect(await reasonOf(ask(queries.key('a'), 'windows'))).toBe('UNKNOWN_QUERY_TYPE');
    expect(await reasonOf(ask(queries.sessions('a'), 'counts'))).toBe('UNKNOWN_QUERY_TYPE');
    expect(await reasonOf(ask(queries.window('a', 1), 'pairs'))).toBe('UNKNOWN_QUERY_TYPE');
    for (const query of [queries.key('a'), queries.keys(['a'])]) {
      expect(await reasonOf(ask<unknown>(query, 'own'))).toBe('UNKNOWN_QUERY_TYPE');
    }
    expect(await reasonOf(walk(queries.all(), 'own').toArray())).toBe('UNKNOWN_QUERY_TYPE');
    expect((await ask(queries.windows('a'), 'pairs')).result).toEqual([]);
    expect(await reasonOf(ask(queries.key(5)))).toBe('INVALID');
    expect(await reasonOf(walk(queries.range(5, null)).toArray())).toBe('INVALID');
    expect(await reasonOf(ask(queries.key('a'), 'counts', { atLeast: 'x' }))).toBe('INVALID');
    await group.tasks[0]?.state.close();
    const key = KEYS.find((one) => group.taskOf(one) === group.tasks[0]) as string;
    Object.defineProperty(group.tasks[0]!.state, 'stores', {
      get: () => [{ name: 'counts', kind: 'keyValue', format: 'plain', get: () => BigInt('x') }],
    });
    expect(await reasonOf(ask(queries.key(key)))).toBe('STORE_EXCEPTION');
  });
});
