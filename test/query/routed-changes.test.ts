import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeEvent, ChangeFeed } from '../../src/query/change-feed.js';
import { serdes } from '../../src/serde/serdes.js';
import { Authority } from '../serve/own-certificates.js';
import { spec } from '../store/state-bench.js';
import { StoreGroup, TOKEN, type StoreInstance, type StoreTask } from './store-instances.js';

const SPECS = [
  spec({ name: 'counts', kind: 'keyValue', format: 'timestamped', value: serdes.double() }),
  spec({ name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1000, windowSizeMs: 10 }),
];
const KEYS = Array.from({ length: 40 }, (_, n) => `k${String(n)}`);

let group: StoreGroup;
const feeds: ChangeFeed<unknown, unknown>[] = [];
afterEach(async () => {
  for (const feed of feeds.splice(0)) feed.close();
  await group.end();
});

let offset = 0;
function put(key: string, value: number | null): void {
  const task = group.taskOf(key);
  const { state, context } = task.bench;
  offset += 1;
  context.set('input', group.tasks.indexOf(task), offset, offset, []);
  state.get<string, number>('keyValue', 'counts', 'timestamped').put(key, value, offset);
}

function keyOf(task: StoreTask): string {
  return KEYS.find((key) => group.taskOf(key) === task) as string;
}

function follow(from: StoreInstance, store: string, options: object = {}): ChangeFeed<unknown, unknown> {
  const feed = from.queries.subscribe(store, options);
  feeds.push(feed);
  return feed;
}

type Event = ChangeEvent<unknown, unknown>;

async function next(feed: ChangeFeed<unknown, unknown>): Promise<Event> {
  return (await feed.next()).value as Event;
}

/** Reads until these partitions are followed. */
async function followed(feed: ChangeFeed<unknown, unknown>, partitions: readonly number[]): Promise<void> {
  for (;;) {
    const event = await next(feed);
    if (event.type === 'partitions' && String(event.partitions) === String(partitions)) return;
  }
}

async function two(tls?: Parameters<StoreGroup['start']>[3]): Promise<[StoreInstance, StoreInstance]> {
  group = new StoreGroup(SPECS, 3);
  const [zero, one, last] = group.tasks as [StoreTask, StoreTask, StoreTask];
  return [await group.start([zero], TOKEN, undefined, tls), await group.start([one, last], TOKEN, undefined, tls)];
}

/** Takes a task from one instance to another, as a rebalance does. */
function move(task: StoreTask, from: StoreInstance, to: StoreInstance): void {
  from.tasks.delete(task);
  from.followed().tasksChanged();
  to.tasks.add(task);
  to.followed().tasksChanged();
  group.tell();
}

