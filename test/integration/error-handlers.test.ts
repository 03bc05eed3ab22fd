/** What handlers of errors are told and what comes of their answers, on a real broker; and dead letters that are too large. */
import { expect, it } from 'vitest';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { headerText } from '../../src/record/headers.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, readUntil, until } from './application-fixture.js';
import { DataClients, type ReadRecord } from './data-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();

/** Throws at values that begin with `bad`. */
function topologyOf(input: string, output: string): ReturnType<StreamsBuilder['build']> {
  const builder = new StreamsBuilder();
  builder
    .stream(input, { key: serdes.string(), value: serdes.json<string>() })
    .mapValues(
      (value) => {
        if (value.startsWith('bad')) throw new TypeError(`no ${value}`);
        return value;
      },
      { name: 'prices' },
    )
    .to(output, STRINGS);
  return builder.build();
}

/** Committed records of a topic that has one partition. */
async function committed(topic: string): Promise<readonly ReadRecord[]> {
  const clients = new DataClients();
  try {
    return (await clients.readToEnd(topic)).records;
  } finally {
    await clients.close();
  }
}

const keysOf = (records: readonly ReadRecord[]): (string | null)[] => records.map(({ key }) => key);

async function begun(
  options: Partial<KafkaStreamsOptions>,
  topics: { readonly input: string; readonly output: string },
): Promise<ReturnType<typeof apps.start>> {
  const streams = apps.start(topologyOf(topics.input, topics.output), {
    logger: silentLogger,
    applicationId: uniqueName('handlers'),
    ...options,
  });
  await streams.start();
  return streams;
}

it.each(['at_least_once', 'exactly_once_v2'] as const)(
  'each handler is asked with what it needs, and its answer is carried out: %s',
  async (processingGuarantee) => {
    const input = await createTopic('in');
    const output = await createTopic('out', { config: { 'max.message.bytes': '9000' } });
    const [dead, odd] = [await createTopic('dead'), await createTopic('odd')];
    const asked: string[] = [];
    const streams = await begun(
      {
        processingGuarantee,
        errors: { deadLetterTopic: dead },
        processingErrorHandler: (error, record) => {
          asked.push(
            `${error.message.includes('no bad')} ${record.node} ${String(record.offset)} ${String(record.attempts)}`,
          );
          if (record.mayRetry && record.attempts < 3) return 'retry';
          const letter = { topic: odd, key: record.sourceKeyBytes, value: record.sourceValueBytes };
          return { then: 'continue', deadLetters: [letter, letter] };
        },
        deserializationErrorHandler: (_, record) => {
          asked.push(`undecodable ${record.topic === input} ${String(record.offset)} ${String(record.valueBytes)}`);
          return record.offset === 1 ? 'deadLetter' : 'continue';
        },
        productionErrorHandler: (error, record) => {
          asked.push(
            `refused ${record.topic === output} ${record.task} ${String(record.keyBytes)} ${error.name !== ''}`,
          );
          return { then: 'continue', deadLetters: [{ topic: odd, key: record.keyBytes, value: null }] };
        },
      },
      { input, output },
    );
    await produce(input, [
      ['a', '"bad"'],
      ['b', '{'],
      ['c', '['],
      ['d', `"${'x'.repeat(20_000)}"`],
      ['e', '"good"'],
    ]);
    await readUntil(output, (key) => key === 'e');
    await until(async () => (await committed(odd)).length >= 3);
    expect(keysOf(await committed(output))).toEqual(['e']);
    expect(keysOf(await committed(odd)).sort()).toEqual(['a', 'a', 'd']);
    expect(keysOf(await committed(dead))).toEqual(['b']);
    expect(asked.sort()).toEqual([
      'refused true 0_0 d true',
      'true prices 0 1',
      'true prices 0 2',
      'true prices 0 3',
      'undecodable true 1 {',
      'undecodable true 2 [',
    ]);
    expect(streams.state).toBe('RUNNING');
    expect(streams.metrics().dropped).toMatchObject({
      'processing-error': 1,
      undecodable: 2,
      'production-error': 1,
    });
  },
);

