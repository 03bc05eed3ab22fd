import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';

describe('repartitions of a grouped stream', () => {
  const topics = (group: object): string[] => {
    const builder = new StreamsBuilder();
    const grouped = builder.stream<string, string>('in').groupBy((value) => value, group);
    grouped.count({ store: 'one' });
    grouped.count({ store: 'two' });
    return [...builder.build().repartitionTopics.keys()];
  };

  it('are named after the store of each aggregation', () => {
    expect(topics({})).toEqual(['one-repartition', 'two-repartition']);
  });

  it('are one for all when the grouping is named', () => {
    expect(topics({ name: 'by-word' })).toEqual(['by-word-repartition']);
  });

  it('make the table one of the repartitioned topic: what joins it is partitioned like that', () => {
    const builder = new StreamsBuilder();
    const counts = builder
      .stream<string, string>('in')
      .groupBy((value) => value, { name: 'g' })
      .count();
    builder.stream<string, string>('orders', { name: 'orders' }).join(counts, (order) => order);
    expect(builder.build().copartitionGroups.map((group) => [...group].sort())).toEqual([
      ['g-repartition-source', 'orders'],
    ]);
  });
});
