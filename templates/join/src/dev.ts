/**
 * A first result by one command: finds or starts a broker, makes topics of its own there, sends sample records and prints what comes
 * out, until Ctrl-C. With --once it ends after the samples.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { serdes } from 'millrace';
import { startTestKit } from 'millrace/testing';
import { ordersWithNames, type Customer, type NamedOrder, type Order } from './topology.js';

const SAMPLES: readonly Order[] = [
  { customer: 'c1', amount: 5 },
  { customer: 'c2', amount: 2.5 },
  { customer: 'c3', amount: 1 },
];

const once = process.argv.includes('--once');
const ending = new AbortController();
process.once('SIGINT', () => ending.abort());

await using kit = await startTestKit({ log: console.error });
const key = serdes.string();
const customers = await kit.freshTopic('customers', { key, value: serdes.json<Customer>(), partitions: 2 });
const orders = await kit.freshTopic('orders', { key, value: serdes.json<Order>(), partitions: 2 });
const named = await kit.freshTopic('orders-with-names', { key, value: serdes.json<NamedOrder>() });
const topics = { customers: customers.name, orders: orders.name, named: named.name };
// Before the application starts: an order finds the customers that are there when it comes.
await customers.pipeKeyValues([
  ['c1', { name: 'Ann' }],
  ['c2', { name: 'Bob' }],
]);
await kit.run(ordersWithNames(topics));
console.log('Running. Ctrl-C ends it.');

for (let i = 0; !ending.signal.aborted; i++) {
  const order = SAMPLES[i % SAMPLES.length] ?? null;
  console.log(`\n> ${JSON.stringify(order)}`);
  await orders.pipe(null, order);
  for (const result of await named.readValues(1)) console.log(`  ${JSON.stringify(result)}`);
  if (once && i + 1 === SAMPLES.length) break;
  await sleep(once ? 0 : 1_000);
}
