import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { ChangeSerde } from '../../src/serde/change.js';
import { serdes } from '../../src/serde/serdes.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };

describe('KGroupedTable', () => {
  it('writes adders and subtractors', () => {
    const builder = new StreamsBuilder();
    const grouped = builder.table('users', texts).groupBy((value, key) => [key, value], { ...texts, name: 'g' });
    const add = (a: string, b: string): string => a + b;
    const subtract = (a: string): string => a;
    const begin = (): string => '';
    grouped.count({ name: 'c', store: 'cs' });
    grouped.reduce(add, subtract, { name: 'r', store: 'rs' });
    grouped.aggregate(begin, add, subtract, { name: 'a', store: 'as' });
    const topology = builder.build();
    const count = operatorOf(topology, 'c');
    if (count.kind !== 'tableAggregate') throw new Error('not an aggregate of a table');
    const call = count as unknown as Record<'initializer' | 'adder' | 'subtractor', (count?: number) => number>;
    expect(call.subtractor(call.adder(call.adder(call.initializer())))).toBe(1);
    const parts = { adder: add, subtractor: subtract, sendOldValues: false };
    expect(operatorOf(topology, 'r')).toEqual({ kind: 'tableReduce', store: 'rs', ...parts });
    expect(operatorOf(topology, 'a')).toEqual({ kind: 'tableAggregate', initializer: begin, store: 'as', ...parts });
    expect(topology.stores.get('cs')).toMatchObject({ key: texts.key, value: serdes.long() });
    expect(topology.stores.get('rs')).toMatchObject(texts);
    expect(topology.stores.get('as')).toMatchObject({ key: texts.key, value: undefined });
  });

  it('sends changes, with old and new value, through the repartition topic', () => {
    const builder = new StreamsBuilder();
    builder
      .table('users', texts)
      .groupBy((value, key) => [key, value], texts)
      .count({ name: 'c' });
    const topology = builder.build();
    const serdesOfTopic = { key: texts.key, value: new ChangeSerde(texts.value) };
    expect(topology.node('c-sink')).toMatchObject({ parents: ['KTABLE-SELECT-0000000003'], ...serdesOfTopic });
    expect(topology.node('c-source')).toMatchObject(serdesOfTopic);
  });

  it('shares one topic when the grouping is named', () => {
    const topics = (name: object): string[] => {
      const builder = new StreamsBuilder();
      const grouped = builder.table<string, string>('users').groupBy((value, key) => [key, value], name);
      grouped.count({ store: 'one' });
      grouped.count({ store: 'two' });
      return [...builder.build().repartitionTopics.keys()];
    };
    expect(topics({ name: 'by-city' })).toEqual(['by-city-repartition']);
    expect(topics({})).toEqual(['one-repartition', 'two-repartition']);
  });
});
