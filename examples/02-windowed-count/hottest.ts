/** Follows the output topic, as a downstream service would, and keeps the windows with the most orders. */
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { UserSpend } from './orders.js';

/** Windows that ended this long before the newest one are no longer of interest. */
const KEPT_MS = 60_000;

export class HottestWindows {
  private readonly windows = new Map<string, UserSpend>();
  private newest = 0;

  update(spend: UserSpend): void {
    this.windows.set(`${spend.user} ${spend.from}`, spend);
    this.newest = Math.max(this.newest, Date.parse(spend.to));
  }

  /** Most orders first. Forgets windows that are too old. */
  top(count: number): UserSpend[] {
    const oldest = new Date(this.newest - KEPT_MS).toISOString();
    for (const [name, { to }] of this.windows) if (to < oldest) this.windows.delete(name);
    return [...this.windows.values()].sort((a, b) => b.orders - a.orders).slice(0, count);
  }
}

export interface Follower {
  stop(): Promise<void>;
}

/** Updates `windows` with every record of the topic until it is stopped. */
export async function followSpend(kafka: Kafka, topic: string, windows: HottestWindows): Promise<Follower> {
  const groupId = `view-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { value } }) => {
      if (value !== null) windows.update(JSON.parse(value.toString()) as UserSpend);
    },
  });
  return {
    stop: async () => {
      await consumer.disconnect();
      const admin = kafka.admin();
      await admin.connect();
      await admin.deleteGroups([groupId]);
      await admin.disconnect();
    },
  };
}
