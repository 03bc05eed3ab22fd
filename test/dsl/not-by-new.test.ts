/** Classes whose constructors are not for users: what plain JavaScript makes by `new` is refused, with what to write. */
import { expect, it } from 'vitest';
import * as millrace from '../../src/index.js';
import { TestInputTopic, TestOutputTopic } from '../../src/testing.js';

type Constructor = new (...args: unknown[]) => unknown;
const all = { ...millrace, TestInputTopic, TestOutputTopic } as unknown as Readonly<Record<string, Constructor>>;

it.each<[string, unknown[], string]>([
  ['TimeWindows', [{ size: '1m' }], "TimeWindows.of({ size: '1m' })"],
  ['TimeWindows', [60_000], "TimeWindows.of({ size: '1m' })"],
  ['SlidingWindows', [{ timeDifference: '1m' }], "SlidingWindows.of({ timeDifference: '1m' })"],
  ['SessionWindows', [{ gap: '1m' }], "SessionWindows.of({ gap: '5m' })"],
  ['JoinWindows', [{ timeDifference: '1m' }], "JoinWindows.of({ timeDifference: '5m' })"],
  ['UnlimitedWindows', [], 'UnlimitedWindows.of()'],
  ['Position', [{ orders: { 0: 5 } }], 'Position.from(offsets)'],
  ['KStream', ['orders'], "builder.stream('topic') of a StreamsBuilder"],
  ['KTable', ['orders'], "builder.table('topic') of a StreamsBuilder"],
  ['GlobalKTable', ['orders'], "builder.globalTable('topic') of a StreamsBuilder"],
  ['KGroupedStream', [], 'stream.groupByKey()'],
  ['KGroupedTable', [], 'table.groupBy(…)'],
  ['CogroupedKStream', [], 'grouped.cogroup(aggregator)'],
  ['TimeWindowedKStream', [null, millrace.TimeWindows.of({ size: 1 })], 'grouped.windowedBy(windows)'],
  ['SessionWindowedKStream', [null, millrace.SessionWindows.of({ gap: 1 })], 'grouped.windowedBy(windows)'],
  ['TimeWindowedCogroupedKStream', [null, millrace.TimeWindows.of({ size: 1 })], 'cogrouped.windowedBy(windows)'],
  ['SessionWindowedCogroupedKStream', [null, millrace.SessionWindows.of({ gap: 1 })], 'cogrouped.windowedBy(windows)'],
  ['BranchedKStream', ['orders'], 'stream.split()'],
  ['Topology', [], 'builder.build() of a StreamsBuilder or TopologyBuilder'],
  ['TestInputTopic', ['orders', {}], "driver.inputTopic('topic', { key, value })"],
  ['TestOutputTopic', ['orders', {}], "driver.outputTopic('topic', { key, value })"],
])('new %s() of %j', (name, args, how) => {
  expect(() => Reflect.construct(all[name]!, args)).toThrow(`${name} is not made by new: write ${how}`);
});
