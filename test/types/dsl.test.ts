/** What flows through the operators by its type, and what must not compile. The compiler is the judge: `npm run typecheck`. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  JoinWindows,
  serdes,
  StreamsBuilder,
  SessionWindows,
  TimeWindows,
  type GlobalKTable,
  type KGroupedStream,
  type KGroupedTable,
  type KStream,
  type KTable,
  type RecordView,
  type Serde,
  type SessionWindowedKStream,
  type TimeWindowedKStream,
  type Windowed,
} from 'millrace';

interface Order {
  readonly user: string;
  readonly amount: number;
}

interface User {
  readonly name: string;
}

/** For code that the compiler refuses, and that would fail if it ran. */
function onlyCompiled(code: () => void): void {
  expectTypeOf(code).toBeFunction();
}

const builder = new StreamsBuilder();
const orders = builder.stream('orders', { key: serdes.string(), value: serdes.json<Order>() });
const users = builder.table('users', { key: serdes.string(), value: serdes.json<User>() });
const near = JoinWindows.of({ timeDifference: '10s' });
const shops = builder.globalTable('shops', { key: serdes.long(), value: serdes.json<{ town: string }>() });

describe('asynchronous functions', () => {
  it('give their results a type, promised or not', () => {
    expectTypeOf(orders.mapValuesAsync((order) => Promise.resolve(order.amount))).toEqualTypeOf<
      KStream<string, number>
    >();
    expectTypeOf(orders.mapValuesAsync((order) => order.user)).toEqualTypeOf<KStream<string, string>>();
    expectTypeOf(
      orders.asyncProcess(async (order, key) => Promise.resolve([[order.amount, key] as const])),
    ).toEqualTypeOf<KStream<number, string>>();
  });

  it('may give nothing', () => {
    expectTypeOf(
      orders.asyncProcess(async (order) => {
        await Promise.resolve(order);
      }),
    ).toEqualTypeOf<KStream<never, never>>();
  });
});

describe('sources', () => {
  it('take their types from their serdes', () => {
    expectTypeOf(orders).toEqualTypeOf<KStream<string, Order>>();
    expectTypeOf(users).toEqualTypeOf<KTable<string, User | null>>();
    expectTypeOf(shops).toEqualTypeOf<GlobalKTable<number, { town: string }>>();
    expectTypeOf(builder.stream(/a.*/, { key: serdes.uuid() })).toEqualTypeOf<KStream<string, unknown>>();
    expectTypeOf(builder.stream('untyped')).toEqualTypeOf<KStream<unknown, unknown>>();
    expectTypeOf(builder.stream<string, Order>('declared')).toEqualTypeOf<KStream<string, Order>>();
  });

  it('know their serdes', () => {
    expectTypeOf(serdes.long()).toEqualTypeOf<Serde<number>>();
    expectTypeOf(serdes.bigint()).toEqualTypeOf<Serde<bigint>>();
    expectTypeOf(serdes.bytes()).toEqualTypeOf<Serde<Buffer>>();
    expectTypeOf(serdes.timeWindowed(serdes.string(), '5m')).toEqualTypeOf<Serde<Windowed<string>>>();
  });
});

