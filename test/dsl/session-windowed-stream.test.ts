import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { SessionWindowedSerde } from '../../src/serde/session-windowed.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const windows = SessionWindows.of({ gap: '10s', grace: '1s' });

describe('SessionWindowedKStream', () => {
  it('writes session operators over a store of inner keys', () => {
    const builder = new StreamsBuilder();
    const sessions = builder.stream('in', texts).groupByKey().windowedBy(windows);
    const reducer = (a: string, b: string): string => a + b;
    const aggregator = (total: number): number => total;
    const merger = (one: number, other: number): number => one + other;
    const initializer = (): number => 0;
    sessions.count({ name: 'c', store: 'cs' });
    sessions.reduce(reducer, { name: 'r', store: 'rs' });
    sessions.aggregate(initializer, aggregator, merger, {
      name: 'a',
      store: 'as',
      value: serdes.double(),
      caching: false,
    });
    const topology = builder.build();
    const common = { windows, emit: 'onWindowUpdate', sendOldValues: false };
    expect(operatorOf(topology, 'c')).toMatchObject({ kind: 'sessionAggregate', store: 'cs', ...common });
    expect(operatorOf(topology, 'r')).toEqual({ kind: 'sessionReduce', reducer, store: 'rs', ...common });
    expect(operatorOf(topology, 'a')).toEqual({
      kind: 'sessionAggregate',
      initializer,
      aggregator,
      merger,
      store: 'as',
      ...common,
    });
    const spec = { kind: 'session', key: texts.key, retentionMs: 11_000, sessionGapMs: 10_000 };
    expect(topology.stores.get('cs')).toMatchObject({ ...spec, value: serdes.long(), caching: true });
    expect(topology.stores.get('rs')).toMatchObject({ ...spec, value: texts.value });
    expect(topology.stores.get('as')).toMatchObject({ ...spec, value: serdes.double(), caching: false });
  });

  it('hands the serde of the keys of sessions down', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', texts)
      .groupByKey()
      .windowedBy(windows)
      .count()
      .filter((count) => count > 1)
      .toStream()
      .to('out', { name: 'out' });
    expect(builder.build().node('out')).toMatchObject({
      key: new SessionWindowedSerde(texts.key),
      value: serdes.long(),
    });
  });

  it('needs a merger, and says so', () => {
    const sessions = new StreamsBuilder().stream('in', texts).groupByKey().windowedBy(windows);
    const aggregate = sessions.aggregate.bind(sessions) as unknown as (...given: unknown[]) => unknown;
    expect(() =>
      aggregate(
        () => 0,
        (total: number) => total,
      ),
    ).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', option: 'merger' }) as Error);
  });

  it('keeps sessions for the emission of their final results, without holding anything back', () => {
    const builder = new StreamsBuilder();
    const sessions = builder.stream('in', texts).groupByKey().windowedBy(windows);
    expect(sessions.emitStrategy('onWindowClose')).toBe(sessions);
    sessions.count({ name: 'c', store: 'cs', caching: true });
    const topology = builder.build();
    expect(operatorOf(topology, 'c')).toMatchObject({ emit: 'onWindowClose' });
    expect(topology.stores.get('cs')).toMatchObject({ caching: false, keepsClosed: true });
    expect(() => sessions.emitStrategy('onClose' as 'onWindowClose')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });
});
