/** One broker of three dies, hangs or is not to be reached any more, under an application that goes on with the other two. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectKafka } from '../../src/broker/kafkajs/connect.js';
import type { BrokerClient, RecordWriter } from '../../src/broker/port.js';
import { KafkaStreams, serdes, StreamsBuilder } from '../../src/index.js';
import { findProgram } from '../../src/local-kafka/find-program.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { silentLogger } from '../../src/observe/logger.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { createTopic, uniqueName } from './kafka.js';

const java = (await findProgram('java', ['JAVA_HOME'])) !== undefined && (await findProgram('mvn')) !== undefined;

/** Until the controllers declare a broker dead that did not say goodbye; by default they take 9 s. */
const SESSION_MS = 3_000;
/** 15 s with Kafka's default. */
const WITHIN_MS = 6_000 + SESSION_MS;
const PARTITIONS = [0, 1, 2];

const applicationId = uniqueName('silent-node');
const folder = mkdtempSync(join(tmpdir(), 'silent-node-'));
const processed = new Set<string>();
let lost: string[] = [];
let kafka: RunningKafka;
let client: BrokerClient;
let writer: RecordWriter;
let input: string;
let output: string;
let streams: KafkaStreams;

function instance(name: string): KafkaStreams {
  const builder = new StreamsBuilder();
  builder
    .stream(input, { key: serdes.string(), value: serdes.string() })
    .peek((value, key) => processed.add(`${value} ${key}`))
    .to(output);
  return new KafkaStreams(builder.build(), {
    applicationId,
    stateDir: join(folder, name),
    commitInterval: '200ms',
    logger: { ...silentLogger, warn: (message) => message.includes('is lost') && lost.push(message) },
    kafka: { brokers: kafka.proxy('shaky').brokers },
  });
}

/** Sends a record to each partition, and gives how long it took until each was processed, in ms. */
async function round(value: string): Promise<number> {
  const start = performance.now();
  for (const partition of PARTITIONS) {
    writer.append(input, partition, Buffer.from(String(partition)), Buffer.from(value), NO_HEADERS, Date.now());
  }
  await writer.flush();
  await vi.waitUntil(() => PARTITIONS.every((partition) => processed.has(`${value} ${String(partition)}`)), 60_000);
  return performance.now() - start;
}

const running = java || process.env.MILLRACE_TEST_KAFKA === 'java';

describe.skipIf(!running)('one broker of three', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    kafka = await startKafka({
      brokers: 3,
      proxies: ['shaky'],
      properties: { 'broker.session.timeout.ms': String(SESSION_MS) },
    });
    input = await createTopic('in', { partitions: 3, on: kafka.brokers });
    output = await createTopic('out', { partitions: 3, on: kafka.brokers });
    // Not kafkajs's own producer, which itself takes half a minute to notice.
    client = connectKafka({ brokers: kafka.brokers }, silentLogger);
    const producer = client.producer({
      name: 'input',
      lingerMs: 0,
      batchBytes: 16_384,
      maxBufferedBytes: 1_000_000,
      compression: 'none',
      deliveryTimeoutMs: 60_000,
    });
    await producer.lookUp([input]);
    writer = producer.writer({ name: 'test' });
    streams = instance('first');
    await streams.start();
    await round('ready');
  }, 180_000);

  afterAll(async () => {
    await streams.close();
    await client.close();
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('is half-open to the instance alone: that works again in seconds, over new connections', async () => {
    const coordinator = await kafka.coordinatorOf(applicationId);
    const outage = kafka.proxy('shaky').disturb({ kind: 'halfOpen', fresh: 'work' }, { broker: coordinator.id - 1 });
    expect(await round('half-open')).toBeLessThan(WITHIN_MS);
    outage.end();
    expect(streams.state).toBe('RUNNING');
  });

  it('hangs as the coordinator: another one is found, all partitions go on, and an instance can start', async () => {
    const coordinator = await kafka.coordinatorOf(applicationId);
    lost = [];
    await coordinator.pause();
    const paused = performance.now();
    let second: KafkaStreams | null = null;
    try {
      await round('hanging');
      expect(performance.now() - paused).toBeLessThan(WITHIN_MS);
      expect(lost).toHaveLength(1);
      second = instance('second');
      const starting = performance.now();
      await second.start();
      await vi.waitUntil(() => second?.state === 'RUNNING' && streams.state === 'RUNNING', 60_000);
      expect(performance.now() - starting).toBeLessThan(WITHIN_MS);
      await round('two of them');
    } finally {
      await coordinator.resume();
      await second?.close();
    }
    await round('resumed');
  });

  it('is killed as the coordinator: another one is found and all partitions go on', async () => {
    const coordinator = await kafka.coordinatorOf(applicationId);
    lost = [];
    await coordinator.kill();
    const killed = performance.now();
    try {
      await round('killed');
      expect(performance.now() - killed).toBeLessThan(WITHIN_MS);
      expect(streams.state).toBe('RUNNING');
      expect(lost).toHaveLength(1);
    } finally {
      await coordinator.start();
    }
    await round('started again');
    expect(streams.state).toBe('RUNNING');
  });
});
