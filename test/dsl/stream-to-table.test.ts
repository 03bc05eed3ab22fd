import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };

describe('toTable', () => {
  it('has no store unless one is named or needed', () => {
    const builder = new StreamsBuilder();
    const stream = builder.stream('in', texts);
    stream.toTable({ name: 'plain' });
    stream.toTable({ name: 'stored', store: 's' });
    stream
      .toTable({ name: 'needed' })
      .groupBy((value, key) => [key, value])
      .count();
    const topology = builder.build();
    expect(operatorOf(topology, 'plain')).toEqual({ kind: 'streamToTable', store: null, sendOldValues: false });
    expect(operatorOf(topology, 'stored')).toEqual({ kind: 'streamToTable', store: 's', sendOldValues: false });
    expect(operatorOf(topology, 'needed')).toMatchObject({ sendOldValues: true });
    expect(topology.stores.size).toBe(3);
    expect(topology.stores.get('s')).toMatchObject(texts);
  });

  it('is repartitioned with the serdes of the table when the key was changed', () => {
    const builder = new StreamsBuilder();
    const key = serdes.long();
    builder
      .stream('in', texts)
      .selectKey((value) => value.length)
      .toTable({ name: 'latest', key });
    const topology = builder.build();
    expect(topology.node('latest-repartition-source')).toMatchObject({ key, value: texts.value });
    expect(topology.node('latest')).toMatchObject({ parents: ['latest-repartition-source'] });
  });
});
