/** Functions of the user's that are only told or asked things, and fail: nothing ends the process, and everything is told; on a real broker. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, readUntil } from './application-fixture.js';
import type { UncaughtDecision } from '../../src/worker/process-end.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();

/** What would have ended the process. */
const deadly: unknown[] = [];
const note = (error: unknown): void => {
  deadly.push(error);
};
beforeEach(() => {
  deadly.length = 0;
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
  expect(deadly).toEqual([]);
});

interface World {
  readonly streams: KafkaStreams;
  readonly input: string;
  readonly output: string;
  readonly told: Error[];
}

async function worldOf(
  options: Partial<KafkaStreamsOptions> = {},
  build: (input: string, output: string) => StreamsBuilder = (input, output) => {
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).to(output, STRINGS);
    return builder;
  },
  decide: () => unknown = () => 'shutdown',
): Promise<World> {
  const [input, output] = [await createTopic('by'), await createTopic('by-out')];
  const streams = apps.start(build(input, output).build(), { applicationId: uniqueName('by'), ...options });
  const told: Error[] = [];
  streams.onUncaughtError((error) => {
    told.push(error);
    return decide() as UncaughtDecision;
  });
  return { streams, input, output, told };
}

const later = (): never => Promise.reject(new Error('too late')) as never;
const atOnce = (): never => {
  throw new Error('at once');
};

describe.each([
  ['throws', atOnce, 'at once'],
  ['rejects', later, 'too late'],
] as const)('a function that %s', (_, fails, reason) => {
  it('as a state listener goes to the uncaught-error handler; replace goes on', async () => {
    const { streams, input, output, told } = await worldOf({}, undefined, () => 'replace');
    streams.onStateChange((state) => (state === 'RUNNING' ? fails() : undefined));
    await streams.start();
    await produce(input, [['k', 'v']]);
    await readUntil(output, (key) => key === 'k');
    expect(told).toEqual([
      expect.objectContaining({ code: 'PROCESSING_FAILED', message: `a state listener failed: ${reason}` }),
    ]);
    expect(streams.state).toBe('RUNNING');
  });

  it('as a state listener ends the application when the handler says so', async () => {
    const { streams, told } = await worldOf();
    streams.onStateChange((state) => (state === 'RUNNING' ? fails() : undefined));
    await streams.start().catch(() => undefined); // what is ended while it starts does not start
    await streams.closed;
    expect(streams.state).toBe('ERROR');
    expect(streams.error).toBe(told[0]);
  });

  it('as a logger is told once', async () => {
    const logger = { debug: fails, info: fails, warn: fails, error: fails };
    const { streams, input, output, told } = await worldOf({ logger }, undefined, () => 'replace');
    await streams.start();
    await produce(input, [['k', 'v']]);
    await readUntil(output, (key) => key === 'k');
    expect(told.map(({ message }) => message)).toEqual([`the logger failed: ${reason}`]);
    await streams.close();
    expect(streams.error).toBeNull();
  });

  it('as a restore listener names store and task', async () => {
    const { streams, input, told } = await worldOf({}, (topic) => {
      const builder = new StreamsBuilder();
      builder.table(topic, { ...STRINGS, store: 'rows' });
      return builder;
    });
    await produce(input, [['k', 'v']]);
    streams.onRestore({ onRestoreStart: fails });
    await streams.start();
    await streams.closed;
    expect(told).toEqual([expect.objectContaining({ code: 'PROCESSING_FAILED', store: 'rows', task: '0_0' })]);
  });

  it('as foreach ends the application with node and record', async () => {
    const { streams, input, told } = await worldOf({}, (topic) => {
      const builder = new StreamsBuilder();
      builder.stream(topic, STRINGS).foreach(fails);
      return builder;
    });
    await streams.start();
    await produce(input, [['k', 'v']]);
    await streams.closed;
    expect(told).toEqual([
      expect.objectContaining({
        code: 'PROCESSING_FAILED',
        topic: input,
        offset: 0,
        node: 'KSTREAM-FOREACH-0000000001',
      }),
    ]);
  });

  it('as uncaught-error handler shuts down', async () => {
    const { streams, input } = await worldOf(
      {},
      (topic) => {
        const builder = new StreamsBuilder();
        builder.stream(topic, STRINGS).foreach(atOnce);
        return builder;
      },
      fails,
    );
    await streams.start();
    await produce(input, [['k', 'v']]);
    await streams.closed;
    expect(streams.error).toMatchObject({ code: 'PROCESSING_FAILED', topic: input, offset: 0 });
  });
});

it.each([undefined, null, 'restart', true])(
  'an uncaught-error handler that returns %s shuts down',
  async (decision) => {
    const { streams, input, told } = await worldOf(
      {},
      (topic) => {
        const builder = new StreamsBuilder();
        builder.stream(topic, STRINGS).mapValues(atOnce);
        return builder;
      },
      () => decision,
    );
    await streams.start();
    await produce(input, [['k', 'v']]);
    await streams.closed;
    expect(streams.state).toBe('ERROR');
    expect(told).toHaveLength(1);
  },
);

it('a topic extractor that names what is no topic, and a partitioner that fails later, are named with their record', async () => {
  const { streams, input, told } = await worldOf({}, (topic) => {
    const builder = new StreamsBuilder();
    builder.stream(topic, STRINGS).to(() => 'no/topic', STRINGS);
    return builder;
  });
  await streams.start();
  await produce(input, [['k', 'v']]);
  await streams.closed;
  expect(told).toEqual([
    expect.objectContaining({ code: 'PROCESSING_FAILED', topic: input, offset: 0, node: 'KSTREAM-SINK-0000000001' }),
  ]);

  const fresh = await createTopic('fresh');
  const second = await worldOf({}, (topic) => {
    const builder = new StreamsBuilder();
    builder.stream(topic, STRINGS).to(() => fresh, { ...STRINGS, partitioner: () => 7 });
    return builder;
  });
  await second.streams.start();
  await produce(second.input, [['k', 'v']]);
  await second.streams.closed;
  expect(second.told).toEqual([
    expect.objectContaining({
      code: 'PROCESSING_FAILED',
      topic: second.input,
      offset: 0,
      node: 'KSTREAM-SINK-0000000001',
    }),
  ]);
});
