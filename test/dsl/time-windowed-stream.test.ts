import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindowedSerde } from '../../src/serde/time-windowed.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { UnlimitedWindows } from '../../src/time/unlimited-windows.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const windows = TimeWindows.of({ size: '10s', advance: '5s', grace: '1s' });

describe('TimeWindowedKStream', () => {
  it('writes windowed operators over a store of inner keys', () => {
    const builder = new StreamsBuilder();
    const windowed = builder.stream('in', texts).groupByKey().windowedBy(windows);
    const reducer = (a: string, b: string): string => a + b;
    const aggregator = (total: number): number => total;
    const initializer = (): number => 0;
    windowed.count({ name: 'c', store: 'cs' });
    windowed.reduce(reducer, { name: 'r', store: 'rs' });
    windowed.aggregate(initializer, aggregator, { name: 'a', store: 'as', value: serdes.double(), caching: false });
    const topology = builder.build();
    const common = { windows, emit: 'onWindowUpdate', sendOldValues: false };
    expect(operatorOf(topology, 'c')).toMatchObject({ kind: 'windowAggregate', store: 'cs', ...common });
    expect(operatorOf(topology, 'r')).toEqual({ kind: 'windowReduce', reducer, store: 'rs', ...common });
    expect(operatorOf(topology, 'a')).toEqual({
      kind: 'windowAggregate',
      initializer,
      aggregator,
      store: 'as',
      ...common,
    });
    const spec = { kind: 'window', format: 'timestamped', key: texts.key, retentionMs: 11_000, windowSizeMs: 10_000 };
    expect(topology.stores.get('cs')).toMatchObject({ ...spec, value: serdes.long(), caching: true });
    expect(topology.stores.get('rs')).toMatchObject({ ...spec, value: texts.value });
    expect(topology.stores.get('as')).toMatchObject({ ...spec, value: serdes.double(), caching: false });
  });

  it('keeps windows for the emission of their final results, without holding anything back', () => {
    const builder = new StreamsBuilder();
    const windowed = builder.stream('in', texts).groupByKey().windowedBy(windows);
    expect(windowed.emitStrategy('onWindowClose')).toBe(windowed);
    windowed.count({ name: 'c', store: 'cs', caching: true });
    windowed.emitStrategy('onWindowUpdate').count({ name: 'd', store: 'ds' });
    const topology = builder.build();
    expect(operatorOf(topology, 'c')).toMatchObject({ emit: 'onWindowClose' });
    expect(topology.stores.get('cs')).toMatchObject({ caching: true, keepsClosed: true });
    expect(operatorOf(topology, 'd')).toMatchObject({ emit: 'onWindowUpdate' });
    expect(topology.stores.get('ds')).not.toHaveProperty('keepsClosed');
  });

  it('refuses strategies that are none, and the closing of windows that never end', () => {
    const grouped = new StreamsBuilder().stream('in', texts).groupByKey();
    const code = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error;
    expect(() => grouped.windowedBy(windows).emitStrategy('onClose' as 'onWindowClose')).toThrow(code);
    expect(() => grouped.windowedBy(UnlimitedWindows.of()).emitStrategy('onWindowClose')).toThrow('never close');
  });

  it('hands the serde of windowed keys down', () => {
    const builder = new StreamsBuilder();
    builder.stream('in', texts).groupByKey().windowedBy(windows).count().toStream().to('out', { name: 'out' });
    expect(builder.build().node('out')).toMatchObject({
      key: new TimeWindowedSerde(texts.key, 10_000),
      value: serdes.long(),
    });
  });

  it('leaves an inner key serde that nobody named to the application', () => {
    const builder = new StreamsBuilder();
    builder.stream('in').groupByKey().windowedBy(windows).count().toStream().to('out', { name: 'out' });
    expect(builder.build().node('out')).toMatchObject({ key: new TimeWindowedSerde(undefined, 10_000) });
  });

  it('takes nothing but windows', () => {
    const grouped = new StreamsBuilder().stream('in').groupByKey();
    expect(() => grouped.windowedBy({ size: '10s' } as unknown as TimeWindows)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'windowedBy() takes windows such as TimeWindows.of({ size })',
      }) as Error,
    );
  });
});
