import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KStream } from '../../src/dsl/stream.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../src/testing/test-driver-options.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const FAR = 1_700_000_000_123_456_789n;
const FARTHEST = 2n ** 63n - 1n;

type Line = KStream<string, string>;

function driverOf(build: (input: Line) => Line, options: TestDriverOptions = {}) {
  const builder = new StreamsBuilder();
  build(builder.stream('in', STRINGS)).to('out', STRINGS);
  const driver = new TopologyTestDriver(builder.build(), options);
  const input = driver.inputTopic('in', STRINGS);
  const output = driver.outputTopic('out', STRINGS);
  const times = (): (number | bigint)[] =>
    output.readRecords().map(({ timestamp, exactTimestamp }) => exactTimestamp ?? timestamp);
  return { driver, input, times };
}

describe('times beyond the safe numbers', () => {
  it.each<[string, (input: Line) => Line]>([
    ['nothing', (input) => input],
    ['mapValues', (input) => input.mapValues((value) => `${value}!`)],
    [
      'map, filter, peek',
      (input) =>
        input
          .map((value, key) => [key, value])
          .filter(() => true)
          .peek(() => undefined),
    ],
    ['flatMap', (input) => input.flatMapValues((value) => [value])],
    ['a repartition topic', (input) => input.selectKey((value) => value).repartition(STRINGS)],
    [
      'a processor that forwards',
      (input) =>
        input.process<string, string>(() => {
          let forward: (record: unknown) => void;
          return {
            init: (context) => {
              forward = (record) => {
                context.forward(record as never);
              };
            },
            process: (record) => {
              forward(record.withValue('new'));
            },
          };
        }),
    ],
  ])('come out as they went in through %s', (_, build) => {
    const { input, times } = driverOf(build);
    const sent = [FAR, 5, FAR + 1n, FARTHEST, 2n ** 53n, 7];
    for (const timestamp of sent) input.pipe('k', 'v', { timestamp });
    expect(times()).toEqual(sent);
  });

  it('come out of asynchronous functions', async () => {
    const { driver, input, times } = driverOf((stream) => stream.mapValuesAsync((value) => Promise.resolve(value)));
    input.pipe('k', 'v', { timestamp: FAR });
    await driver.settle();
    expect(times()).toEqual([FAR]);
  });

  it('are shown to user functions and extractors as they are', () => {
    const seen: unknown[] = [];
    const { input, times } = driverOf(
      (stream) => stream.peek((_value, _key, { timestamp, exactTimestamp }) => seen.push([timestamp, exactTimestamp])),
      {
        timestampExtractor: ({ timestamp, exactTimestamp }) =>
          exactTimestamp === undefined || exactTimestamp === null ? timestamp : Number(exactTimestamp / 1_000_000n),
      },
    );
    input.pipe('k', 'v', { timestamp: FAR });
    input.pipe('k', 'v', { timestamp: 5 });
    expect(times()).toEqual([1_700_000_000_123, 5]);
    expect(seen).toEqual([
      [1_700_000_000_123, null],
      [5, null],
    ]);
  });

  it.each<[string, (input: Line) => Line]>([
    [
      'a windowed count',
      (input) =>
        input
          .groupByKey()
          .windowedBy(TimeWindows.of({ size: 10 }))
          .count()
          .toStream()
          .map((value, { key }) => [key, String(value)]),
    ],
    ['a table', (input) => input.toTable().toStream().mapValues(String)],
    [
      'a reduce',
      (input) =>
        input
          .groupByKey()
          .reduce((_, value) => value)
          .toStream(),
    ],
  ])('are refused before %s, which the handler decides about', (_, build) => {
    const refused = driverOf(build);
    expect(() => {
      refused.input.pipe('k', 'v', { timestamp: FAR });
    }).toThrow(
      expect.objectContaining({
        code: 'TIMESTAMP_INVALID',
        topic: 'in',
        partition: 0,
        offset: 0,
        node: 'KSTREAM-SOURCE-0000000000',
      }) as Error,
    );
    const asked: string[] = [];
    const { driver, input, times } = driverOf(build, {
      deserializationErrorHandler: (error, record) => {
        asked.push(`${error.code} ${record.node} ${String(record.offset)} ${String(record.valueBytes)}`);
        return 'continue';
      },
    });
    input.pipe('k', 'far', { timestamp: FAR });
    input.pipe('k', 'v', { timestamp: 5 });
    expect(asked).toEqual(['TIMESTAMP_INVALID KSTREAM-SOURCE-0000000000 0 far']);
    expect(driver.metrics.drops).toEqual({ undecodable: 1 });
    expect(times()).toEqual([5]);
  });

  it('of a stream that has timers bring them to their end, and the task goes on', () => {
    const ticks: number[] = [];
    const { input, times } = driverOf((stream) =>
      stream.process<string, string>(() => ({
        init: (context) => {
          context.schedule(1, 'stream-time', (now) => {
            ticks.push(now);
          });
          forwardTo = (record) => {
            context.forward(record as never);
          };
        },
        process: (record) => {
          forwardTo(record);
        },
      })),
    );
    input.pipe('k', 'v', { timestamp: FARTHEST });
    input.pipe('k', 'v', { timestamp: 3 });
    expect(times()).toEqual([FARTHEST, 3]);
    expect(ticks).toEqual([Number(FARTHEST)]);
  });
});

let forwardTo: (record: unknown) => void;
