import { describe, expect, it } from 'vitest';
import type { KGroupedStream } from '../../src/dsl/grouped-stream.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KTable } from '../../src/dsl/table.js';
import type { Operator } from '../../src/topology/operators.js';
import type { StoreSpec } from '../../src/store/spec.js';
import { serdes } from '../../src/serde/serdes.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };

/** The operator `x` of an aggregation, and its store. */
function aggregated(
  write: (grouped: KGroupedStream<string, string>, options: { name: string; store: string }) => KTable<string, unknown>,
): { operator: Operator; store: StoreSpec | undefined; queryable: string | null } {
  const builder = new StreamsBuilder();
  const table = write(builder.stream('in', texts).groupByKey(), { name: 'x', store: 's' });
  const topology = builder.build();
  return { operator: operatorOf(topology, 'x'), store: topology.stores.get('s'), queryable: table.queryableStoreName };
}

describe('KGroupedStream', () => {
  it('counts into 64-bit integers', () => {
    const { operator, store, queryable } = aggregated((grouped, options) => grouped.count(options));
    expect(operator).toMatchObject({ kind: 'aggregate', store: 's', sendOldValues: false });
    if (operator.kind !== 'aggregate') throw new Error('not an aggregate');
    const { initializer, aggregator } = operator as unknown as {
      initializer: () => number;
      aggregator: (count: number) => number;
    };
    expect(aggregator(aggregator(initializer()))).toBe(2);
    expect(store).toMatchObject({ kind: 'keyValue', format: 'timestamped', key: texts.key, value: serdes.long() });
    expect(queryable).toBe('s');
  });

  it('reduces with the serdes of the stream', () => {
    const reducer = (a: string, b: string): string => a + b;
    const { operator, store } = aggregated((grouped, options) => grouped.reduce(reducer, options));
    expect(operator).toEqual({ kind: 'reduce', reducer, store: 's', sendOldValues: false });
    expect(store).toMatchObject(texts);
  });

  it('aggregates with the serde that it is given, for its values are of another type', () => {
    const initializer = (): number => 0;
    const aggregator = (total: number, value: string): number => total + value.length;
    const value = serdes.double();
    const without = aggregated((grouped, options) => grouped.aggregate(initializer, aggregator, options));
    expect(without.operator).toEqual({ kind: 'aggregate', initializer, aggregator, store: 's', sendOldValues: false });
    expect(without.store).toMatchObject({ key: texts.key, value: undefined });
    const given = aggregated((grouped, options) => grouped.aggregate(initializer, aggregator, { ...options, value }));
    expect(given.store).toMatchObject({ key: texts.key, value });
  });

  it('takes the serdes of the grouping for the repartition topic and the store', () => {
    const builder = new StreamsBuilder();
    const key = serdes.long();
    builder
      .stream('in', texts)
      .groupBy((value) => value.length, { name: 'by-length', key })
      .count({ store: 's' });
    const topology = builder.build();
    expect(topology.node('by-length-repartition-sink')).toMatchObject({ key, value: texts.value });
    expect(topology.node('by-length-repartition-source')).toMatchObject({ key, value: texts.value });
    expect(topology.stores.get('s')).toMatchObject({ key });
  });

  it('has a store that queries do not know unless it is named', () => {
    const builder = new StreamsBuilder();
    const table = builder.stream('in', texts).groupByKey().count();
    expect(table.queryableStoreName).toBeNull();
    expect([...builder.build().stores.keys()]).toEqual(['KSTREAM-AGGREGATE-STATE-STORE-0000000001']);
  });

  it('sends old values when somebody downstream asks for them', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', texts)
      .groupByKey()
      .count({ name: 'x' })
      .groupBy((count, key) => [key, count])
      .count();
    expect(operatorOf(builder.build(), 'x')).toMatchObject({ sendOldValues: true });
  });
});
