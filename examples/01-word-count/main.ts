/** Runs the word count from end to end: a broker, a few lines, the application, and the table that comes out. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { KafkaStreams, serdes } from 'millrace';
import { startKafka } from 'millrace/testing';
import { LINES } from './lines.js';
import { wordCount } from './topology.js';

// A broker of the environment may hold earlier runs, so everything is named after this one.
const applicationId = `word-count-${randomUUID().slice(0, 8)}`;
const topics = { lines: `${applicationId}-lines`, counts: `${applicationId}-counts` };
const stateDir = mkdtempSync(join(tmpdir(), 'word-count-'));

const broker = await startKafka({ log: (line) => console.error(line) });
const client = new Kafka({ clientId: 'word-count', brokers: broker.brokers, logLevel: logLevel.ERROR });
try {
  await createTopics();
  await sendLines();

  const streams = new KafkaStreams(wordCount(topics), {
    applicationId,
    kafka: { brokers: broker.brokers },
    stateDir,
    commitInterval: '100ms',
  });
  await streams.start();
  const counts = await Promise.race([readCounts(), failureOf(streams)]);
  await streams.close();

  print(counts);
} finally {
  await removeTraces();
  await broker.stop();
  rmSync(stateDir, { recursive: true, force: true });
}

async function createTopics(): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 2 })) });
  await admin.disconnect();
}

async function sendLines(): Promise<void> {
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: topics.lines, messages: LINES.map((value) => ({ value })) });
  await producer.disconnect();
}

/** Reads the output as any other service would, until every word that was sent has been counted. */
async function readCounts(): Promise<Map<string, number>> {
  const words = LINES.join(' ').split(' ').length;
  const counts = new Map<string, number>();
  const consumer = client.consumer({ groupId: `${applicationId}-reader`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: topics.counts, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      const eachMessage = ({ key, value }: { key: Buffer | null; value: Buffer | null }): void => {
        if (key === null || value === null) return;
        counts.set(key.toString(), serdes.long().deserialize(value, topics.counts));
        if (sum(counts.values()) === words) resolve();
      };
      consumer.run({ eachMessage: async ({ message }) => eachMessage(message) }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return counts;
}

/** Never resolves; rejects when the application has ended by itself. */
async function failureOf(streams: KafkaStreams): Promise<never> {
  await streams.closed;
  if (streams.error !== null) throw streams.error;
  return await new Promise<never>(() => undefined);
}

function print(counts: ReadonlyMap<string, number>): void {
  const rows = [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  for (const [word, count] of rows) console.log(`${String(count).padStart(3)}  ${word}`);
}

/** Leaves a broker of the environment as it was found. */
async function removeTraces(): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(applicationId));
  await admin.deleteTopics({ topics: mine });
  await admin.deleteGroups([applicationId, `${applicationId}-reader`]);
  await admin.disconnect();
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
