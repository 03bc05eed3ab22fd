import { serdes } from 'millrace';
import { TopologyTestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { ordersWithNames, TOPICS, type Customer, type NamedOrder, type Order } from '../src/topology.js';

test('each order has the name of its customer', async () => {
  const driver = new TopologyTestDriver(ordersWithNames());
  const key = serdes.string();
  const customers = driver.inputTopic(TOPICS.customers, { key, value: serdes.json<Customer>() });
  const orders = driver.inputTopic(TOPICS.orders, { key, value: serdes.json<Order>() });
  const named = driver.outputTopic(TOPICS.named, { key, value: serdes.json<NamedOrder>() });

  customers.pipe('c1', { name: 'Ann' });
  orders.pipe('o1', { customer: 'c1', amount: 5 });
  orders.pipe('o2', { customer: 'c2', amount: 1 });
  customers.pipe('c1', { name: 'Anna' });
  orders.pipe('o3', { customer: 'c1', amount: 2 });

  expect(named.readKeyValues()).toEqual([
    ['c1', { customer: 'c1', amount: 5, name: 'Ann' }],
    ['c2', { customer: 'c2', amount: 1, name: null }],
    ['c1', { customer: 'c1', amount: 2, name: 'Anna' }],
  ]);
  await driver.close();
});
