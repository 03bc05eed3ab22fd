/** Reads a topic from its beginning to where it ends now, with plain kafkajs. */
import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';

/** Calls `each` with every record, in offset order within a partition; returns the number of partitions. */
export async function readTopic(
  kafka: Kafka,
  topic: string,
  each: (partition: number, message: KafkaMessage) => void,
): Promise<number> {
  const admin = kafka.admin();
  const groupId = `read-${randomUUID()}`;
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const open = new Map(ends.filter(({ low, high }) => low !== high).map((one) => [one.partition, BigInt(one.high)]));
    if (open.size > 0) {
      await readUntil(kafka, { topic, groupId, open, each });
      await admin.deleteGroups([groupId]);
    }
    return ends.length;
  } finally {
    await admin.disconnect();
  }
}

interface Reading {
  readonly topic: string;
  readonly groupId: string;
  /** Partitions that are not read to their end yet, with their ends. */
  readonly open: Map<number, bigint>;
  readonly each: (partition: number, message: KafkaMessage) => void;
}

async function readUntil(kafka: Kafka, { topic, groupId, open, each }: Reading): Promise<void> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, maxBytesPerPartition: 4 * 1024 * 1024 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            const end = open.get(batch.partition);
            if (end === undefined) return;
            for (const message of batch.messages) {
              if (BigInt(message.offset) < end) each(batch.partition, message);
            }
            if (BigInt(batch.lastOffset()) + 1n < end) return;
            open.delete(batch.partition);
            if (open.size === 0) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}
