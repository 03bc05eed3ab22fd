/** One value made of all records of a key. */
import { serdes } from '../../../src/index.js';
import { amounts, key, text, type Example, type Given } from './example.js';

const ORDERS: readonly Given[] = [
  ['orders', 'ann', 5, 1],
  ['orders', 'bob', 40, 2],
  ['orders', 'ann', 2, 3],
  ['orders', 'bob', 1, 4],
];

export const aggregations: readonly Example[] = [
  {
    operators: 'groupByKey, count',
    says: 'How many records of each key. A count is written as a 64-bit integer, `serdes.long()`.',
    topology: (builder) => {
      builder.stream('orders', amounts).groupByKey().count({ store: 'orders-per-user' }).toStream().to('counts');
    },
    given: ORDERS,
    reads: { counts: { value: serdes.long() } },
  },
  {
    operators: 'groupBy',
    says: 'The same under a key that the function makes. The records go through a repartition topic, so that equal keys come together.',
    topology: (builder) => {
      builder
        .stream('words', text)
        .groupBy((word) => word.charAt(0), text)
        .count()
        .toStream()
        .to('first-letters');
    },
    given: [
      ['words', null, 'mill', 1],
      ['words', null, 'race', 2],
      ['words', null, 'meal', 3],
    ],
    reads: { 'first-letters': { value: serdes.long() } },
  },
  {
    operators: 'reduce',
    says: 'One value out of two, of the same type: the first record of a key is the first result. Here: the largest order.',
    topology: (builder) => {
      builder
        .stream('orders', amounts)
        .groupByKey()
        .reduce((largest, amount) => Math.max(largest, amount), { store: 'largest', ...amounts })
        .toStream()
        .to('largest-order');
    },
    given: ORDERS,
  },
  {
    operators: 'aggregate',
    says: 'A result of any type, from a beginning that the first function makes. Return another object each time instead of changing the old one.',
    topology: (builder) => {
      const totals = serdes.json<{ n: number; sum: number }>();
      builder
        .stream('orders', amounts)
        .groupByKey()
        .aggregate(
          () => ({ n: 0, sum: 0 }),
          (total, amount) => ({ n: total.n + 1, sum: total.sum + amount }),
          { store: 'totals', value: totals },
        )
        .toStream()
        .to('spend');
    },
    given: ORDERS,
  },
  {
    operators: 'cogroup',
    says: 'Several streams into one aggregate, each by a function of its own.',
    topology: (builder) => {
      const paid = builder.stream('paid', amounts).groupByKey();
      const refunded = builder.stream('refunded', amounts).groupByKey();
      paid
        .cogroup<number>((balance, amount) => balance + amount)
        .cogroup(refunded, (balance, amount) => balance - amount)
        .aggregate(() => 0, { store: 'balance', key, value: serdes.json<number>() })
        .toStream()
        .to('balances');
    },
    given: [
      ['paid', 'ann', 20, 1],
      ['refunded', 'ann', 5, 2],
      ['paid', 'ann', 1, 3],
    ],
  },
];