describe('operators on streams', () => {
  it('give functions the value, then the key, then where the record came from', () => {
    orders.filter((value, key, record) => {
      expectTypeOf(value).toEqualTypeOf<Order>();
      expectTypeOf(key).toEqualTypeOf<string>();
      expectTypeOf(record).toEqualTypeOf<RecordView>();
      return true;
    });
  });

  it('change the types that they are there to change', () => {
    expectTypeOf(orders.filterNot((order) => order.amount > 0)).toEqualTypeOf<KStream<string, Order>>();
    expectTypeOf(orders.mapValues((order) => order.amount)).toEqualTypeOf<KStream<string, number>>();
    expectTypeOf(orders.map((order, key) => [order.amount, key])).toEqualTypeOf<KStream<number, string>>();
    expectTypeOf(orders.selectKey((order) => order.amount)).toEqualTypeOf<KStream<number, Order>>();
    expectTypeOf(orders.flatMapValues((order) => [order.user])).toEqualTypeOf<KStream<string, string>>();
    expectTypeOf(orders.flatMap((order): [number, string][] => [[order.amount, order.user]])).toEqualTypeOf<
      KStream<number, string>
    >();
    expectTypeOf(orders.flatMapValues((order) => new Set([order.amount]))).toEqualTypeOf<KStream<string, number>>();
    expectTypeOf(orders.peek(() => 1).repartition()).toEqualTypeOf<KStream<string, Order>>();
    expectTypeOf(orders.toTable()).toEqualTypeOf<KTable<string, Order | null>>();
    expectTypeOf(orders.groupByKey()).toEqualTypeOf<KGroupedStream<string, Order>>();
    expectTypeOf(orders.groupBy((order) => order.amount)).toEqualTypeOf<KGroupedStream<number, Order>>();
  });

  it('narrow by type guards', () => {
    const mixed = builder.stream<string, Order | User>('mixed');
    const isOrder = (value: Order | User): value is Order => 'amount' in value;
    expectTypeOf(mixed.filter(isOrder)).toEqualTypeOf<KStream<string, Order>>();
    expectTypeOf(mixed.filterNot(isOrder)).toEqualTypeOf<KStream<string, User>>();
  });

  it('join the types of merged streams', () => {
    const numbers = orders.mapValues((order) => order.amount);
    expectTypeOf(orders.merge(numbers)).toEqualTypeOf<KStream<string, Order | number>>();
  });

  it('keep the types of branches', () => {
    const branches = orders
      .split()
      .branch((order) => order.amount > 0, {
        consumer: (branch) => {
          expectTypeOf(branch).toEqualTypeOf<KStream<string, Order>>();
        },
      })
      .noDefaultBranch();
    expectTypeOf(branches.get('any')).toEqualTypeOf<KStream<string, Order> | undefined>();
  });

  it('narrow branches by guards, and what is left behind them', () => {
    const mixed = builder.stream<string, Order | User>('mixed');
    const isOrder = (value: Order | User): value is Order => 'amount' in value;
    const branches = mixed
      .split({ name: 'is-' })
      .branch(isOrder, { name: 'order' })
      .branch((user) => user.name === '', {
        name: 'nobody',
        consumer: (branch) => {
          expectTypeOf(branch).toEqualTypeOf<KStream<string, User>>();
        },
      })
      .defaultBranch({ name: 'user' });
    expectTypeOf(branches.get('is-order')).toEqualTypeOf<KStream<string, Order>>();
    expectTypeOf(branches.get('is-user')).toEqualTypeOf<KStream<string, User>>();
    expectTypeOf(branches.get('is-nobody')).toEqualTypeOf<KStream<string, Order | User> | undefined>();
    expectTypeOf([...branches.values()]).toEqualTypeOf<KStream<string, Order | User>[]>();
    expect([...branches.keys()]).toEqual(['is-order', 'is-user']);
  });

  it('know the branch that takes the rest by its number', () => {
    const branches = orders
      .split({ name: 'by-' })
      .branch(() => true)
      .defaultBranch();
    expectTypeOf(branches.get('by-0')).toEqualTypeOf<KStream<string, Order>>();
    expect(branches.get('by-0')).toBeDefined();
  });
});

