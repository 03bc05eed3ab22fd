import { afterEach, describe, expect, it } from 'vitest';
import { ORDER_FORMATS, orderSerde, type Order, type OrderFormat } from '../../bench/run/formats.js';
import { buildWorkload, type Workload } from '../../bench/run/workloads.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';

const ORDERS: readonly (readonly [timestamp: number, order: Order])[] = [
  [1_000, { userId: 'ann', orderId: 0, item: 'pen', amount: 100, country: 'DE' }],
  [2_000, { userId: 'bob', orderId: 1, item: 'ink', amount: 100.5, country: 'FR' }],
  [12_000, { userId: 'ann', orderId: 2, item: 'ink', amount: 250.25, country: 'DE' }],
  [9_999, { userId: 'ann', orderId: 3, item: 'ink', amount: 0.5, country: 'DE' }],
];

describe('the topologies of the benchmark', () => {
  let driver: TopologyTestDriver;

  afterEach(() => driver.close());

  function run<V>(
    workload: Workload,
    value: Serde<V>,
    format: OrderFormat = 'json',
  ): { seen: number; written: [string | null, V | null][] } {
    let seen = 0;
    const oneSeen = (): void => {
      seen += 1;
    };
    driver = new TopologyTestDriver(buildWorkload(workload, 'orders', 'out', oneSeen, format));
    const input = driver.inputTopic('orders', { key: serdes.string(), value: orderSerde(format) });
    for (const [timestamp, order] of ORDERS) input.pipe(order.userId, order, { timestamp });
    return { seen, written: driver.outputTopic('out', { key: serdes.string(), value }).readKeyValues() };
  }

  it('map: orders above 100, as user and cents', () => {
    expect(run('map', serdes.json<unknown>())).toEqual({
      seen: 4,
      written: [
        ['bob', { u: 'bob', cents: 10_050 }],
        ['ann', { u: 'ann', cents: 25_025 }],
      ],
    });
  });

  it.each(ORDER_FORMATS)('count: orders per user and window of 10 s, written as %s', (format) => {
    expect(run('count', serdes.long(), format).written).toEqual([
      ['ann@0', 1],
      ['bob@0', 1],
      ['ann@10000', 1],
      ['ann@0', 2],
    ]);
  });

  it('agg: sum of the amounts of each user', () => {
    expect(run('agg', serdes.double()).written).toEqual([
      ['ann', 100],
      ['bob', 100.5],
      ['ann', 350.25],
      ['ann', 350.75],
    ]);
  });

  it('repart: orders per item, by way of a repartition topic', () => {
    expect(run('repart', serdes.long()).written).toEqual([
      ['pen', 1],
      ['ink', 1],
      ['ink', 2],
      ['ink', 3],
    ]);
    expect(driver.producedTopics.some((topic) => topic.endsWith('-repartition'))).toBe(true);
  });

  it('join: orders with every tenth order of the same user within 5 s', () => {
    expect(run('join', serdes.json<Order>()).written).toEqual([
      // As the right one it finds itself, which has come from the left.
      ['ann', ORDERS[0]?.[1]],
    ]);
  });
});
