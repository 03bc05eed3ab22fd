/** What an integration test needs of Kafka: the shared broker's address, fresh names, topics, or a broker of its own. */
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { inject, vi } from 'vitest';
import type { RunningKafka, StartKafkaOptions } from '../../src/local-kafka/options.js';
import { startKafka } from '../../src/local-kafka/start-kafka.js';
import { askedOrigin, askedVersion } from './origin.js';

/** Bootstrap addresses of the broker that serves the whole run. */
export function brokers(): string[] {
  return inject('kafkaBrokers');
}

/** A name nobody has used on this broker: `prefix-1f3a9c02`. For application ids, groups and transactional ids. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** The same for a topic that the test itself does not create. */
export function uniqueTopic(prefix: string): string {
  return uniqueName(prefix);
}

/** Creates a topic of its own and gives its name. Default: one partition, no configuration. */
export async function createTopic(
  prefix: string,
  options: {
    readonly partitions?: number;
    readonly config?: Readonly<Record<string, string>>;
    readonly on?: readonly string[];
  } = {},
): Promise<string> {
  const topic = uniqueTopic(prefix);
  const configEntries = Object.entries(options.config ?? {}).map(([name, value]) => ({ name, value }));
  const admin = plainClient(options.on).admin();
  await admin.connect();
  try {
    const topics = [{ topic, numPartitions: options.partitions ?? 1, configEntries }];
    await admin.createTopics({ topics, waitForLeaders: false });
    // kafkajs's own way of waiting gives up when it asks a broker of a cluster that has not heard of the topic yet.
    await vi.waitFor(() => admin.fetchTopicOffsets(topic), { timeout: 30_000, interval: 20 });
  } finally {
    await admin.disconnect();
  }
  return topic;
}

/** kafkajs itself, as a witness that shares no code with what is tested. */
export function plainClient(on: readonly string[] = brokers()): Kafka {
  return new Kafka({ clientId: 'witness', brokers: [...on], logLevel: logLevel.NOTHING });
}

/**
 * A broker for one test file alone: to be killed, to demand credentials, to have odd properties. Stop it in `afterAll`.
 * Never the environment's, even when that serves the rest.
 */
export async function ownKafka(options: StartKafkaOptions = {}): Promise<RunningKafka> {
  // Levels of features are a matter of formatting the storage, which images do by themselves.
  const asked = options.features === undefined ? askedOrigin().use : 'java';
  if (asked === 'docker' || asked === 'java') return await startKafka({ use: asked, ...askedVersion(), ...options });
  return await startKafka({ ...askedVersion(), ...options, properties: { ...options.properties } });
}

/** The first `count` values of a topic, read by a group of its own. */
export async function readValues(on: readonly string[], topic: string, count: number): Promise<string[]> {
  const consumer = plainClient(on).consumer({ groupId: uniqueName(topic), retry: { retries: 12 } });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      // kafkajs also calls a coordinator that is still loading a crash, and then restarts by itself.
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      consumer
        .run({
          eachMessage: async ({ message }) => {
            values.push(message.value?.toString() ?? '');
            if (values.length === count) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return values;
}
