/** What the application does: each order goes out with the name of its customer, as it is when the order comes. */
import { serdes, StreamsBuilder, type Topology } from 'millrace';

export interface Customer {
  readonly name: string;
}

export interface Order {
  readonly customer: string;
  readonly amount: number;
}

export interface NamedOrder extends Order {
  /** Null for a customer that is not known. */
  readonly name: string | null;
}

export const TOPICS = { customers: 'customers', orders: 'orders', named: 'orders-with-names' };

/** Customers by their id; orders by any key, since the topology groups them itself. */
export function ordersWithNames(topics: typeof TOPICS = TOPICS): Topology {
  const builder = new StreamsBuilder();
  const key = serdes.string();
  const order = serdes.json<Order>();
  const customers = builder.table(topics.customers, { key, value: serdes.json<Customer>(), store: 'customers' });
  builder
    .stream(topics.orders, { key, value: order })
    .selectKey(({ customer }) => customer)
    // Orders go through a topic of their own first, to where their customers are: hence the serdes.
    .leftJoin(customers, (order, customer): NamedOrder => ({ ...order, name: customer?.name ?? null }), {
      key,
      value: order,
    })
    .to(topics.named, { key, value: serdes.json<NamedOrder>() });
  return builder.build();
}
