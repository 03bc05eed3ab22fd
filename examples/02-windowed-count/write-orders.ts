/** Sends orders to Kafka, as fast as it takes them or at a rate. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners, type Kafka } from 'kafkajs';
import type { TimedOrder } from './orders.js';

export interface WriteOptions {
  readonly topic: string;
  /** How many to send. Default: until `signal`. */
  readonly records?: number;
  /** Orders a second. Default: as fast as possible. */
  readonly rate?: number;
  /** Ends the sending after the batch at hand. */
  readonly signal?: AbortSignal;
}

/** kafkajs's time for a batch grows faster than the batch. */
const MOST_IN_BATCH = 1_000;
/** With a rate: batches a second. */
const BATCHES_PER_SECOND = 20;

/** Takes orders from the generator and sends them; returns how many were acknowledged. */
export async function writeOrders(
  kafka: Kafka,
  source: Iterator<TimedOrder, never>,
  { topic, records = Infinity, rate = Infinity, signal }: WriteOptions,
): Promise<number> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const most = Math.max(1, Math.min(MOST_IN_BATCH, Math.floor(rate / BATCHES_PER_SECOND)));
  const started = performance.now();
  let sent = 0;
  try {
    while (sent < records && signal?.aborted !== true) {
      const size = Math.min(most, records - sent);
      const messages = Array.from({ length: size }, () => {
        const { order, timestamp } = source.next().value;
        return { key: order.user, value: JSON.stringify(order), timestamp: String(timestamp) };
      });
      await producer.send({ topic, messages });
      sent += size;
      const ahead = (1_000 * sent) / rate - (performance.now() - started);
      if (ahead > 0) await sleep(ahead, undefined, signal === undefined ? {} : { signal }).catch(ignoreAbort);
    }
  } finally {
    await producer.disconnect();
  }
  return sent;
}

/** An interrupted pause is the end that was asked for. */
function ignoreAbort(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error;
}
