import { serdes } from 'millrace';
import { startTestKit } from 'millrace/testing';
import { expect, test } from 'vitest';
import type { Order, UserSpend } from './orders.js';
import { spendPerUser } from './topology.js';

test('sums what a user spends in ten seconds', async () => {
  await using kit = await startTestKit();
  const orders = await kit.freshTopic('orders', { key: serdes.string(), value: serdes.json<Order>() });
  const spend = await kit.freshTopic('spend', { key: serdes.string(), value: serdes.json<UserSpend>() });
  await kit.run(spendPerUser({ orders: orders.name, spend: spend.name }));
  const order = (cents: number): Order => ({ id: cents, user: 'ann', cents });
  await orders.pipeKeyValues([['ann', order(250)], ['ann', order(300)]], { start: 0, advance: '9s' }); // prettier-ignore
  const sums = await spend.readValues((values) => values.some((sum) => sum?.cents === 550));
  expect(sums.at(-1)).toMatchObject({ user: 'ann', orders: 2, to: '1970-01-01T00:00:10.000Z' });
}, 120_000);
