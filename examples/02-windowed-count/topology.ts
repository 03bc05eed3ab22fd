/** What each user orders and spends in windows of ten seconds. */
import { serdes, StreamsBuilder, TimeWindows, type Topology } from 'millrace';
import type { Order, UserSpend } from './orders.js';

export interface SpendTopics {
  readonly orders: string;
  readonly spend: string;
}

/** Orders and cents of one user in one window. */
interface Spend {
  readonly orders: number;
  readonly cents: number;
}

export const STORE = 'spend-per-user';

/** Ten seconds, and five more for orders that arrive out of order. */
const WINDOWS = TimeWindows.of({ size: '10s', grace: '5s' });

/** Counts and sums the orders per user and window; the result is written to `spend` at every commit that changed it. */
export function spendPerUser({ orders, spend }: SpendTopics): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(orders, { key: serdes.string(), value: serdes.json<Order>() })
    .groupByKey()
    .windowedBy(WINDOWS)
    .aggregate<Spend>(
      () => ({ orders: 0, cents: 0 }),
      (sum, order) => ({ orders: sum.orders + 1, cents: sum.cents + order.cents }),
      // After a crash records are processed again: the windows they belong to must still be in the store then, or they
      // would begin anew at zero. An hour of event time is more than lies between two commits.
      { store: STORE, value: serdes.json<Spend>(), retention: '1h' },
    )
    .toStream()
    .mapValues((sum, { key: user, window }): UserSpend => ({
      user,
      from: iso(window.start),
      to: iso(window.end),
      ...sum,
    }))
    .to(spend, { value: serdes.json<UserSpend>() });
  return builder.build();
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
