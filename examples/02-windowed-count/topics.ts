/** The topics of a run: created before, watched until everything is processed, removed after. */
import type { Kafka } from 'kafkajs';
import type { SpendTopics } from './topology.js';

const PARTITIONS = 4;

export async function createTopics(kafka: Kafka, { orders, spend }: SpendTopics): Promise<void> {
  await withAdmin(kafka, (admin) =>
    admin.createTopics({ topics: [orders, spend].map((topic) => ({ topic, numPartitions: PARTITIONS })) }),
  );
}

/**
 * Orders that the application has not committed yet. When none are left, all output is in its topic: results are
 * acknowledged before the offsets of what they follow from are committed.
 */
export async function uncommitted(kafka: Kafka, applicationId: string, topic: string): Promise<number> {
  return await withAdmin(kafka, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const committed = await admin.fetchOffsets({ groupId: applicationId, topics: [topic] });
    const done = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    let open = 0;
    for (const { partition, low, high } of ends) {
      open += Number(high) - Math.max(Number(low), done.get(partition) ?? -1);
    }
    return open;
  });
}

/** Removes the topics of a run, those that the application made for itself included, and its group. */
export async function removeTraces(kafka: Kafka, applicationId: string): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${applicationId}-`));
    await admin.deleteTopics({ topics });
    const { groups } = await admin.listGroups();
    if (groups.some(({ groupId }) => groupId === applicationId)) await admin.deleteGroups([applicationId]);
  });
}

type Admin = ReturnType<Kafka['admin']>;

async function withAdmin<T>(kafka: Kafka, act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}