describe('aggregations', () => {
  const windows = TimeWindows.of({ size: '10s' });

  it('make tables of the type of their result', () => {
    const grouped = orders.groupByKey();
    expectTypeOf(grouped.count()).toEqualTypeOf<KTable<string, number>>();
    expectTypeOf(grouped.reduce((a, b) => (a.amount > b.amount ? a : b))).toEqualTypeOf<KTable<string, Order>>();
    expectTypeOf(
      grouped.aggregate(
        () => 0,
        (total, order) => total + order.amount,
      ),
    ).toEqualTypeOf<KTable<string, number>>();
  });

  it('say null where the result can be deleted', () => {
    const grouped = orders.groupByKey();
    const total = grouped.aggregate(
      () => 0,
      (sum, order) => {
        expectTypeOf(sum).toEqualTypeOf<number>();
        return order.amount < 0 ? null : sum + order.amount;
      },
      { value: serdes.double() },
    );
    expectTypeOf(total).toEqualTypeOf<KTable<string, number | null>>();
    expectTypeOf(grouped.reduce((a, b) => (b.amount < 0 ? null : a))).toEqualTypeOf<KTable<string, Order | null>>();
  });

  it('have windowed keys behind windows', () => {
    const windowed = orders.groupByKey().windowedBy(windows);
    expectTypeOf(windowed).toEqualTypeOf<TimeWindowedKStream<string, Order>>();
    expectTypeOf(windowed.count()).toEqualTypeOf<KTable<Windowed<string>, number>>();
    windowed
      .aggregate(
        () => '',
        (all, order) => all + order.user,
      )
      .toStream((value, key) => {
        expectTypeOf(value).toEqualTypeOf<string>();
        expectTypeOf(key.window.start).toEqualTypeOf<number>();
        return key.key;
      });
    const flat = windowed
      .count()
      .toStream()
      .map((count, key) => [key.key, { count, from: key.window.start }]);
    expectTypeOf(flat).toEqualTypeOf<KStream<string, { count: number; from: number }>>();
  });

  it('have sessions, which come and go: their rows can be deleted', () => {
    const sessions = orders.groupByKey().windowedBy(SessionWindows.of({ gap: '5m' }));
    expectTypeOf(sessions).toEqualTypeOf<SessionWindowedKStream<string, Order>>();
    expectTypeOf(sessions.count()).toEqualTypeOf<KTable<Windowed<string>, number | null>>();
    expectTypeOf(sessions.reduce((a, b) => (a.amount > b.amount ? a : b))).toEqualTypeOf<
      KTable<Windowed<string>, Order | null>
    >();
    const total = sessions.aggregate(
      () => 0,
      (sum, order) => (order.amount < 0 ? null : sum + order.amount),
      (one, other) => {
        expectTypeOf(other).toEqualTypeOf<number>();
        return one + other;
      },
      { value: serdes.double(), retention: '1h' },
    );
    expectTypeOf(total).toEqualTypeOf<KTable<Windowed<string>, number | null>>();
    expectTypeOf(serdes.sessionWindowed(serdes.string())).toEqualTypeOf<Serde<Windowed<string>>>();
  });

  it('see null values of a stream in windows only, as at run time', () => {
    const nullable = builder.stream('nullable', { key: serdes.string(), value: serdes.json<Order | null>() });
    nullable.groupByKey().aggregate(
      () => 0,
      (total, order) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        return total;
      },
    );
    nullable
      .groupByKey()
      .windowedBy(windows)
      .aggregate(
        () => 0,
        (total, order) => {
          expectTypeOf(order).toEqualTypeOf<Order | null>();
          return total;
        },
      );
  });
});

