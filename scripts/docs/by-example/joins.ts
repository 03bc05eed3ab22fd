/** Two inputs brought together by their keys. */
import { JoinWindows } from '../../../src/index.js';
import { amounts, key, text, type Example, type Given } from './example.js';

const USERS_AND_ORDERS: readonly Given[] = [
  ['orders', 'ann', 5, 1],
  ['users', 'ann', 'Delft', 2],
  ['orders', 'ann', 7, 3],
  ['users', 'ann', 'Bergen', 4],
  ['orders', 'ann', 9, 5],
  ['orders', 'bob', 1, 6],
];

const ADS_AND_CLICKS: readonly Given[] = [
  ['ads', 'ann', 'tea', 2],
  ['clicks', 'ann', 'x', 5],
  ['clicks', 'ann', 'y', 9],
  ['ads', 'ann', 'rye', 12],
  ['clicks', 'bob', 'z', 13],
  ['ads', 'cyd', 'oat', 25],
];

export const joins: readonly Example[] = [
  {
    operators: 'join and leftJoin of a stream with a table',
    says: 'Each record of the stream finds the row that the table has at that moment. A change of the table makes no result by itself. `leftJoin` also gives what finds no row.',
    topology: (builder) => {
      const orders = builder.stream('orders', amounts);
      const users = builder.table('users', text);
      orders.join(users, (amount, town) => `${amount} to ${town}`).to('inner', text);
      orders.leftJoin(users, (amount, town) => `${amount} to ${town ?? '?'}`).to('left', text);
    },
    given: USERS_AND_ORDERS,
    shown: ['inner', 'left'],
    picture: { name: 'join-table', every: 1 },
  },
  {
    operators: 'join and leftJoin with a global table',
    says: 'Every instance has all rows of a global table, so the key may be taken from anywhere: the second argument finds it. No repartitioning, and the number of partitions does not matter.',
    topology: (builder) => {
      const towns = builder.globalTable('towns', text);
      builder
        .stream('parcels', text)
        .leftJoin(
          towns,
          (town) => town,
          (town, country) => `${town}, ${country ?? 'unknown'}`,
        )
        .to('labels', text);
    },
    given: [
      ['towns', 'Delft', 'Holland', 1],
      ['parcels', 'p1', 'Delft', 2],
      ['parcels', 'p2', 'Bergen', 3],
      ['towns', 'Bergen', 'Norway', 4],
      ['parcels', 'p3', 'Bergen', 5],
    ],
    picture: { name: 'join-global', every: 1 },
    notes: 'At start a global table is read to its end before the first record is taken.',
  },
  {
    operators: 'join of two streams',
    says: 'Records of one key find each other if their times are at most `timeDifference` apart, whichever comes first.',
    topology: (builder) => {
      const ads = builder.stream('ads', text);
      const clicks = builder.stream('clicks', text);
      const near = JoinWindows.of({ timeDifference: '5s', grace: '5s' });
      ads
        .join(clicks, (ad, click) => `${ad}+${click}`, near, { key, value: text.value, otherValue: text.value })
        .to('seen-and-clicked', text);
    },
    given: ADS_AND_CLICKS,
    picture: { name: 'join-streams', every: 5 },
  },
  {
    operators: 'leftJoin and outerJoin of two streams',
    says: 'What finds no partner comes, too: alone, once time has passed its window and its grace, since until then one may come. `leftJoin` gives lonely records of the left side, `outerJoin` of both.',
    topology: (builder) => {
      const ads = builder.stream('ads', text);
      const clicks = builder.stream('clicks', text);
      const near = JoinWindows.of({ timeDifference: '5s', grace: '5s' });
      ads
        .outerJoin(clicks, (ad, click) => `${ad ?? '?'}+${click ?? '?'}`, near, {
          key,
          value: text.value,
          otherValue: text.value,
        })
        .to('all', text);
    },
    given: ADS_AND_CLICKS,
    picture: { name: 'join-streams-outer', every: 5 },
    notes: 'The click of bob comes alone when time has reached second 25. The last ad may still find a click.',
  },
  {
    operators: 'join, leftJoin and outerJoin of two tables',
    says: 'A table of both: a change on either side changes its row. `join` has rows where both sides have one, `leftJoin` where the left side has one, `outerJoin` where any has.',
    topology: (builder) => {
      const prices = builder.table('prices', amounts);
      const names = builder.table('names', text);
      prices
        .join(names, (price, name) => `${name} ${price}`)
        .toStream()
        .to('inner', text);
      prices
        .outerJoin(names, (price, name) => `${name ?? '?'} ${price ?? '?'}`)
        .toStream()
        .to('outer', text);
    },
    given: [
      ['prices', 'i1', 5, 1],
      ['names', 'i1', 'tea', 2],
      ['prices', 'i1', 6, 3],
      ['names', 'i1', null, 4],
    ],
    shown: ['inner', 'outer'],
  },
  {
    operators: 'join of two tables by a foreign key',
    says: 'The rows of the left table name the row of the right one that belongs to them. A change on the right changes all rows that name it.',
    topology: (builder) => {
      const orders = builder.table('orders', text);
      const towns = builder.table('towns', text);
      orders
        .join(
          towns,
          (town) => town,
          (town, country) => `${town}, ${country}`,
        )
        .toStream()
        .to('labels', text);
    },
    given: [
      ['towns', 'Delft', 'Holland', 1],
      ['orders', 'o1', 'Delft', 2],
      ['orders', 'o2', 'Delft', 3],
      ['towns', 'Delft', 'Netherlands', 4],
    ],
  },
];
