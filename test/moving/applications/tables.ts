/** Applications of tables: aggregated, joined with each other, held back. */
import { serdes } from '../../../src/serde/serdes.js';
import { both, groupOf, numberOf, TEXTS, type MovingApplication } from './application.js';

const COUNTED = { value: serdes.long() };

export const TABLES: readonly MovingApplication[] = [
  {
    name: 'count-by-group',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, { key: serdes.string(), value: serdes.string() })
        .filter((value: string | null): value is string => value !== null)
        .groupBy(groupOf, TEXTS)
        .count({ store: 'counts' })
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'last',
    changelogs: ['counts'],
  },
  {
    name: 'table-group-by',
    inputs: ['changes'],
    write: (builder, [input], output) => {
      builder
        .table(input!, TEXTS)
        .groupBy((value) => [groupOf(value), numberOf(value)], { key: serdes.string(), value: serdes.long() })
        .aggregate(
          () => 0,
          (sum, value) => sum + value,
          (sum, value) => sum - value,
          { store: 'sums', value: serdes.long() },
        )
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'last',
    // The table itself has to remember the values that are to be subtracted.
    changelogs: ['$0-STATE-STORE-0000000000', 'sums'],
  },
  {
    name: 'table-table-join',
    inputs: ['changes', 'changes'],
    write: (builder, [left, right], output) => {
      builder
        .table(left!, TEXTS)
        .outerJoin(builder.table(right!, TEXTS), both, { store: 'joined', ...TEXTS })
        .toStream()
        .to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['$0-STATE-STORE-0000000000', '$1-STATE-STORE-0000000003', 'joined'],
  },
  {
    name: 'suppress-time-limit',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .count({ store: 'counts' })
        .suppress({ until: { timeLimit: '7s' }, name: 'slow' })
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'sequence',
    changelogs: ['counts', 'slow-store'],
    untimed: ['slow-store'],
    // The JVM's buffer comes back with the time of the first record of a key in the changelog, not of the last one: what was
    // emitted and held back again within one commit then goes before its time.
    certainAfterRestart: ['counts'],
  },
  {
    name: 'foreign-key-join',
    inputs: ['changes', 'groups'],
    write: (builder, [changes, groups], output) => {
      builder
        .table(changes!, TEXTS)
        .leftJoin(builder.table(groups!, TEXTS), groupOf, both, { store: 'joined', ...TEXTS })
        .toStream()
        .to(output, TEXTS);
    },
    certain: 'last',
    changelogs: [
      '$0-STATE-STORE-0000000000',
      '$1-STATE-STORE-0000000003',
      'KTABLE-FK-JOIN-SUBSCRIPTION-STATE-STORE-0000000010',
      'joined',
    ],
    // Of a row and its partner that change at the same time either may come to the other's task first: the result is the same,
    // but not its time.
    untimed: ['joined', 'output'],
  },
];