describe('tables', () => {
  it('say whether rows can be deleted, and never give null to functions', () => {
    users.filter((user, key) => {
      expectTypeOf(user).toEqualTypeOf<User>();
      expectTypeOf(key).toEqualTypeOf<string>();
      return true;
    });
    expectTypeOf(users.mapValues((user) => user.name.length)).toEqualTypeOf<KTable<string, number | null>>();
    const counts = orders.groupByKey().count();
    expectTypeOf(counts.mapValues((count) => String(count))).toEqualTypeOf<KTable<string, string>>();
    expectTypeOf(counts.filter((count) => count > 1)).toEqualTypeOf<KTable<string, number | null>>();
    expectTypeOf(users.toStream()).toEqualTypeOf<KStream<string, User | null>>();
    expectTypeOf(counts.toStream()).toEqualTypeOf<KStream<string, number>>();
    expectTypeOf(users.toStream((user, key) => (user === null ? key : user.name))).toEqualTypeOf<
      KStream<string, User | null>
    >();
  });

  it('take the type of the values that a transformer makes', () => {
    const made = users.transformValues<number>(() => ({
      transform: (user, key) => {
        expectTypeOf(user).toEqualTypeOf<User | null>();
        expectTypeOf(key).toEqualTypeOf<string>();
        return user === null ? 0 : user.name.length;
      },
    }));
    expectTypeOf(made).toEqualTypeOf<KTable<string, number>>();
    const inferred = users.transformValues(() => ({ transform: (user) => user?.name ?? null }), { store: 'names' });
    expectTypeOf(inferred).toEqualTypeOf<KTable<string, string | null>>();
  });

  it('group by new keys and values', () => {
    const grouped = users.groupBy((user, key) => [user.name.length, key]);
    expectTypeOf(grouped).toEqualTypeOf<KGroupedTable<number, string>>();
    expectTypeOf(grouped.count()).toEqualTypeOf<KTable<number, number>>();
    expectTypeOf(
      grouped.aggregate(
        () => 0,
        (n, id) => n + id.length,
        (n, id) => n - id.length,
      ),
    ).toEqualTypeOf<KTable<number, number>>();
    expectTypeOf(users.groupBy((user) => [user.name as string | null, 1])).toEqualTypeOf<
      KGroupedTable<string, number>
    >();
  });
});

describe('joins', () => {
  it('give the joiner both values, the right one with null only in a left join', () => {
    const inner = orders.join(users, (order, user, key) => {
      expectTypeOf(user).toEqualTypeOf<User>();
      expectTypeOf(key).toEqualTypeOf<string>();
      return { ...order, ...user };
    });
    expectTypeOf(inner).toEqualTypeOf<KStream<string, { user: string; amount: number; name: string }>>();
    orders.leftJoin(users, (order, user) => {
      expectTypeOf(user).toEqualTypeOf<User | null>();
      return order;
    });
  });

  it('of tables give null for a row that may be missing, and have null where a row can be deleted', () => {
    const counts = orders.groupByKey().count();
    const inner = users.join(counts, (user, count, key) => {
      expectTypeOf(user).toEqualTypeOf<User>();
      expectTypeOf(count).toEqualTypeOf<number>();
      expectTypeOf(key).toEqualTypeOf<string>();
      return user.name.repeat(count);
    });
    expectTypeOf(inner).toEqualTypeOf<KTable<string, string | null>>();
    expectTypeOf(counts.join(counts, (a, b) => a + b)).toEqualTypeOf<KTable<string, number>>();
    const left = counts.leftJoin(users, (count, user) => {
      expectTypeOf(count).toEqualTypeOf<number>();
      expectTypeOf(user).toEqualTypeOf<User | null>();
      return count;
    });
    expectTypeOf(left).toEqualTypeOf<KTable<string, number>>();
    const outer = users.outerJoin(counts, (user, count) => {
      expectTypeOf(user).toEqualTypeOf<User | null>();
      expectTypeOf(count).toEqualTypeOf<number | null>();
      return `${user?.name ?? ''} ${String(count)}`;
    });
    expectTypeOf(outer).toEqualTypeOf<KTable<string, string | null>>();
  });

  it('of two streams give the joiner both values, with null on the sides that may be missing', () => {
    const others = builder.stream<string, User | null>('others');
    const inner = orders.join(
      others,
      (order, user, key) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        expectTypeOf(user).toEqualTypeOf<User>();
        expectTypeOf(key).toEqualTypeOf<string>();
        return order.amount;
      },
      near,
      { key: serdes.string(), value: serdes.json<Order>(), otherValue: serdes.json<User>() },
    );
    expectTypeOf(inner).toEqualTypeOf<KStream<string, number>>();
    orders.leftJoin(
      others,
      (order, user) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        expectTypeOf(user).toEqualTypeOf<User | null>();
      },
      near,
    );
    orders.outerJoin(
      others,
      (order, user) => {
        expectTypeOf(order).toEqualTypeOf<Order | null>();
        expectTypeOf(user).toEqualTypeOf<User | null>();
      },
      near,
    );
  });

  it('of tables by a foreign key take keys of the other table, or null', () => {
    const byId = builder.table('by-id', { key: serdes.long(), value: serdes.json<User>() });
    const left = orders.toTable();
    const inner = left.join(
      byId,
      (order, key) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        expectTypeOf(key).toEqualTypeOf<string>();
        return order.amount > 0 ? order.amount : null;
      },
      (order, user, key) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        expectTypeOf(user).toEqualTypeOf<User>();
        expectTypeOf(key).toEqualTypeOf<string>();
        return user.name;
      },
      { name: 'named', partitioner: (_topic, key) => key.length, otherPartitioner: (_topic, key) => key },
    );
    expectTypeOf(inner).toEqualTypeOf<KTable<string, string | null>>();
    const counts = orders.groupByKey().count();
    // The keys of both tables being alike, it is the second function that tells one join from the other.
    const outer = counts.leftJoin(
      users,
      (count) => String(count),
      (count, user) => {
        expectTypeOf(user).toEqualTypeOf<User | null>();
        return count;
      },
    );
    expectTypeOf(outer).toEqualTypeOf<KTable<string, number>>();
    const byUser = (order: Order): string => order.user;
    // @ts-expect-error a text is no key of the other table
    left.join(byId, byUser, (order) => order);
  });

  it('look up global tables by keys of their type', () => {
    const joined = orders.join(
      shops,
      (order) => order.amount,
      (order, shop) => order.user + shop.town,
    );
    expectTypeOf(joined).toEqualTypeOf<KStream<string, string>>();
    // A key that is null finds nothing.
    orders.leftJoin(
      shops,
      () => null,
      (order) => order,
    );
  });
});

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-class-instance-assignment --
   what the compiler refuses has no type */
