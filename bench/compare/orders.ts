/** The input of both sides: a topic that is filled once and kept. */
import { Cluster } from '../run/cluster.js';
import type { JvmSide, OrdersWanted } from './jvm.js';

/**
 * Makes sure of a topic that holds exactly the orders asked for, and returns its name, which says what is in it. One that
 * was left half filled is deleted and written anew.
 */
export async function prepareOrders(
  brokers: readonly string[],
  jvm: JvmSide,
  given: OrdersWanted,
  print: (line: string) => void,
): Promise<string> {
  const { records, keys, seed, format } = given;
  const kind = format === 'json' ? '' : `${format}-`;
  const topic = `bench-orders-${kind}${String(records)}-keys${String(keys)}-seed${String(seed)}`;
  const cluster = await Cluster.connect(brokers);
  try {
    let present = await cluster.records(topic);
    if (present === records) {
      print(`${topic} is there already`);
      return topic;
    }
    if (present !== undefined) await cluster.deleteTopics(topic);
    print(`filling ${topic}`);
    await cluster.createTopic(topic, { 'retention.ms': '-1' });
    await jvm.fill(brokers.join(','), topic, given);
    present = await cluster.records(topic);
    if (present !== records) throw new Error(`${topic} holds ${String(present)} records instead of ${String(records)}`);
    return topic;
  } finally {
    await cluster.close();
  }
}
