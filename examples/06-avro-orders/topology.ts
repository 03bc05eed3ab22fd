/** Orders in, what each user has spent out, both in Avro; so is the state between them. */
import { serdes, StreamsBuilder, type Topology } from 'millrace';
import type { SchemaRegistry } from 'millrace/registry';
import type { Schemas } from './schemas.js';

export interface Order {
  readonly user: string;
  readonly amount: number;
  /** Since the second version of the schema. */
  readonly currency?: string;
}

export interface Total {
  readonly amount: number;
  readonly currency?: string;
}

export interface OrderTopics {
  readonly orders: string;
  readonly totals: string;
}

/** The same for both versions of the schemas: what it does not know of, it does not see. */
export function totals(registry: SchemaRegistry, schemas: Schemas, topics: OrderTopics): Topology {
  const order = registry.avro<Order>({ schema: schemas.order });
  const total = registry.avro<Total>({ schema: schemas.total });
  const builder = new StreamsBuilder();
  builder
    .stream(topics.orders, { key: serdes.string(), value: order })
    .groupBy(({ user }) => user, { key: serdes.string(), value: order, name: 'by-user' })
    .aggregate<Total>(
      () => ({ amount: 0 }),
      (sum, { amount, currency = sum.currency }) => ({
        amount: sum.amount + amount,
        ...(currency !== undefined && { currency }),
      }),
      { store: 'totals', value: total },
    )
    .toStream()
    .to(topics.totals, { key: serdes.string(), value: total });
  return builder.build();
}
