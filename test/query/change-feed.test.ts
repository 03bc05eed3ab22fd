import { expect, it } from 'vitest';
import { ChangeFeed, type ChangeEvent } from '../../src/query/change-feed.js';
import { Position } from '../../src/query/position.js';

const change = (value: number): ChangeEvent<string, number> => ({
  ...{ type: 'change', key: 'a', value, timestamp: null, start: null, end: null, position: Position.EMPTY },
});

it('gives changes in their order, waiting for them', async () => {
  const feed = new ChangeFeed<string, number>(10, () => undefined);
  const first = feed.next();
  feed.add(change(1));
  feed.add(change(2));
  expect([await first, await feed.next()]).toEqual([
    { done: false, value: change(1) },
    { done: false, value: change(2) },
  ]);
});

it('says how much was left out where nobody took it, and goes on behind that', async () => {
  const feed = new ChangeFeed<string, number>(2, () => undefined);
  for (let n = 1; n <= 5; n += 1) feed.add(change(n));
  feed.add({ type: 'partitions', partitions: [1] });
  const events: unknown[] = [];
  for (let n = 0; n < 4; n += 1) events.push((await feed.next()).value);
  expect(events).toEqual([
    change(1),
    change(2),
    { type: 'partitions', partitions: [1] },
    { type: 'behind', missed: 3 },
  ]);
  feed.add(change(6));
  expect((await feed.next()).value).toEqual(change(6));
});

it('ends where the loop is left, and for whoever waits', async () => {
  let closed = 0;
  const feed = new ChangeFeed<string, number>(2, () => (closed += 1));
  feed.add(change(1));
  for await (const event of feed) {
    expect(event).toEqual(change(1));
    break;
  }
  feed.add(change(2));
  expect([await feed.next(), closed]).toEqual([{ done: true, value: undefined }, 1]);
  const other = new ChangeFeed<string, number>(2, () => undefined);
  const waiting = other.next();
  other.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
});
