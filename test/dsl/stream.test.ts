import { describe, expect, it } from 'vitest';
import type { KStream } from '../../src/dsl/stream.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { SinkNode } from '../../src/topology/node.js';
import type { Operator } from '../../src/topology/operators.js';
import { serdes } from '../../src/serde/serdes.js';
import { nodeNames, operatorOf } from './operators-of.js';

type Text = KStream<string, string>;
const texts = { key: serdes.string(), value: serdes.string() };
const value = (given: string): string => given;

/** The operator that a call on a stream appends under the name `x`. */
function appended(write: (stream: Text, options: { name: string }) => unknown): Operator {
  const builder = new StreamsBuilder();
  write(builder.stream('in', texts), { name: 'x' });
  return operatorOf(builder.build(), 'x');
}

/** The serdes that arrive at a sink. */
function serdesAfter(write: (stream: Text, builder: StreamsBuilder) => KStream<unknown, unknown>): [unknown, unknown] {
  const builder = new StreamsBuilder();
  write(builder.stream('in', texts), builder).to('out', { name: 'out' });
  const sink = builder.build().node('out') as SinkNode;
  return [sink.key, sink.value];
}

describe('KStream', () => {
  it('writes down its operators as data', () => {
    const predicate = (): boolean => true;
    const pair = (v: string, k: string): [string, string] => [k, v];
    const many = (v: string): string[] => [v];
    const pairs = (v: string, k: string): [string, string][] => [[k, v]];
    const action = (): void => undefined;
    expect(appended((s, o) => s.filter(predicate, o))).toEqual({ kind: 'filter', predicate, negate: false });
    expect(appended((s, o) => s.filterNot(predicate, o))).toEqual({ kind: 'filter', predicate, negate: true });
    expect(appended((s, o) => s.selectKey(value, o))).toEqual({ kind: 'selectKey', mapper: value });
    expect(appended((s, o) => s.map(pair, o))).toEqual({ kind: 'map', mapper: pair });
    expect(appended((s, o) => s.mapValues(value, o))).toEqual({ kind: 'mapValues', mapper: value });
    expect(appended((s, o) => s.flatMap(pairs, o))).toEqual({ kind: 'flatMap', mapper: pairs });
    expect(appended((s, o) => s.flatMapValues(many, o))).toEqual({ kind: 'flatMapValues', mapper: many });
    expect(appended((s, o) => s.peek(action, o))).toEqual({ kind: 'peek', action, forwards: true });
    expect(
      appended((s, o) => {
        s.foreach(action, o);
      }),
    ).toEqual({ kind: 'peek', action, forwards: false });
    expect(appended((s, o) => s.merge(s, o))).toEqual({ kind: 'pass' });
    expect(appended((s, o) => s.groupBy(value, o).count())).toEqual({ kind: 'selectKey', mapper: value });
  });

  it('prints under the name of the operator before it, unless told otherwise', () => {
    const write = (): void => undefined;
    const mapper = value;
    expect(
      appended((s, { name }) => {
        s.mapValues(value, { name: 'before' }).print({ name, write });
      }),
    ).toEqual({ kind: 'print', write, label: 'before', format: null });
    expect(
      appended((s, { name }) => {
        s.print({ name, write, label: 'orders', mapper });
      }),
    ).toEqual({ kind: 'print', write, label: 'orders', format: mapper });
  });

  it('hands serdes down until an operator changes what they are for', () => {
    const { key, value: text } = texts;
    expect(serdesAfter((s) => s.filter(() => true).peek(() => undefined))).toEqual([key, text]);
    expect(serdesAfter((s) => s.mapValues(value))).toEqual([key, undefined]);
    expect(serdesAfter((s) => s.flatMapValues((v) => [v]))).toEqual([key, undefined]);
    expect(serdesAfter((s) => s.selectKey(value))).toEqual([undefined, text]);
    expect(serdesAfter((s) => s.map((v, k) => [k, v]))).toEqual([undefined, undefined]);
    expect(serdesAfter((s) => s.flatMap((v, k) => [[k, v]]))).toEqual([undefined, undefined]);
    expect(serdesAfter((s) => s.merge(s))).toEqual([undefined, undefined]);
    expect(serdesAfter((s) => s.repartition())).toEqual([key, text]);
    expect(serdesAfter((s) => s.toTable().toStream())).toEqual([key, text]);
    expect(serdesAfter((s, b) => s.join(b.table<string, string>('t'), value))).toEqual([key, undefined]);
    expect(serdesAfter((s, b) => s.join(b.globalTable<string, string>('t'), value, value))).toEqual([key, undefined]);
  });

  it('lets a sink say otherwise', () => {
    const builder = new StreamsBuilder();
    const partitioner = (): number => 3;
    const other = serdes.json<string>();
    builder.stream('in', texts).to('out', { name: 'out', value: other, partitioner });
    expect(builder.build().node('out')).toMatchObject({ topic: 'out', key: texts.key, value: other, partitioner });
  });

  it('repartitions for what needs the key only, and only once the key was changed', () => {
    const topics = (write: (stream: Text) => unknown): number => {
      const builder = new StreamsBuilder();
      write(builder.stream('in', texts));
      return builder.build().repartitionTopics.size;
    };
    expect(topics((s) => s.groupByKey().count())).toBe(0);
    expect(topics((s) => s.mapValues(value).groupByKey().count())).toBe(0);
    expect(
      topics((s) =>
        s
          .selectKey(value)
          .merge(s)
          .filter(() => true),
      ),
    ).toBe(0);
    expect(
      topics((s) =>
        s
          .selectKey(value)
          .filter(() => true)
          .groupByKey()
          .count(),
      ),
    ).toBe(1);
    expect(topics((s) => s.merge(s.map((v, k) => [k, v])).toTable())).toBe(1);
    expect(
      topics((s) =>
        s
          .flatMap((v, k) => [[k, v]])
          .repartition()
          .groupByKey()
          .count(),
      ),
    ).toBe(1);
    expect(topics((s) => s.groupBy(value).count())).toBe(1);
  });

  it('does not merge or join what comes from another builder', () => {
    const stream = new StreamsBuilder().stream<string, string>('a');
    const other = new StreamsBuilder();
    const refused = (call: string): Error =>
      expect.objectContaining({
        code: 'TOPOLOGY_INVALID',
        message: `${call} takes a stream or table of the same StreamsBuilder`,
      }) as Error;
    expect(() => stream.merge(other.stream<string, string>('b'))).toThrow(refused('merge()'));
    expect(() => stream.join(other.table<string, string>('c'), value)).toThrow(refused('join()'));
    expect(() => stream.leftJoin(other.globalTable<string, string>('d'), value, value)).toThrow(refused('leftJoin()'));
  });

  it('does not join what is neither a stream nor a table', () => {
    const stream = new StreamsBuilder().stream<string, string>('a');
    expect(() => stream.join(stream.groupByKey() as never, value)).toThrow(
      expect.objectContaining({
        code: 'TOPOLOGY_INVALID',
        message: expect.stringContaining('KTable') as string,
      }) as Error,
    );
  });

  it('checks the topic of a sink', () => {
    const stream = new StreamsBuilder().stream<string, string>('a');
    expect(() => {
      stream.to(7 as unknown as string);
    }).toThrow(/the topic of to\(\) must be a name, or a function that chooses one for each record, not 7/);
    expect(() => {
      stream.to('');
    }).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }) as Error);
  });

  it('leaves an unchanged part alone: two operators of one stream are children of the same node', () => {
    const builder = new StreamsBuilder();
    const stream = builder.stream('in', { name: 'in' });
    stream.filter(() => true, { name: 'a' });
    stream.filter(() => true, { name: 'b' });
    const topology = builder.build();
    expect(nodeNames(topology)).toEqual(['in', 'a', 'b']);
    expect([topology.node('a'), topology.node('b')]).toMatchObject([{ parents: ['in'] }, { parents: ['in'] }]);
  });
});
