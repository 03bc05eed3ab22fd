import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';

const texts = { key: serdes.string(), value: serdes.string() };

describe('repartition', () => {
  it('hands everything that is said to its topic', () => {
    const builder = new StreamsBuilder();
    const partitioner = (): number => 1;
    const value = serdes.json<string>();
    builder
      .stream('in', texts)
      .repartition({ name: 'wide', partitions: 12, partitioner, value })
      .to('out', { name: 'out' });
    const topology = builder.build();
    expect(topology.repartitionTopics.get('wide-repartition')).toEqual({ name: 'wide-repartition', partitions: 12 });
    expect(topology.node('wide-repartition-sink')).toMatchObject({ key: texts.key, value, partitioner });
    expect(topology.node('wide-repartition-source')).toMatchObject({ key: texts.key, value });
    expect(topology.node('out')).toMatchObject({ parents: ['wide-repartition-source'], key: texts.key, value });
  });

  it('leaves the number of partitions to what is written to it', () => {
    const builder = new StreamsBuilder();
    builder.stream('in').repartition({ name: 'x' });
    expect(builder.build().repartitionTopics.get('x-repartition')).toEqual({ name: 'x-repartition', partitions: null });
  });
});
