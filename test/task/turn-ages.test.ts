import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { RecordLatency } from '../../src/observe/record-latency.js';
import { OneTask, type TextRecord } from './one-task.js';

function merged(): StreamsBuilder {
  const builder = new StreamsBuilder();
  builder.stream<string, string>(['in', 'other']).to('out', { name: 'result' });
  return builder;
}

it('tells of each turn how old the oldest record was, of each topic and each sink', () => {
  const latency = new RecordLatency();
  const task = new OneTask(merged().build(), { latency });
  task.now = 10_000;
  task.offer([
    ['in', 'a', '1', 9_000],
    ['in', 'b', '2', 7_000],
    ['in', 'c', '3', 9_900],
    ['other', 'd', '4', 8_500],
  ]);
  expect(task.turn()).toBe(4);
  expect(latency.sources).toHaveLength(2);
  expect(latency.source('in').snapshot()).toMatchObject({ count: 1, sum: 3_000 });
  expect(latency.source('other').snapshot()).toMatchObject({ count: 1, sum: 1_500 });
  expect(latency.sinks).toMatchObject([{ node: 'result', topic: 'out' }]);
  expect(latency.sinks[0]!.endToEnd.snapshot()).toMatchObject({ count: 1, max: 3_000 });

  expect(task.turn()).toBe(0);
  expect(latency.sinks[0]!.endToEnd.snapshot().count).toBe(1);

  task.offer([['in', 'a', '5', 9_990]]);
  task.turn();
  expect(latency.sinks[0]!.endToEnd.snapshot()).toMatchObject({ count: 2, sum: 3_010 });
  expect(latency.source('other').snapshot().count).toBe(1);
});

it('takes what a cache held back for as old as it is when it is written', async () => {
  const builder = new StreamsBuilder();
  builder.stream<string, string>('in').groupByKey().count({ store: 'counts' }).toStream().mapValues(String).to('out');
  const latency = new RecordLatency();
  const task = new OneTask(builder.build(), { latency, cacheBytes: 1_000_000 });
  const records: TextRecord[] = [['in', 'a', '1', 1_000]];
  task.offer(records);
  task.now = 1_100;
  task.turn();
  expect(latency.sinks[0]!.endToEnd.snapshot().count).toBe(0);
  task.now = 31_000;
  await task.task.flush();
  task.task.sealEpoch();
  expect(latency.sinks[0]!.endToEnd.snapshot()).toMatchObject({ count: 1, sum: 30_000 });
});

it('measures nothing, and costs nothing, unless it is asked for', () => {
  const task = new OneTask(merged().build());
  task.offer([['in', 'a', '1', 9_000]]);
  task.turn();
  expect(task.task.partitions.map((queue) => queue.constructor.name)).toEqual(['PartitionQueue', 'PartitionQueue']);
});