describe('the changes of a store on several instances', () => {
  it('are told to whoever follows it on any of them, with keys, values and positions as there', async () => {
    const [first] = await two();
    const feed = follow(first, 'counts');
    await followed(feed, [0, 1, 2]);
    const [, one, last] = group.tasks as [StoreTask, StoreTask, StoreTask];
    put(keyOf(one), 1.5);
    expect(await next(feed)).toEqual({
      ...{ type: 'change', key: keyOf(one), value: 1.5, timestamp: offset, start: null, end: null },
      position: expect.objectContaining({}) as unknown,
    });
    put(keyOf(last), null);
    const gone = await next(feed);
    expect(gone).toMatchObject({ type: 'change', key: keyOf(last), value: null });
    expect(gone.type === 'change' && String(gone.position)).toBe(`input:2-${String(offset)}`);
    put(keyOf(group.tasks[0] as StoreTask), 7);
    expect(await next(feed)).toMatchObject({ value: 7 });
  });

  it('of one key are asked of the instance that has it alone', async () => {
    const [first] = await two();
    const key = keyOf(group.tasks[1] as StoreTask);
    const other = KEYS.find((one) => one !== key && group.taskOf(one) === group.tasks[1]) as string;
    const feed = follow(first, 'counts', { key });
    await followed(feed, [0, 1, 2]);
    put(other, 1);
    put(key, 2);
    expect(await next(feed)).toMatchObject({ key, value: 2 });
  });

  it.each([1_500, 3_000, 200_000])('of a key of %d bytes are followed as those of any other', async (length) => {
    const [first] = await two();
    const [, , last] = group.tasks as [StoreTask, StoreTask, StoreTask];
    const long = KEYS.map((key) => key.padEnd(length, '.')).find((key) => group.taskOf(key) === last) as string;
    const feed = follow(first, 'counts', { key: long });
    await followed(feed, [0, 1, 2]);
    put(keyOf(last), 1);
    put(long, 2);
    expect(await next(feed)).toMatchObject({ type: 'change', key: long, value: 2 });
  });

  it('of a range between long keys are followed', async () => {
    const [first] = await two();
    const from = 'k2'.padEnd(3_000, '.');
    const to = 'k4'.padEnd(3_000, '.');
    const feed = follow(first, 'counts', { from, to });
    await followed(feed, [0, 1, 2]);
    const all = KEYS.filter((key) => group.taskOf(key) !== group.tasks[0]);
    const inside = all.filter((key) => key > from && key < to);
    expect(inside.length).toBeGreaterThan(1);
    for (const key of all) put(key, 1);
    const told = new Set<unknown>();
    while (told.size < inside.length) {
      const event = await next(feed);
      if (event.type === 'change') told.add(event.key);
    }
    expect([...told].sort()).toEqual(inside.sort());
  });

  it('go on from the next owner when a task moves, and say that there may be a gap', async () => {
    const [first, second] = await two();
    const third = await group.start([]);
    const [, moved] = group.tasks as [StoreTask, StoreTask];
    const feed = follow(first, 'counts', { key: keyOf(moved) });
    await followed(feed, [0, 1, 2]);
    move(moved, second, third);
    // The one that had it tells that it has it no more; the next one is found, and is the only one that has this key.
    await followed(feed, [0, 1]);
    put(keyOf(moved), 3);
    expect(await next(feed)).toMatchObject({ value: 3 });
    move(moved, third, first);
    await followed(feed, [0, 1]);
    put(keyOf(moved), 4);
    const values: unknown[] = [];
    while (!values.includes(4)) {
      const event = await next(feed);
      if (event.type === 'change') values.push(event.value);
    }
    expect(values).toEqual([4]);
  });

  it('are lost with an instance, until it or another one is there', async () => {
    const [first, second] = await two();
    const feed = follow(first, 'counts');
    await followed(feed, [0, 1, 2]);
    await second.server.close();
    await followed(feed, [0]);
    for (const task of [...second.tasks]) move(task, second, first);
    await followed(feed, [0, 1, 2]);
    put(keyOf(group.tasks[1] as StoreTask), 5);
    expect(await next(feed)).toMatchObject({ value: 5 });
  });

  it('hereOnly are those of this instance', async () => {
    const [first] = await two();
    const all = follow(first, 'counts');
    const feed = follow(first, 'counts', { hereOnly: true });
    await followed(all, [0, 1, 2]);
    put(keyOf(group.tasks[1] as StoreTask), 1);
    put(keyOf(group.tasks[0] as StoreTask), 2);
    expect(await next(feed)).toEqual({ type: 'partitions', partitions: [0] });
    expect(await next(feed)).toMatchObject({ value: 2 });
  });

  it('have the times of windows', async () => {
    const [first] = await two();
    const feed = follow(first, 'windows');
    await followed(feed, [0, 1, 2]);
    (group.tasks[1] as StoreTask).state.get<string, number>('window', 'windows', 'timestamped').put('a', 1, 10, 12);
    expect(await next(feed)).toMatchObject({ key: 'a', value: 1, timestamp: 12, start: 10, end: null });
  });

  it('come over TLS where the instances have certificates', async () => {
    const authority = new Authority('ours');
    const [first] = await two({ ...authority.identity('one'), ca: authority.cert, requestClientCert: true });
    const feed = follow(first, 'counts');
    await followed(feed, [0, 1, 2]);
    put(keyOf(group.tasks[1] as StoreTask), 6);
    expect(await next(feed)).toMatchObject({ value: 6 });
  });
});
