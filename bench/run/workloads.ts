/** The topologies of the benchmark; bench/jvm builds the same ones on Kafka Streams. */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KStream } from '../../src/dsl/stream.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { JoinWindows } from '../../src/time/join-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import type { Topology } from '../../src/topology/topology.js';
import { orderSerde, type Order, type OrderFormat } from './formats.js';

export const WORKLOADS = ['map', 'count', 'agg', 'repart', 'join'] as const;
export type Workload = (typeof WORKLOADS)[number];

type Orders = KStream<string, Order>;

const text = serdes.string();

/** @param seen called for each order that is read */
export function buildWorkload(
  workload: Workload,
  input: string,
  output: string,
  seen: () => void,
  format: OrderFormat = 'json',
): Topology {
  const builder = new StreamsBuilder();
  const value = orderSerde(format);
  const orders = builder.stream<string, Order>(input, { key: text, value }).peek(seen);
  switch (workload) {
    case 'map':
      map(orders, output);
      break;
    case 'count':
      count(orders, output);
      break;
    case 'agg':
      aggregate(orders, output);
      break;
    case 'repart':
      repartition(orders, output);
      break;
    case 'join':
      join(orders, output, value);
      break;
  }
  return builder.build();
}

/** Orders above 100 as user and cents. */
function map(orders: Orders, output: string): void {
  orders
    .filter((order) => order.amount > 100)
    .mapValues((order) => ({ u: order.userId, cents: Math.round(order.amount * 100) }))
    .to(output, { key: text, value: serdes.json<{ u: string; cents: number }>() });
}

/** Orders per user and window of 10 s. */
function count(orders: Orders, output: string): void {
  orders
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
    .count()
    .toStream((_, windowed) => `${windowed.key}@${String(windowed.window.start)}`)
    .to(output, { key: text, value: serdes.long() });
}

/** Sum of the amounts of each user. */
function aggregate(orders: Orders, output: string): void {
  orders
    .groupByKey()
    .aggregate(
      () => 0,
      (sum, order) => sum + order.amount,
      { value: serdes.double() },
    )
    .toStream()
    .to(output, { key: text, value: serdes.double() });
}

/** Orders per item, through a repartition topic. */
function repartition(orders: Orders, output: string): void {
  orders
    .groupBy((order) => order.item, { key: text })
    .count()
    .toStream()
    .to(output, { key: text, value: serdes.long() });
}

/** Orders with every tenth order of the same user within 5 s. */
function join(orders: Orders, output: string, value: Serde<Order>): void {
  const tenth = orders.filter((order) => order.orderId % 10 === 0);
  orders
    .join(tenth, (order) => order, JoinWindows.of({ timeDifference: '5s', grace: '5s' }))
    .to(output, { key: text, value });
}