describe('what must not compile', () => {
  it('is a serde of another type', () => {
    onlyCompiled(() => {
      // @ts-expect-error values are orders
      orders.to('out', { value: serdes.string() });
      // @ts-expect-error keys are texts
      orders.to('out', { key: serdes.long() });
      // @ts-expect-error counts are numbers
      orders.groupByKey().count({ value: serdes.string() });
      const begin = (): number => 0;
      const same = (n: number): number => n;
      // @ts-expect-error the aggregate is a number
      orders.groupByKey().aggregate(begin, same, { value: serdes.string() });
      // @ts-expect-error the new key is a number
      orders.groupBy((order) => order.amount, { key: serdes.string() });
    });
  });

  it('is a function over other types', () => {
    onlyCompiled(() => {
      // @ts-expect-error orders have no price
      orders.filter((order) => order.price > 0);
      // @ts-expect-error a pair is [key, value]
      orders.map((order) => order.amount);
      // @ts-expect-error any number of values needs something to iterate over
      orders.flatMapValues((order) => order.amount);
      const begin = (): number => 0;
      const same = (n: number): number => n;
      // @ts-expect-error the aggregate stays a number
      orders.groupByKey().aggregate(begin, (_, order) => order.user);
      // @ts-expect-error a reducer stays with the type of the values
      orders.groupByKey().reduce((a) => a.amount);
      const grouped = users.groupBy((user, key) => [key, user]);
      // @ts-expect-error the adder of a table stays with its aggregate
      grouped.aggregate(begin, (n) => String(n), same);
      // @ts-expect-error a topic is named by a text
      orders.to((order) => order.amount);
    });
  });

  it('is an option that the operator does not know', () => {
    onlyCompiled(() => {
      // @ts-expect-error it is called store
      orders.groupByKey().count({ storeName: 'counts' });
      // @ts-expect-error only windows have a retention
      orders.groupByKey().count({ retention: '1h' });
      // @ts-expect-error a length of time has a unit
      TimeWindows.of({ size: '10 seconds' });
      // @ts-expect-error sessions have a gap
      SessionWindows.of({ grace: '1s' });
      // @ts-expect-error windows have a size
      TimeWindows.of({ grace: '1s' });
      // @ts-expect-error there is no such place for a store
      users.filter(() => true, { store: 's', engine: 'rocksdb' });
    });
  });

  it('is a join over keys of different types', () => {
    onlyCompiled(() => {
      const byAmount = builder.table('amounts', { key: serdes.long(), value: serdes.string() });
      // @ts-expect-error orders have texts for keys, amounts have numbers
      orders.join(byAmount, (order) => order);
      const user = (order: Order): string => order.user;
      // @ts-expect-error shops have numbers for keys
      orders.join(shops, user, (order) => order);
      // @ts-expect-error streams are joined within windows
      orders.join(orders, (order) => order);
      // @ts-expect-error the streams have keys of different types
      orders.outerJoin(builder.stream('a', { key: serdes.long() }), (order) => order, near);
      // @ts-expect-error stores of joins are not cached
      orders.join(orders, (order) => order, near, { caching: false });
      // @ts-expect-error the right value may be missing
      orders.leftJoin(orders, (order, other) => other.amount, near);
      // @ts-expect-error keys of merged streams are the same
      orders.merge(orders.selectKey((order) => order.amount));
    });
  });

  it('is a history of windows, or one without its length', () => {
    onlyCompiled(() => {
      builder.table('t', { store: 's', versioned: { historyRetention: '1h', segmentInterval: 60_000 } });
      const groups = orders.groupByKey();
      groups.count({ store: 's', versioned: { historyRetention: '1h' } });
      // @ts-expect-error only the history of one value a key can be kept
      groups.windowedBy(TimeWindows.of({ size: 1 })).count({ store: 's', versioned: { historyRetention: '1h' } });
      orders.join(users, (order) => order, { grace: '5s' });
      // @ts-expect-error lengths of time have a unit
      orders.join(users, (order) => order, { grace: '5' });
      const global = builder.globalTable<string, string>('g');
      // @ts-expect-error a global table is looked up at once
      orders.join(global, (_, user) => user, (order) => order, { grace: '5s' }); // prettier-ignore
      // @ts-expect-error it must be said how much history is kept
      users.filter(() => true, { store: 's', versioned: {} });
      // @ts-expect-error global tables have no history
      builder.globalTable('t', { store: 's', versioned: { historyRetention: '1h' } });
    });
  });

  it('is an aggregation without groups, or groups without an aggregation', () => {
    onlyCompiled(() => {
      // @ts-expect-error group the stream first
      orders.count();
      // @ts-expect-error windows come after the grouping
      orders.windowedBy(TimeWindows.of({ size: 1 }));
      // @ts-expect-error aggregate the groups first
      orders.groupByKey().to('out');
      // @ts-expect-error a table is written as a stream
      users.to('out');
    });
  });
});

