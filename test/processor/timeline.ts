/**
 * Operators tested as timelines: a line of records goes in, a line comes out.
 * A record is written `key=value@time`; `-` stands for null, as in `-=v@5` (no key) or `k=-@5` (tombstone).
 */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KStream } from '../../src/dsl/stream.js';
import { Windowed } from '../../src/record/windowed.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../src/testing/test-driver-options.js';
import type { TestInputTopic } from '../../src/testing/test-topics.js';

const string = serdes.string();
export const STRINGS = { key: string, value: string };

/** Shows any key or value as text, so that one output topic serves every topology. */
const anyText: Serde<string | number | object> = {
  serialize: (value) => Buffer.from(value instanceof Windowed ? value.toString() : String(value as unknown)),
  deserialize: (bytes) => bytes.toString(),
};

export interface Timeline {
  /** Pipes records into topic `in`, or another; returns what came out of `out` since the last call. */
  readonly feed: (line: string, topic?: string) => string;
  readonly driver: TopologyTestDriver;
}

/** Builds `in -> build -> out`. */
export function timeline(
  build: (input: KStream<string, string>, builder: StreamsBuilder) => KStream<unknown, unknown> | null,
  options: TestDriverOptions = {},
): Timeline {
  const builder = new StreamsBuilder();
  const input = builder.stream('in', STRINGS);
  build(input, builder)?.to('out', { key: anyText, value: anyText });
  const driver = new TopologyTestDriver(builder.build(), { now: 0, ...options });
  const output = driver.outputTopic('out', STRINGS);
  const inputs = new Map<string, TestInputTopic<string, string>>();
  return {
    driver,
    feed: (line, topic = 'in') => {
      const target = inputs.get(topic) ?? driver.inputTopic(topic, STRINGS);
      inputs.set(topic, target);
      for (const text of line.split(' ')) {
        const match = /^(.*)=(.*)@(-?\d+)$/.exec(text);
        if (match === null) throw new Error(`not a record: ${text}`);
        const [, key, value, time] = match as unknown as [string, string, string, string];
        target.pipe(key === '-' ? null : key, value === '-' ? null : value, { timestamp: Number(time) });
      }
      return output
        .readRecords()
        .map(({ key, value, timestamp }) => `${key ?? '-'}=${value ?? '-'}@${String(timestamp)}`)
        .join(' ');
    },
  };
}
