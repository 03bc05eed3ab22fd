import { describe, expect, it } from 'vitest';
import { javaPartOrder } from '../../src/topology/java-part-order.js';
import { planPartitions } from '../../src/topology/partition-plan.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { Parts } from './parts.js';

describe('javaPartOrder', () => {
  it('leaves out parts without topics and keeps all others', () => {
    const topology = new Parts().from('a').from('b', /x/).from('c').build();
    const topics = new Map([
      [0, ['a']],
      [1, []],
      [2, ['c']],
    ]);
    expect(
      javaPartOrder(topology, 'app', topics)
        .map((part) => part.id)
        .sort(),
    ).toEqual([0, 2]);
  });

  // Each line as Kafka Streams counted it; where a join narrows, the name of the application alone decides.
  it.each([
    ['app', 2],
    ['app-1', 9],
    ['app-2', 2],
    ['app-3', 9],
    ['app-4', 9],
    ['app-5', 9],
    ['orders', 9],
    ['shop', 9],
    ['windowed-count', 9],
    ['Zz', 2],
  ])('gives application %s the count that the JVM gave it', (applicationId, partitions) => {
    const builder = new StreamsBuilder();
    builder
      .stream<string, string>('orders')
      .selectKey((value) => value)
      .join(builder.table<string, string>('users'), (order) => order)
      .groupBy((value) => value)
      .count({ store: 'counts' });
    const topics = new Map([
      ['orders', 9],
      ['users', 2],
    ]);
    const plan = planPartitions(builder.build(), applicationId, topics);
    expect(plan.internalTopics.get(`${applicationId}-counts-repartition`)).toBe(partitions);
  });
});