describe('suppress', () => {
  const counts = orders
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: '10s' }))
    .count();

  it('keeps the types of its table', () => {
    expectTypeOf(counts.suppress({ until: 'windowCloses' })).toEqualTypeOf<KTable<Windowed<string>, number>>();
    expectTypeOf(
      users.suppress({ until: { timeLimit: '5m' }, buffer: { maxRecords: 1000, whenFull: 'emitEarly' } }),
    ).toEqualTypeOf<KTable<string, User | null>>();
  });

  it('knows what cannot be', () => {
    onlyCompiled(() => {
      // @ts-expect-error -- a table without windows has none that close
      users.suppress({ until: 'windowCloses' });
      // @ts-expect-error -- a final result cannot come early
      counts.suppress({ until: 'windowCloses', buffer: { maxRecords: 1, whenFull: 'emitEarly' } });
      // @ts-expect-error -- a limited buffer says what it does when it is full
      users.suppress({ until: { timeLimit: '5m' }, buffer: { maxRecords: 1 } });
      // @ts-expect-error -- a buffer without a limit is never full
      users.suppress({ until: { timeLimit: '5m' }, buffer: { whenFull: 'emitEarly' } });
      // @ts-expect-error -- both at once
      counts.suppress({ until: { windowCloses: true, timeLimit: '5m' } });
      // @ts-expect-error -- no condition
      users.suppress({});
      // @ts-expect-error -- no such duration
      users.suppress({ until: { timeLimit: '5 minutes' } });
    });
  });
});
