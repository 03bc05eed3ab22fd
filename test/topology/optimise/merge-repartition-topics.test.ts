import { describe, expect, it } from 'vitest';
import type { KStream } from '../../../src/dsl/stream.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { Topology } from '../../../src/topology/topology.js';

type Text = KStream<string, string>;

function optimized(write: (a: Text, b: Text, builder: StreamsBuilder) => void): Topology {
  const builder = new StreamsBuilder();
  write(builder.stream('a'), builder.stream('b'), builder);
  return builder.build({ optimize: ['merge.repartition.topics'] });
}

function topics(topology: Topology): string[] {
  return [...topology.repartitionTopics.keys()];
}

const value = (given: string): string => given;

/** The golden topologies show names; here is what they do not: serdes, soundness, co-partitioning. */
describe('mergeRepartitionTopics', () => {
  it('takes serdes from the first of the merged ones that has any', () => {
    const [key, text] = [serdes.string(), serdes.json<string>()];
    const topology = optimized((a) => {
      const keyed = a.selectKey(value);
      keyed.groupByKey({ key }).count({ store: 'one' });
      keyed.groupByKey({ value: text }).count({ store: 'two' });
    });
    expect(topics(topology)).toEqual(['one-repartition']);
    expect(topology.node('one-repartition-source')).toMatchObject({ key, value: text });
  });

  it('leaves explicit repartitions alone', () => {
    const topology = optimized((a) => {
      const keyed = a.selectKey(value);
      keyed.repartition({ name: 'one' }).to('x');
      keyed.repartition({ name: 'two' }).to('y');
    });
    expect(topics(topology)).toEqual(['one-repartition', 'two-repartition']);
  });

  it('does not reach over an operator that changes values', () => {
    const topology = optimized((a) => {
      const keyed = a.selectKey(value);
      keyed.groupByKey().count({ store: 'one' });
      keyed.mapValues(value).groupByKey().count({ store: 'two' });
    });
    expect(topics(topology).sort()).toEqual(['one-repartition', 'two-repartition']);
  });

  it('merges behind an operator that several repartitions share, which Kafka Streams fails on', () => {
    const topology = optimized((a) => {
      const kept = a.selectKey(value).filter(() => true, { name: 'kept' });
      kept.groupByKey().count({ store: 'one', name: 'first' });
      kept.groupByKey().count({ store: 'two', name: 'second' });
    });
    expect(topics(topology)).toEqual(['one-repartition']);
    expect(topology.node('kept')).toMatchObject({ parents: ['one-repartition-source'] });
    expect(topology.node('first')).toMatchObject({ parents: ['kept'] });
    expect(topology.node('second')).toMatchObject({ parents: ['kept'] });
  });

  it('puts one repartition behind a merge of several changed keys', () => {
    const topology = optimized((a, b) => {
      const all = a.selectKey(value).merge(b.selectKey(value), { name: 'all' });
      all.groupByKey().count({ store: 'one' });
      all.groupByKey().count({ store: 'two' });
    });
    expect(topics(topology)).toEqual(['one-repartition']);
    expect(topology.node('one-repartition-filter')).toMatchObject({ parents: ['all'] });
  });

  it('does not take the repartition away from records of another changed key', () => {
    const topology = optimized((a, b) => {
      const keyed = a.selectKey(value);
      keyed.groupByKey().count({ store: 'own' });
      keyed.merge(b.selectKey(value), { name: 'all' }).groupByKey().count({ store: 'shared' });
    });
    expect(topics(topology).sort()).toEqual(['own-repartition', 'shared-repartition']);
    expect(topology.node('shared-repartition-filter')).toMatchObject({ parents: ['all'] });
  });

  it('wants records that join behind the repartition without one to be partitioned alike', () => {
    const topology = optimized((a, b) => {
      const keyed = a.selectKey(value);
      keyed.groupByKey().count({ store: 'own' });
      keyed.merge(b).groupByKey().count({ store: 'shared' });
    });
    expect(topics(topology)).toEqual(['own-repartition']);
    const groups = topology.copartitionGroups.map((group) => [...group].sort());
    expect(groups).toEqual([['KSTREAM-SOURCE-0000000001', 'own-repartition-source']]);
  });

  it('lets joins find the merged topic', () => {
    const topology = optimized((a, _, builder) => {
      const keyed = a.selectKey(value);
      keyed.groupByKey().count({ store: 'own' });
      keyed.join(builder.table<string, string>('t', { name: 'table' }), value);
    });
    expect(topology.copartitionGroups.map((group) => [...group].sort())).toEqual([
      ['own-repartition-source', 'table-source'],
    ]);
  });
});
