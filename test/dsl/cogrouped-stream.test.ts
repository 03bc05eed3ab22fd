import { describe, expect, it } from 'vitest';
import type { KGroupedStream } from '../../src/dsl/grouped-stream.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const zero = (): number => 0;
const add = (total: number, value: string): number => total + value.length;
const take = (total: number): number => total - 1;

function grouped(builder: StreamsBuilder, topic: string): KGroupedStream<string, string> {
  return builder.stream(topic, texts).groupByKey();
}

describe('CogroupedKStream', () => {
  it('writes one aggregation a stream over one store, and a node where they come together', () => {
    const builder = new StreamsBuilder();
    const table = grouped(builder, 'a')
      .cogroup(add)
      .cogroup(grouped(builder, 'b'), take)
      .aggregate(zero, { name: 'both', store: 's', value: serdes.double() });
    const topology = builder.build();
    const common = { kind: 'aggregate', initializer: zero, store: 's', sendOldValues: false };
    expect(operatorOf(topology, 'both-cogroup-agg-0')).toEqual({ ...common, aggregator: add });
    expect(operatorOf(topology, 'both-cogroup-agg-1')).toEqual({ ...common, aggregator: take });
    expect(operatorOf(topology, 'both-cogroup-merge')).toEqual({ kind: 'pass' });
    expect(topology.node('both-cogroup-merge')).toMatchObject({
      parents: ['both-cogroup-agg-0', 'both-cogroup-agg-1'],
      stores: [],
    });
    expect(topology.stores.get('s')).toMatchObject({
      kind: 'keyValue',
      format: 'timestamped',
      key: texts.key,
      value: serdes.double(),
    });
    expect(table.queryableStoreName).toBe('s');
  });

  it('takes the key serde of the first stream that has one', () => {
    const builder = new StreamsBuilder();
    const key = serdes.string();
    builder
      .stream<string, string>('a')
      .groupByKey()
      .cogroup(add)
      .cogroup(builder.stream<string, string>('b', { key }).groupByKey(), add)
      .aggregate(zero, { store: 's' });
    expect(builder.build().stores.get('s')).toMatchObject({ key });
  });

  it('asks all its streams for old values when somebody downstream wants them', () => {
    const builder = new StreamsBuilder();
    grouped(builder, 'a')
      .cogroup(add)
      .cogroup(grouped(builder, 'b'), add)
      .aggregate(zero, { name: 'n' })
      .groupBy((total, key) => [key, total])
      .count();
    const topology = builder.build();
    expect(operatorOf(topology, 'n-cogroup-agg-0')).toMatchObject({ sendOldValues: true });
    expect(operatorOf(topology, 'n-cogroup-agg-1')).toMatchObject({ sendOldValues: true });
  });

  it('goes on to windows', () => {
    const builder = new StreamsBuilder();
    const windows = TimeWindows.of({ size: '10s', grace: '1s' });
    grouped(builder, 'a').cogroup(add).windowedBy(windows).aggregate(zero, { name: 'n', store: 's' });
    const topology = builder.build();
    expect(operatorOf(topology, 'n-cogroup-agg-0')).toEqual({
      kind: 'windowAggregate',
      windows,
      emit: 'onWindowUpdate',
      initializer: zero,
      aggregator: add,
      store: 's',
      sendOldValues: false,
    });
    expect(topology.stores.get('s')).toMatchObject({ kind: 'window', format: 'timestamped', retentionMs: 11_000 });
  });

  it('refuses a grouping that is in it already, which Kafka Streams lets replace its first aggregator', () => {
    const builder = new StreamsBuilder();
    const a = grouped(builder, 'a');
    expect(() => a.cogroup(add).cogroup(a, take)).toThrow(
      expect.objectContaining({
        code: 'TOPOLOGY_INVALID',
        message: expect.stringContaining('in the cogroup already') as string,
      }) as Error,
    );
  });

  it('refuses streams of another builder, aggregators that are none, and windows that are none', () => {
    const cogroup = grouped(new StreamsBuilder(), 'a').cogroup(add);
    expect(() => cogroup.cogroup(grouped(new StreamsBuilder(), 'b'), add)).toThrow('of the same StreamsBuilder');
    const code = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error;
    expect(() => grouped(new StreamsBuilder(), 'a').cogroup('sum' as unknown as typeof add)).toThrow(code);
    expect(() => cogroup.windowedBy({ size: 10 } as unknown as TimeWindows)).toThrow(code);
    expect(() => cogroup.aggregate(0 as unknown as typeof zero)).toThrow(code);
  });
});
