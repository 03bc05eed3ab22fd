/** Types of cogroups. The compiler is the judge: `npm run typecheck`. */
import { describe, expectTypeOf, it } from 'vitest';
import {
  serdes,
  SessionWindows,
  StreamsBuilder,
  TimeWindows,
  type CogroupedKStream,
  type KTable,
  type Windowed,
} from 'millrace';

interface Order {
  readonly user: string;
  readonly amount: number;
}

interface User {
  readonly name: string;
}

const builder = new StreamsBuilder();
const orders = builder.stream('orders', { key: serdes.string(), value: serdes.json<Order>() });
const users = builder.table('users', { key: serdes.string(), value: serdes.json<User>() }).toStream();
const add = (total: number, order: Order): number => total + order.amount;

describe('cogroups', () => {
  it('give each aggregator the values of its own stream', () => {
    const both = orders
      .groupByKey()
      .cogroup(add)
      .cogroup(users.groupByKey(), (total, user) => {
        expectTypeOf(total).toEqualTypeOf<number>();
        // Windows let nulls through.
        expectTypeOf(user).toEqualTypeOf<User | null>();
        return total;
      });
    expectTypeOf(both).toEqualTypeOf<CogroupedKStream<string, number>>();
    expectTypeOf(both.aggregate(() => 0)).toEqualTypeOf<KTable<string, number>>();
    const windowed = both.windowedBy(TimeWindows.of({ size: 1 })).aggregate(() => 0);
    expectTypeOf(windowed).toEqualTypeOf<KTable<Windowed<string>, number>>();
    const sessions = both.windowedBy(SessionWindows.of({ gap: 1 })).aggregate(
      () => 0,
      (one, other) => one + other,
    );
    expectTypeOf(sessions).toEqualTypeOf<KTable<Windowed<string>, number | null>>();
  });

  it('say null where an aggregator may delete', () => {
    const deleting = orders
      .groupByKey()
      .cogroup(add)
      .cogroup(users.groupByKey(), (total, user) => (user === null ? null : total));
    expectTypeOf(deleting.aggregate(() => 0)).toEqualTypeOf<KTable<string, number | null>>();
  });

  it('refuse other keys and other aggregates', () => {
    const compiled = (): void => {
      const cogroup = orders.groupByKey().cogroup(add);
      const byAmount = orders.groupBy((order) => order.amount);
      // @ts-expect-error keys are texts
      cogroup.cogroup(byAmount, add);
      // @ts-expect-error the aggregate is a number
      cogroup.cogroup(orders.groupByKey(), (total, order) => order.user);
      // @ts-expect-error the aggregate is a number
      cogroup.aggregate(() => '');
    };
    expectTypeOf(compiled).toBeFunction();
  });
});
