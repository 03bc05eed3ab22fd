/** Reads both topics of the example, recomputes every window from the orders and compares. */
import { strict as assert } from 'node:assert';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { compare, type Comparison, type Mode } from './compare.js';
import type { Order, UserSpend } from './orders.js';
import { readTopic } from './read-topic.js';
import { Recomputation, windowName, type Totals } from './recompute.js';
import type { SpendTopics } from './topology.js';

export interface Verdict extends Comparison {
  readonly mode: Mode;
  /** Orders read, in so many partitions, and how many of them were late. */
  readonly orders: number;
  readonly partitions: number;
  readonly late: number;
  /** Records of the spend topic; the last one of a window counts. */
  readonly updates: number;
}

export async function checkWindows(kafka: Kafka, topics: SpendTopics, mode: Mode): Promise<Verdict> {
  const expected = new Recomputation();
  const partitions = await readTopic(kafka, topics.orders, (partition, { key, value, timestamp }) => {
    assert(key !== null && value !== null, 'an order has a key and a value');
    const { cents } = JSON.parse(value.toString()) as Order;
    expected.add(partition, key.toString(), cents, Number(timestamp));
  });

  const found = new Map<string, Totals>();
  let updates = 0;
  await readTopic(kafka, topics.spend, (_, message) => {
    updates += 1;
    const { name, totals } = decode(message);
    found.set(name, totals);
  });

  const comparison = compare(expected.windows, found, mode);
  return { ...comparison, mode, orders: expected.records, partitions, late: expected.late, updates };
}

/** A windowed key is the user's name followed by the start of the window, 8 bytes. The value says both once more. */
function decode({ key, value }: KafkaMessage): { readonly name: string; readonly totals: Totals } {
  assert(key !== null && value !== null, 'a window has a key and is never deleted');
  const spend = JSON.parse(value.toString()) as UserSpend;
  const name = windowName(key.subarray(0, -8).toString(), Number(key.readBigInt64BE(key.length - 8)));
  assert.equal(`${spend.user} ${spend.from}`, name, 'the value names the window of the key');
  return { name, totals: { orders: spend.orders, cents: spend.cents } };
}

const SHOWN_DIFFERENCES = 10;

/** The verdict as lines; the last one is the answer. */
export function report(verdict: Verdict): string[] {
  const { mode, orders, partitions, late, updates, windows, agree, more, differences } = verdict;
  const n = (value: number): string => value.toLocaleString('en-US');
  const lines = [
    `read ${n(orders)} orders in ${n(partitions)} partitions, ${n(late)} of them late, and ${n(updates)} updates of ${n(windows)} windows`,
    ...differences.slice(0, SHOWN_DIFFERENCES).map((line) => `  ${line}`),
  ];
  if (differences.length > SHOWN_DIFFERENCES) lines.push(`  and ${n(differences.length - SHOWN_DIFFERENCES)} more`);
  if (mode === 'exact') lines.push(`${n(agree)} of ${n(windows)} windows agree`);
  else
    lines.push(
      `${n(agree + more)} of ${n(windows)} windows have at least the recomputed count, ${n(more)} of them more`,
    );
  return lines;
}

/** No difference; and not for want of windows. */
export function passed({ differences, windows }: Verdict): boolean {
  return differences.length === 0 && windows > 0;
}
