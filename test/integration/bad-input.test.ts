/** What is wrong is named, with where it is and what to do; each on a real broker. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { serdes } from '../../src/serde/serdes.js';
import { brokers, createTopic, ownKafka, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'millrace-bad-'));
});
afterEach(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

/** The error of a start that must fail. */
async function startFails(
  build: (builder: StreamsBuilder) => void,
  options: Partial<KafkaStreamsOptions> = {},
): Promise<unknown> {
  const builder = new StreamsBuilder();
  build(builder);
  const streams = new KafkaStreams(builder.build(), {
    applicationId: uniqueName('bad'),
    kafka: { brokers: brokers() },
    stateDir,
    ...options,
  });
  try {
    await streams.start();
  } catch (error) {
    expect(streams.state).toBe('ERROR');
    expect(streams.error).toBe(error);
    return error;
  }
  await streams.close();
  throw new Error('it started');
}

describe('at the start', () => {
  it('a missing topic is named', async () => {
    const error = await startFails((builder) => {
      builder.stream('no-such-topic', STRINGS).to('nowhere');
    });
    expect(error).toMatchObject({
      code: 'TOPIC_MISSING',
      message: expect.stringMatching(
        /source topic does not exist: no-such-topic .*create it before starting/,
      ) as string,
    });
  });

  it('topics of a join with different partition counts are named with their counts', async () => {
    const [left, right] = [await createTopic('left', { partitions: 2 }), await createTopic('right', { partitions: 3 })];
    const error = await startFails((builder) => {
      builder
        .stream(left, STRINGS)
        .join(builder.table(right, STRINGS), (a, b) => a + b)
        .foreach(() => undefined);
    });
    expect(error).toMatchObject({
      code: 'PARTITIONS_MISMATCHED',
      message: expect.stringMatching(new RegExp(`${left}: 2, ${right}: 3.*repartition\\(\\)`)) as string,
    });
  });

  it('an internal topic with the wrong partition count is named, with what to do', async () => {
    const input = await createTopic('in', { partitions: 2 });
    const applicationId = uniqueName('wrong');
    const admin = plainClient().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: `${applicationId}-counts-changelog`, numPartitions: 5 }] });
    await admin.disconnect();
    const error = await startFails(
      (builder) => {
        builder.stream(input, STRINGS).groupByKey().count({ store: 'counts' });
      },
      { applicationId },
    );
    expect(error).toMatchObject({
      code: 'INTERNAL_TOPIC_INVALID',
      message: expect.stringMatching(
        /counts-changelog has 5 partitions, but the topology now needs 2.*use another applicationId/,
      ) as string,
    });
  });

  it('a missing serde is named with its node, before anything is connected', () => {
    const builder = new StreamsBuilder();
    builder.stream('in').foreach(() => undefined);
    const options = { applicationId: uniqueName('serde'), kafka: { brokers: brokers() }, stateDir };
    expect(() => new KafkaStreams(builder.build(), options)).toThrow(
      expect.objectContaining({ code: 'SERDE_MISSING', node: 'KSTREAM-SOURCE-0000000000' }) as Error,
    );
  });

  it('a broker that does not answer is named by its address', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    const address = `127.0.0.1:${String(port)}`;
    const error = await startFails(
      (builder) => {
        builder.stream('in', STRINGS).foreach(() => undefined);
      },
      { kafka: { brokers: [address] }, startTimeout: 0 },
    );
    expect(error).toMatchObject({ code: 'BROKER_UNREACHABLE', message: expect.stringContaining(address) as string });
  });
});

describe('with credentials', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await ownKafka({ sasl: { username: 'miller', password: 'right' } });
  });
  afterAll(() => kafka.stop());

  it('wrong ones are an error that says so', async () => {
    const error = await startFails(
      (builder) => {
        builder.stream('in', STRINGS).foreach(() => undefined);
      },
      {
        kafka: {
          brokers: [...kafka.saslBrokers],
          sasl: { mechanism: 'plain', username: 'miller', password: 'wrong' },
        },
      },
    );
    expect(error).toMatchObject({ code: 'BROKER_AUTHENTICATION' });
  });
});

describe('with a full disk', () => {
  it('the state folder is named and nothing that failed counts as committed', async () => {
    const input = await createTopic('in');
    const applicationId = uniqueName('full');
    const producer = plainClient().producer();
    await producer.connect();
    const value = 'x'.repeat(1_000);
    const messages = Array.from({ length: 2_000 }, (_, i) => ({
      key: `k${String(i)}`,
      value: value + String(Math.random()),
    }));
    for (let i = 0; i < messages.length; i += 500)
      await producer.send({ topic: input, messages: messages.slice(i, i + 500) });
    await producer.disconnect();
    // No file of this process may grow beyond 100 blocks: the disk is full as far as LevelDB can tell.
    const script = join(import.meta.dirname, 'full-disk-child.ts');
    const command = `ulimit -f 100; exec node --import tsx ${script} ${brokers().join(',')} ${applicationId} ${stateDir} ${input}`;
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    const end = JSON.parse(out) as { state: string; message: string; error: { code: string } };
    expect(end.state).toBe('ERROR');
    expect(end.error.code).toBe('STORE_FAILED');
    expect(end.message).toContain(stateDir);
    expect(end.message).toMatch(/space|disk/);
  });
});
