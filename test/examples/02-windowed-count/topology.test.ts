import { serdes, type TimestampedWindowStore } from 'millrace';
import { TopologyTestDriver, type TestInputTopic, type TestOutputTopic } from 'millrace/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compare } from '../../../examples/02-windowed-count/compare.js';
import { orders, type Order, type UserSpend } from '../../../examples/02-windowed-count/orders.js';
import { Recomputation, windowName, type Totals } from '../../../examples/02-windowed-count/recompute.js';
import { spendPerUser, STORE } from '../../../examples/02-windowed-count/topology.js';
import { START, TIMELINE } from './timeline.js';

describe('spend per user', () => {
  let driver: TopologyTestDriver;
  let input: TestInputTopic<string, Order>;
  let output: TestOutputTopic<{ key: string; window: { start: number; end: number } }, UserSpend>;

  beforeEach(() => {
    driver = new TopologyTestDriver(spendPerUser({ orders: 'orders', spend: 'spend' }));
    input = driver.inputTopic('orders', { key: serdes.string(), value: serdes.json<Order>() });
    output = driver.outputTopic('spend', {
      key: serdes.timeWindowed(serdes.string(), '10s'),
      value: serdes.json<UserSpend>(),
    });
  });
  afterEach(async () => {
    await driver.close();
  });

  test('goes through the timeline', () => {
    for (const [id, { at, user, cents, window, why }] of TIMELINE.entries()) {
      input.pipe(user, { id, user, cents }, { timestamp: START + 1_000 * at });
      const found = output.readRecords().map(({ key, value }) => ({ start: key?.window.start, value }));
      const expected =
        window === null
          ? []
          : [
              {
                start: START + 1_000 * window[0],
                value: { user, from: iso(window[0]), to: iso(window[0] + 10), orders: window[1], cents: window[2] },
              },
            ];
      expect(found, why).toEqual(expected);
    }
    expect(driver.metrics.drops).toEqual({ late: TIMELINE.filter(({ window }) => window === null).length });
  });

  test('gives a result the time of the latest order in its window', () => {
    input.pipe('ann', { id: 1, user: 'ann', cents: 1 }, { timestamp: START + 8_000 });
    input.pipe('ann', { id: 2, user: 'ann', cents: 1 }, { timestamp: START + 3_000 });
    expect(output.readRecords().map(({ timestamp }) => timestamp - START)).toEqual([8_000, 8_000]);
  });

  test('keeps the windows in its store', () => {
    input.pipe('ann', { id: 1, user: 'ann', cents: 250 }, { timestamp: START });
    input.pipe('ann', { id: 2, user: 'ann', cents: 50 }, { timestamp: START + 10_000 });
    const store = driver.store<TimestampedWindowStore<string, Totals>>(STORE);
    expect(store.fetchRange('ann', START, START + 10_000).map(({ start, value }) => [start - START, value])).toEqual([
      [0, { orders: 1, cents: 250 }],
      [10_000, { orders: 1, cents: 50 }],
    ]);
  });

  test('agrees with the recomputation on generated orders', () => {
    const recomputed = new Recomputation();
    const source = orders({ seed: 7, start: START, step: 20, users: 30, outOfOrder: 0.2, late: 0.05 });
    for (let i = 0; i < 5_000; i++) {
      const { order, timestamp } = source.next().value;
      recomputed.add(0, order.user, order.cents, timestamp);
      input.pipe(order.user, order, { timestamp });
    }
    const found = new Map<string, Totals>();
    for (const { key, value } of output.readRecords()) {
      found.set(windowName(key!.key, key!.window.start), { orders: value!.orders, cents: value!.cents });
    }
    const { windows, differences } = compare(recomputed.windows, found, 'exact');
    expect(differences).toEqual([]);
    expect(windows).toBeGreaterThan(200);
    expect(driver.metrics.drops.late).toBe(recomputed.late);
    expect(recomputed.late).toBeGreaterThan(100);
  });
});

function iso(seconds: number): string {
  return new Date(START + 1_000 * seconds).toISOString();
}