it('a record that cannot be decoded ends the instance, and its dead letter is there', async () => {
  const [input, output, dead] = [await createTopic('in'), await createTopic('out'), await createTopic('dead')];
  const options = { errors: { then: 'fail', deadLetterTopic: dead }, processingGuarantee: 'exactly_once_v2' } as const;
  const streams = await begun(options, { input, output });
  await produce(input, [['a', '{']]);
  await streams.closed;
  expect(streams.error).toMatchObject({ code: 'DESERIALIZATION_FAILED', topic: input, offset: 0 });
  expect(keysOf(await committed(dead))).toEqual(['a']);
});

it('headers of a record that are too large for its dead letter are left out of it, and it says so', async () => {
  const [input, output, dead] = [await createTopic('in'), await createTopic('out'), await createTopic('dead')];
  await begun({ errors: { deadLetterTopic: dead } }, { input, output });
  const producer = plainClient().producer();
  await producer.connect();
  const headers = { large: 'h'.repeat(70_000), small: 'kept?' };
  await producer.send({ topic: input, messages: [{ key: 'a', value: '"bad"', headers }] });
  await producer.disconnect();
  await until(async () => (await committed(dead)).length > 0);
  const [letter] = await committed(dead);
  expect(letter).toMatchObject({ key: 'a', value: '"bad"' });
  expect(letter?.headers.some(([name]) => name === 'large')).toBe(false);
  expect(headerText(letter?.headers ?? [], 'millrace.errors.truncated')).toContain('headers');
});

it('a dead letter that its topic refuses makes no other one: it ends the instance, and nothing is lost', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  // Not even the stack of an error fits.
  const dead = await createTopic('dead', { config: { 'max.message.bytes': '500' } });
  let asked = 0;
  const streams = await begun(
    {
      errors: { deadLetterTopic: dead },
      productionErrorHandler: () => {
        asked += 1;
        return 'deadLetter';
      },
    },
    { input, output },
  );
  await produce(input, [['a', '"bad"']]);
  await streams.closed;
  expect(streams.error).toMatchObject({ code: 'PRODUCTION_FAILED', topic: dead });
  expect(asked).toBe(0);
  expect(await committed(dead)).toEqual([]);
});

it('what fails is left out, and leaves nothing but a count, where the option says that work continues', async () => {
  const [input, output] = [
    await createTopic('in'),
    await createTopic('out', { config: { 'max.message.bytes': '9000' } }),
  ];
  const lines: string[] = [];
  const streams = await begun(
    {
      errors: { retry: { attempts: 2, backOff: 5 }, then: 'continue' },
      processingGuarantee: 'exactly_once_v2',
      logger: { ...silentLogger, warn: (message) => lines.push(message) },
    },
    { input, output },
  );
  await produce(input, [
    ['a', '"bad"'],
    ['b', '{'],
    ['c', `"${'x'.repeat(20_000)}"`],
    ['d', '"good"'],
  ]);
  await readUntil(output, (key) => key === 'd');
  expect(keysOf(await committed(output))).toEqual(['d']);
  const { dropped, deadLetters, retried } = streams.metrics();
  expect(dropped).toMatchObject({ 'processing-error': 1, undecodable: 1, 'production-error': 1 });
  expect([deadLetters, retried]).toEqual([0, 1]);
  expect(lines.filter((line) => /no bad|cannot be decoded|is larger than topic/.test(line))).toHaveLength(3);
  expect(streams.state).toBe('RUNNING');
});

it('a dead letter of the end that its topic refuses hides nothing: it is told by itself', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const dead = await createTopic('dead', { config: { 'max.message.bytes': '500' } });
  const errors: string[] = [];
  const streams = await begun(
    {
      errors: { then: 'fail', deadLetterTopic: dead },
      logger: { ...silentLogger, error: (message) => errors.push(message) },
    },
    { input, output },
  );
  await produce(input, [['a', '"bad"']]);
  await streams.closed;
  expect(streams.error).toMatchObject({ code: 'PROCESSING_FAILED', topic: input });
  expect(errors.filter((line) => line.startsWith(`a dead letter could not be written to ${dead}`))).toHaveLength(1);
  expect(await committed(dead)).toEqual([]);
});
