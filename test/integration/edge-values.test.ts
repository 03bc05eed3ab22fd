/** Times and headers that no number and no record can hold: kept as they are, or refused by name; on a real broker. */
import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KStream } from '../../src/dsl/stream.js';
import { textHeader, type Headers } from '../../src/record/headers.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
/** Else the broker refuses times that are not near its own. */
const ANY_TIME = { 'message.timestamp.after.max.ms': '9223372036854775807', 'retention.ms': '-1' };
const apps = applications();

type Line = KStream<string, string>;
interface Sent {
  readonly value: string;
  readonly timestamp?: string;
}

async function send(topic: string, messages: readonly Sent[]): Promise<void> {
  const producer = plainClient().producer();
  await producer.connect();
  for (const message of messages) await producer.send({ topic, messages: [{ key: 'k', ...message }] });
  await producer.disconnect();
}

async function readMessages(
  topic: string,
  count: number,
): Promise<{ value: string; timestamp: string; trace: unknown }[]> {
  const consumer = plainClient().consumer({ groupId: uniqueName('witness') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const read: { value: string; timestamp: string; trace: unknown }[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          const { value, timestamp, headers } = message;
          read.push({ value: String(value), timestamp, trace: headers?.['trace'] });
          if (read.length >= count) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return read;
}

/** Forwards each record with these headers, or with another time. */
function changed(input: Line, change: { readonly headers?: Headers; readonly timestamp?: number }): Line {
  return input.process<string, string>(() => {
    let hand: (record: unknown) => void;
    return {
      init: (context) => {
        hand = (record) => {
          context.forward(record as never);
        };
      },
      process: ({ key, value, timestamp, headers }) => {
        hand(value === 'good' ? { key, value, timestamp, headers } : { key, value, timestamp, headers, ...change });
      },
    };
  });
}

describe('times beyond the safe numbers', () => {
  it('go through a topology and a repartition topic as they are', async () => {
    const [input, output] = [
      await createTopic('far', { config: ANY_TIME }),
      await createTopic('far-out', { config: ANY_TIME }),
    ];
    const stamps = [
      '9223372036854775807',
      '1700000000123456789',
      '1700000000123456790',
      '1700000000123',
      '9007199254740993',
    ];
    const builder = new StreamsBuilder();
    builder
      .stream(input, STRINGS)
      .selectKey((value) => value)
      .repartition({ ...STRINGS, name: 'again' })
      .to(output, STRINGS);
    await send(
      input,
      stamps.map((timestamp) => ({ value: timestamp, timestamp })),
    );
    const streams = apps.start(builder.build(), {
      applicationId: uniqueName('far'),
      topicConfig: { 'message.timestamp.after.max.ms': '9223372036854775807' },
    });
    await streams.start();
    const read = await readMessages(output, stamps.length);
    expect(read.map(({ value, timestamp }) => [value, timestamp]).sort()).toEqual(
      stamps.map((timestamp) => [timestamp, timestamp]).sort(),
    );
    await streams.close();
    expect(streams.error).toBeNull();
  });

  it('are named before an operator that works with times, and dropped when the handler says so', async () => {
    const [input, output] = [await createTopic('far', { config: ANY_TIME }), await createTopic('counts')];
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).groupByKey().count().toStream().mapValues(String).to(output, STRINGS);
    await send(input, [{ value: 'far', timestamp: '9223372036854775807' }, { value: 'near' }]);
    const strict = apps.start(builder.build(), { applicationId: uniqueName('far') });
    const told: Error[] = [];
    strict.onUncaughtError((error) => {
      told.push(error);
      return 'shutdown';
    });
    await strict.start();
    await strict.closed;
    expect(told).toEqual([
      expect.objectContaining({
        code: 'TIMESTAMP_INVALID',
        topic: input,
        partition: 0,
        offset: 0,
        node: 'KSTREAM-SOURCE-0000000000',
      }),
    ]);
    const lenient = apps.start(builder.build(), {
      applicationId: uniqueName('far'),
      deserializationErrorHandler: 'continue',
    });
    await lenient.start();
    expect((await readMessages(output, 1)).map(({ value }) => value)).toEqual(['1']);
    expect(lenient.metrics().dropped).toEqual({ undecodable: 1 });
  });
});

describe('what a processor forwards', () => {
  it.each<[string, string, { readonly headers?: Headers; readonly timestamp?: number }]>([
    ['a text for a header', 'HEADER_INVALID', { headers: [['trace', 'id-7']] as unknown as Headers }],
    ['a number for a header', 'HEADER_INVALID', { headers: [['trace', 7]] as unknown as Headers }],
    ['a fraction for a time', 'TIMESTAMP_INVALID', { timestamp: 1_700_000_000_123.4 }],
    ['a time far beyond', 'TIMESTAMP_INVALID', { timestamp: 1e19 }],
  ])('is refused by name and place: %s', async (_, code, change) => {
    const [input, output] = [await createTopic('odd'), await createTopic('odd-out')];
    const builder = new StreamsBuilder();
    changed(builder.stream(input, STRINGS), change).to(output, STRINGS);
    await send(input, [{ value: 'bad' }, { value: 'good' }]);
    const streams = apps.start(builder.build(), { applicationId: uniqueName('odd') });
    await streams.start();
    await streams.closed;
    expect(streams.error).toMatchObject({
      code,
      topic: input,
      partition: 0,
      offset: 0,
      node: 'KSTREAM-PROCESSOR-0000000001',
    });
    const lenient = apps.start(builder.build(), {
      applicationId: uniqueName('odd'),
      processingErrorHandler: 'continue',
    });
    await lenient.start();
    expect((await readMessages(output, 1)).map(({ value }) => value)).toEqual(['good']);
  });

  it('is written with the text of a header as UTF-8', async () => {
    const [input, output] = [await createTopic('text'), await createTopic('text-out')];
    const builder = new StreamsBuilder();
    changed(builder.stream(input, STRINGS), { headers: [textHeader('trace', 'id-7')] }).to(output, STRINGS);
    await send(input, [{ value: 'v' }]);
    await apps.start(builder.build(), { applicationId: uniqueName('text') }).start();
    const [record] = await readMessages(output, 1);
    expect(record?.trace).toEqual(Buffer.from('id-7'));
  });
});
