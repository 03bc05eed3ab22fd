/** Reads a topic from its beginning to where it ends now. */
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';

export interface ReadRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer | null;
  /** Milliseconds. */
  readonly timestamp: number;
}

export async function readTopic(kafka: Kafka, topic: string, timeoutMs = 60_000): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  await scanTopic(kafka, topic, (record) => records.push(record), timeoutMs);
  return records;
}

/** Calls `take` for every record. @throws Error when the end is not reached in time */
export async function scanTopic(
  kafka: Kafka,
  topic: string,
  take: (record: ReadRecord) => void,
  timeoutMs: number,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const ends = new Map<number, bigint>();
  for (const { partition, high, low } of offsets) if (high !== low) ends.set(partition, BigInt(high));
  if (ends.size === 0) return;
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, retry: { retries: 20 } });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${topic} was not read to its end in ${timeoutMs} ms`)),
        timeoutMs,
      );
      const done = (): void => {
        clearTimeout(limit);
        resolve();
      };
      consumer
        .run({
          eachBatch: async ({ batch }) => {
            for (const { key, value, timestamp } of batch.messages) {
              take({ partition: batch.partition, key: String(key), value, timestamp: Number(timestamp) });
            }
            // Markers of transactions have offsets, too, which no record has.
            if (BigInt(batch.lastOffset()) + 1n >= (ends.get(batch.partition) ?? 0n)) ends.delete(batch.partition);
            if (ends.size === 0) done();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}
