import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { OneTask } from './one-task.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

/** A cached count, and a store that hears of it. */
function twoStores(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', STRINGS)
    .groupByKey()
    .count({ store: 'counts' })
    .filter(() => true, { store: 'filtered' });
  return builder.build();
}

const offsets = (one: OneTask, written: boolean, behindCaches: boolean): number[] =>
  one.task.storedUpTo(written, behindCaches).map(({ offset }) => offset);

it('is what is processed; behind caches what they let go of; on disk what is committed', async () => {
  const one = new OneTask(twoStores(), { cacheBytes: 1_000_000 });
  expect([offsets(one, false, false), offsets(one, true, false)]).toEqual([[0], [0]]);
  one.offer([
    ['in', 'a', 'x', 1],
    ['in', 'a', 'y', 2],
  ]);
  one.turn();
  expect([offsets(one, false, false), offsets(one, false, true), offsets(one, true, false)]).toEqual([[2], [0], [0]]);
  await one.task.flush();
  one.task.sealEpoch();
  expect([offsets(one, false, true), offsets(one, true, false)]).toEqual([[2], [0]]);
  one.offer([['in', 'b', 'z', 3]]);
  one.turn();
  expect([offsets(one, false, false), offsets(one, false, true)]).toEqual([[3], [2]]);
  await one.task.writeEpoch(one.producer.offsets());
  expect([offsets(one, false, true), offsets(one, true, false)]).toEqual([[2], [2]]);
  await one.commit();
  expect([offsets(one, false, true), offsets(one, true, true)]).toEqual([[3], [3]]);
});
