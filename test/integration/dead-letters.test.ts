/** What becomes of records that fail, on a real broker: tried again, left out, made dead letters, or the end. */
import { expect, it } from 'vitest';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import { WireTransactions } from '../../src/broker/wire/transaction/transactional-producer.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { StateFolder } from '../../src/worker/state/state-folder.js';
import { administration, applications, produce, readUntil, until } from './application-fixture.js';
import { DataClients } from './data-fixture.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();
const admin = administration();

/** Throws at values that begin with `bad`; at those that begin with `late`, so many times. */
function topologyOf(input: string, output: string, failures = 2): ReturnType<StreamsBuilder['build']> {
  const builder = new StreamsBuilder();
  const seen = new Map<string, number>();
  builder
    .stream(input, { key: serdes.string(), value: serdes.json<string>() })
    .mapValues(
      (value) => {
        const calls = (seen.get(value) ?? 0) + 1;
        seen.set(value, calls);
        if (value.startsWith('bad') || (value.startsWith('late') && calls <= failures))
          throw new TypeError(`no ${value.slice(0, 8)}`);
        return value;
      },
      { name: 'prices' },
    )
    .to(output, STRINGS);
  return builder.build();
}

interface Letter {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string])[];
}

/** The first records of a topic. */
async function consume(topic: string, count: number): Promise<Letter[]> {
  const consumer = plainClient().consumer({ groupId: uniqueName('witness') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const letters: Letter[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ message: { key, value, headers = {} } }) => {
            const pairs = Object.entries(headers).map(([name, bytes]) => [name, String(bytes)] as const);
            letters.push({ key: key?.toString() ?? null, value: value?.toString() ?? null, headers: pairs });
            if (letters.length === count) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return letters;
}

/** The id under which an application of this folder will write; the folder keeps it. */
async function transactionalIdOf(applicationId: string): Promise<string> {
  const folder = new StateFolder(apps.stateDir(), applicationId, silentLogger);
  const processId = await folder.lock();
  await folder.unlock();
  return `${applicationId}-${processId}-1`;
}

/** As another process would that has the same id: what is open under it is aborted. */
async function takeOver(transactionalId: string): Promise<void> {
  const other = new WireTransactions(
    kafkajsTransports({ brokers: brokers() }, silentLogger),
    {
      ...{ name: 'other', lingerMs: 0, batchBytes: 1_000, maxBufferedBytes: 1_000, compression: 'none' },
      ...{ deliveryTimeoutMs: 60_000, transactionTimeoutMs: 10_000, transactionalId, broken: () => undefined },
    },
    silentLogger,
  );
  await other.begin();
  await other.close();
}

interface Started {
  readonly input: string;
  readonly output: string;
  readonly dead: string;
  readonly streams: ReturnType<typeof apps.start>;
}

async function started(
  errors: KafkaStreamsOptions['errors'],
  more: Partial<KafkaStreamsOptions> = {},
): Promise<Started> {
  const [input, output, dead] = [await createTopic('in'), await createTopic('out'), uniqueName('dead')];
  const deadLetterTopic = { name: dead, partitions: 2, config: { 'max.message.bytes': '200000' } };
  const streams = apps.start(topologyOf(input, output), {
    logger: silentLogger,
    applicationId: uniqueName('letters'),
    errors: { deadLetterTopic, ...errors },
    ...more,
  });
  await streams.start();
  return { input, output, dead, streams };
}

it.each(['at_least_once', 'exactly_once_v2'] as const)(
  'dead letters are written with what they are about, and the topic is created: %s',
  async (processingGuarantee) => {
    const { input, output, dead, streams } = await started(
      { retry: { attempts: 3, backOff: 5 } },
      { processingGuarantee },
    );
    await produce(input, [
      ['a', '"bad"'],
      ['b', '{'],
      ['c', '"late"'],
      ['d', `"bad${'x'.repeat(300_000)}"`],
      ['e', '"good"'],
    ]);
    await readUntil(output, (key) => key === 'e');
    const letters = await consume(dead, 3);
    const described = await admin().fetchTopicMetadata({ topics: [dead] });
    expect(described.topics[0]?.partitions).toHaveLength(2);
    const byKey = new Map(letters.map((letter) => [letter.key, letter]));
    expect(byKey.get('a')).toMatchObject({ value: '"bad"' });
    expect(byKey.get('a')?.headers).toEqual([
      ['__streams.errors.exception', 'TypeError'],
      ['__streams.errors.message', 'no bad'],
      ['__streams.errors.stacktrace', expect.stringContaining('caused by: TypeError: no bad') as string],
      ['__streams.errors.topic', input],
      ['__streams.errors.partition', '0'],
      ['__streams.errors.offset', '0'],
      ['millrace.errors.node', 'prices'],
      ['millrace.errors.task', '0_0'],
      ['millrace.errors.source', 'KSTREAM-SOURCE-0000000000'],
    ]);
    expect(byKey.get('b')).toMatchObject({ value: '{' });
    expect(byKey.get('d')?.value).toBeNull();
    expect(byKey.get('d')?.headers).toContainEqual(['millrace.errors.truncated', 'value of 300005 bytes']);
    const metrics = streams.metrics();
    expect(metrics.deadLetters).toBe(3);
    expect(metrics.retried).toBeGreaterThanOrEqual(4);
    expect(metrics.dropped).toMatchObject({ 'processing-error': 2, undecodable: 1 });
  },
);

it.each([{ commitInterval: '1h' }, { commitInterval: '1s', processingGuarantee: 'exactly_once_v2' }] as const)(
  'a dead letter of what ends the instance is there, though nothing was committed: %j',
  async (options) => {
    const { input, dead, streams } = await started({ then: 'fail' }, options);
    await produce(input, [['a', '"bad"']]);
    await streams.closed;
    expect(streams.error).toMatchObject({ code: 'PROCESSING_FAILED', node: 'prices', topic: input, offset: 0 });
    expect(await consume(dead, 1)).toMatchObject([{ key: 'a', value: '"bad"' }]);
  },
);

it('a missing topic of dead letters is named at the start', async () => {
  const [input, output, dead] = [await createTopic('in'), await createTopic('out'), uniqueName('dead')];
  const streams = apps.start(topologyOf(input, output), {
    logger: silentLogger,
    applicationId: uniqueName('letters'),
    errors: { deadLetterTopic: dead },
  });
  await expect(streams.start()).rejects.toMatchObject({ code: 'TOPIC_MISSING', topic: dead });
});

it('a record that waits to be tried again holds up its own task alone, and no commit of others', async () => {
  const [input, output] = [await createTopic('in', { partitions: 2 }), await createTopic('out')];
  const applicationId = uniqueName('letters');
  const streams = apps.start(topologyOf(input, output, Infinity), {
    applicationId,
    errors: { retry: { attempts: 2, backOff: '1h', maxBackOff: '1h' } },
    asyncDrainTimeout: 0,
  });
  await streams.start();
  await produce(input, [['a', '"late"']], 0);
  await expect.poll(() => streams.metrics().retried, { timeout: 20_000 }).toBe(1);
  await produce(input, [['b', '"good"']], 1);
  await readUntil(output, (key) => key === 'b');
  const committed = async (): Promise<string[]> => {
    const [topic] = await admin().fetchOffsets({ groupId: applicationId, topics: [input] });
    return (topic?.partitions ?? []).map(({ partition, offset }) => `${String(partition)}:${offset}`).sort();
  };
  await expect.poll(committed, { timeout: 20_000 }).toContain('1:1');
  expect(await committed()).not.toContain('0:1');
});

it.each(['at_least_once', 'exactly_once_v2'] as const)(
  'records that the broker refuses become dead letters, and those around them are written: %s',
  async (processingGuarantee) => {
    const [input, dead] = [await createTopic('in'), uniqueName('dead')];
    const small = await createTopic('small', { config: { 'max.message.bytes': '20000' } });
    const keyed = await createTopic('keyed', { config: { 'cleanup.policy': 'compact' } });
    const recent = await createTopic('recent', { config: { 'message.timestamp.before.max.ms': '3600000' } });
    const builder = new StreamsBuilder();
    const stream = builder.stream(input, STRINGS);
    stream.to(small, STRINGS);
    stream.selectKey((value, key) => (value.startsWith('keyless') ? null : key)).to(keyed, STRINGS);
    stream
      .process<string, string>({
        get: () => {
          let context: { forward: (record: { key: string | null; value: string; timestamp: number }) => void };
          return {
            init: (given) => (context = given as never),
            process: ({ key, value, timestamp }) => {
              context.forward({ key, value, timestamp: value === 'old' ? 1_000 : timestamp });
            },
          };
        },
      })
      .to(recent, STRINGS);
    const streams = apps.start(builder.build(), {
      logger: silentLogger,
      applicationId: uniqueName('refused'),
      errors: { deadLetterTopic: { name: dead } },
      processingGuarantee,
    });
    await streams.start();
    await produce(input, [
      ['a', 'first'],
      ['b', 'x'.repeat(30_000)],
      ['c', 'keyless'],
      ['d', 'old'],
      ['e', 'last'],
    ]);
    const letters = await consume(dead, 3);
    const told = letters.map(({ key, value, headers }) => {
      const target = headers.find(([name]) => name === 'millrace.errors.target')?.[1];
      return `${String(target)}: ${String(key)}=${value === null ? 'null' : value.slice(0, 8)}`;
    });
    expect(told.sort()).toEqual([`${keyed}-0: null=keyless`, `${recent}-0: d=old`, `${small}-0: b=xxxxxxxx`].sort());
    for (const [topic, keys] of [
      [small, 'a c d e'],
      [keyed, 'a b d e'],
      [recent, 'a b c e'],
    ] as const) {
      expect((await consume(topic, 4)).map(({ key }) => key).join(' ')).toBe(keys);
    }
    await expect.poll(() => streams.metrics().dropped, { timeout: 20_000 }).toMatchObject({ 'production-error': 3 });
    expect(streams.state).toBe('RUNNING');
  },
);

/** Reads committed records of a topic that has one partition. */
async function committed(topic: string): Promise<{ readonly letters: (string | null)[]; readonly end: number }> {
  const clients = new DataClients();
  try {
    const { records, endOffset } = await clients.readToEnd(topic);
    return { letters: records.map(({ key }) => key), end: endOffset };
  } finally {
    await clients.close();
  }
}

it('a refused record has one dead letter, though its transaction is given up and done again', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const [dead, small] = [
    await createTopic('dead'),
    await createTopic('small', { config: { 'max.message.bytes': '9000' } }),
  ];
  const applicationId = uniqueName('refused');
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const builder = new StreamsBuilder();
  const stream = builder.stream(input, STRINGS);
  stream.to(small, STRINGS);
  // Commits wait for it, so that the transaction stays open.
  stream.mapValuesAsync(async (value) => (value === 'wait' ? gate.then(() => value) : value)).to(output, STRINGS);
  const lines: string[] = [];
  const streams = apps.start(builder.build(), {
    logger: { ...silentLogger, warn: (message) => lines.push(message) },
    applicationId,
    errors: { deadLetterTopic: dead },
    processingGuarantee: 'exactly_once_v2',
    transactionTimeout: '60s',
  });
  const transactionalId = await transactionalIdOf(applicationId);
  await streams.start();
  await produce(input, [
    ['a', 'x'.repeat(20_000)],
    ['b', 'wait'],
  ]);
  const clients = new DataClients();
  const all = async (): Promise<number> => (await clients.readToEnd(dead, { isolation: 'uncommitted' })).endOffset;
  await until(async () => (await all()) > 0);
  await clients.close();
  expect((await committed(dead)).letters).toEqual([]);
  await takeOver(transactionalId);
  release();
  await readUntil(output, (key) => key === 'b');
  expect(lines).toContain('a transaction was given up; its records are processed again from what is committed');
  await until(async () => (await committed(dead)).letters.length > 0);
  await streams.close();
  expect((await committed(dead)).letters).toEqual(['a']);
});

it('a dead letter of a refused record that ends the instance is there, though its transaction is not', async () => {
  const { input, output, dead } = {
    ...{ input: await createTopic('in'), dead: await createTopic('dead') },
    output: await createTopic('small', { config: { 'max.message.bytes': '9000' } }),
  };
  const builder = new StreamsBuilder();
  builder.stream(input, STRINGS).to(output, STRINGS);
  const streams = apps.start(builder.build(), {
    applicationId: uniqueName('refused'),
    errors: { then: 'fail', deadLetterTopic: dead },
    processingGuarantee: 'exactly_once_v2',
    commitInterval: '1s',
  });
  await streams.start();
  await produce(input, [
    ['a', 'small'],
    ['b', 'x'.repeat(20_000)],
  ]);
  await streams.closed;
  expect(streams.error).toMatchObject({ code: 'PRODUCTION_FAILED' });
  expect((await committed(dead)).letters).toEqual(['b']);
  expect((await committed(output)).letters).toEqual([]);
});

it('a record of a changelog that the broker refuses is the end: left out, its row would be lost', async () => {
  const [input, dead] = [await createTopic('in'), uniqueName('dead')];
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .groupByKey()
    .reduce((_, value) => value, { store: 'rows' });
  const streams = apps.start(builder.build(), {
    logger: silentLogger,
    applicationId: uniqueName('refused'),
    topicConfig: { 'max.message.bytes': '20000' },
    errors: { deadLetterTopic: { name: dead } },
  });
  await streams.start();
  await produce(input, [['a', 'x'.repeat(30_000)]]);
  await streams.closed;
  expect(streams.error).toMatchObject({ code: 'PRODUCTION_FAILED' });
  expect(streams.error?.message).toContain('-rows-changelog takes');
});

it('timers and processors of global stores are tried again, and make dead letters', async () => {
  const [input, global, dead] = [await createTopic('in'), await createTopic('global'), uniqueName('dead')];
  await produce(global, [
    ['a', 'twice'],
    ['b', 'bad'],
  ]);
  const builder = new StreamsBuilder();
  const seen: string[] = [];
  let ticks = 0;
  builder.addGlobalStore(
    stores.keyValue({ name: 'rows', ...STRINGS, engine: 'memory', logging: false }),
    global,
    {
      get: () => ({
        process({ value }: { readonly value: string | null }) {
          seen.push(String(value));
          if (value === 'bad' || seen.length === 1) throw new Error(`no ${String(value)}`);
        },
      }),
    },
    STRINGS,
  );
  builder.stream(input, STRINGS).process({
    get: () => ({
      init(context) {
        context.schedule('1h', 'stream-time', () => {
          ticks += 1;
          throw new RangeError('no time');
        });
      },
      process: () => undefined,
    }),
  });
  const streams = apps.start(builder.build(), {
    logger: silentLogger,
    applicationId: uniqueName('letters'),
    errors: { retry: { attempts: 2, backOff: 5 }, deadLetterTopic: { name: dead } },
  });
  await streams.start();
  expect(seen).toEqual(['twice', 'twice', 'bad', 'bad']);
  await produce(input, [['k', 'v']]);
  const letters = await consume(dead, 2);
  expect(letters.map(({ key, value }) => [key, value])).toEqual([
    ['b', 'bad'],
    [null, null],
  ]);
  expect(letters[1]?.headers).toContainEqual(['__streams.errors.exception', 'RangeError']);
  expect(ticks).toBe(2);
  expect(streams.state).toBe('RUNNING');
});
