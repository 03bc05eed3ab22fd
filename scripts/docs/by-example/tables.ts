/** Tables: changes of one value for each key, and what is made of them. */
import { serdes, type ValueTransformer } from '../../../src/index.js';
import { amounts, key, text, type Example } from './example.js';

export const tables: readonly Example[] = [
  {
    operators: 'table',
    says: 'A topic read as a table: each record is the new value of its key, a null deletes it. `mapValues` and `filter` give tables, too: a row that does not pass any more is deleted in what they give.',
    topology: (builder) => {
      const stock = builder.table('stock', amounts);
      const low = stock.filter((pieces) => pieces < 10);
      low
        .mapValues((pieces) => `only ${pieces} left`)
        .toStream()
        .to('warnings', text);
    },
    given: [
      ['stock', 'tea', 25, 1],
      ['stock', 'tea', 4, 2],
      ['stock', 'tea', 30, 3],
      ['stock', 'rye', 7, 4],
      ['stock', 'rye', null, 5],
    ],
    notes:
      'A dash is a null: the row of this key is deleted. A deletion of what was never there is passed on, as the first record shows: the table behind `filter` has no store to know better from.',
  },
  {
    operators: 'groupBy of a table',
    says: 'Rows under another key, and one value for each of these: since a row can change and go, `aggregate` and `reduce` are told how to take the old value out again. `count` knows by itself.',
    topology: (builder) => {
      const towns = builder.table('town-of-user', text);
      towns
        .groupBy((town, user) => [town, user], text)
        .count()
        .toStream()
        .to('users-in-town');
      towns
        .groupBy((town, user) => [town, user.length], amounts)
        .aggregate(
          () => 0,
          (sum, length) => sum + length,
          (sum, length) => sum - length,
          { value: amounts.value },
        )
        .toStream()
        .to('letters-in-town');
    },
    given: [
      ['town-of-user', 'ann', 'Delft', 1],
      ['town-of-user', 'bob', 'Delft', 2],
      ['town-of-user', 'ann', 'Bergen', 3],
      ['town-of-user', 'bob', null, 4],
    ],
    shown: ['users-in-town', 'letters-in-town'],
    reads: { 'users-in-town': { value: serdes.long() } },
  },
  {
    operators: 'transformValues',
    says: 'As `mapValues`, by an object of your own that may have stores and timers and is told of deletions. Here: how often a row has changed. This one counts in memory, and from 0 after a restart; to go on it would count in a store.',
    topology: (builder) => {
      const counting = (): ValueTransformer<string, number, string | null> => {
        const changes = new Map<string, number>();
        return {
          transform(pieces, item) {
            const n = (changes.get(item) ?? 0) + 1;
            changes.set(item, n);
            return pieces === null ? null : `${pieces}, change ${n}`;
          },
        };
      };
      builder
        .table('stock', amounts)
        .transformValues(counting, { store: 'changes', value: text.value })
        .toStream()
        .to('stock-with-changes', { key, value: text.value });
    },
    given: [
      ['stock', 'tea', 25, 1],
      ['stock', 'tea', 4, 2],
    ],
  },
  {
    operators: 'suppress, until a time has passed',
    says: 'Thins out the changes of a table: of each key the last one, when so much time has passed since the first. Time is that of the records.',
    topology: (builder) => {
      builder
        .table('stock', amounts)
        .suppress({ until: { timeLimit: '5s' } })
        .toStream()
        .to('stock-now-and-then', amounts);
    },
    given: [
      ['stock', 'tea', 25, 0],
      ['stock', 'tea', 24, 1],
      ['stock', 'tea', 20, 3],
      ['stock', 'rye', 7, 6],
      ['stock', 'tea', 19, 8],
      ['stock', 'rye', 5, 12],
    ],
    picture: { name: 'suppress-time', every: 5 },
  },
];
