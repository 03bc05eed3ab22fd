import { serdes } from '../../../src/serde/serdes.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';
import { table } from './tables.js';

const yes = (): boolean => true;
const value = (given: string): string => given;
const swap = (given: string, key: string): [string, string] => [given, key];
const left = <T>(given: T): T => given;
const longs = { key: serdes.string(), value: serdes.long() };

/** Joins of two tables of the same keys. */
export const tableJoinCases: readonly GoldenCase[] = [
  {
    name: 'table-join',
    write: (builder) => table(builder, 'users').join(table(builder, 'towns'), left).toStream().to('output'),
  },
  {
    name: 'table-join-left',
    write: (builder) => table(builder, 'users').leftJoin(table(builder, 'towns'), left).toStream().to('output'),
  },
  {
    name: 'table-join-outer',
    write: (builder) => table(builder, 'users').outerJoin(table(builder, 'towns'), left).toStream().to('output'),
  },
  {
    name: 'table-join-named',
    write: (builder) =>
      table(builder, 'users').join(table(builder, 'towns'), left, { name: 'with-town' }).toStream().to('output'),
  },
  {
    name: 'table-join-stored',
    write: (builder) =>
      table(builder, 'users').join(table(builder, 'towns'), left, { store: 'joined' }).toStream().to('output'),
  },
  {
    name: 'table-join-named-stored',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store' })
        .leftJoin(builder.table('towns', { ...texts, store: 'towns-store' }), left, {
          name: 'with-town',
          store: 'joined',
        })
        .toStream()
        .to('output'),
  },
  {
    name: 'table-join-serde-only',
    write: (builder) => table(builder, 'users').join(table(builder, 'towns'), left, texts).toStream().to('output'),
  },
  {
    name: 'table-join-serde-only-named',
    write: (builder) =>
      table(builder, 'users')
        .outerJoin(table(builder, 'towns'), (user) => user ?? '', { ...texts, name: 'any' })
        .toStream()
        .to('output'),
  },
  {
    name: 'table-join-itself',
    write: (builder) => {
      const users = table(builder, 'users');
      users.join(users, left).toStream().to('output');
    },
  },
  {
    name: 'table-join-chain',
    write: (builder) =>
      table(builder, 'users')
        .join(table(builder, 'towns'), left)
        .leftJoin(table(builder, 'shops'), left)
        .outerJoin(table(builder, 'roads'), left)
        .toStream()
        .to('output'),
  },
  {
    name: 'table-join-chain-of-one-table',
    write: (builder) => {
      const users = table(builder, 'users');
      const towns = table(builder, 'towns');
      users.join(towns, left).leftJoin(users, left, { store: 'twice' }).join(towns, left).toStream().to('output');
    },
  },
  {
    name: 'table-join-derived',
    write: (builder) =>
      table(builder, 'users')
        .filter(yes)
        .mapValues(value)
        .join(table(builder, 'towns').mapValues(value, { store: 'upper' }), left)
        .toStream()
        .to('output'),
  },
  {
    name: 'table-join-grouped',
    write: (builder) =>
      table(builder, 'users')
        .outerJoin(table(builder, 'towns'), (user) => user ?? '')
        .groupBy(swap)
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'table-join-filtered',
    write: (builder) => table(builder, 'users').join(table(builder, 'towns'), left).filter(yes).toStream().to('output'),
  },
  {
    name: 'table-join-counts',
    write: (builder) =>
      stream(builder, 'clicks')
        .groupByKey()
        .count()
        .outerJoin(stream(builder, 'views').groupBy(value).count(), (clicks) => clicks ?? 0)
        .toStream()
        .to('output', longs),
  },
  {
    name: 'table-join-looked-up',
    write: (builder) =>
      stream(builder, 'orders')
        .join(table(builder, 'users').leftJoin(table(builder, 'towns'), left), left)
        .to('output'),
  },
  {
    name: 'table-join-optimized',
    write: (builder) =>
      table(builder, 'users')
        .leftJoin(table(builder, 'towns'), left)
        .join(stream(builder, 'shops').selectKey(value).toTable(), left)
        .toStream()
        .to('output'),
  },
  {
    name: 'table-join-not-copartitioned',
    partitionsRefused: 'PARTITIONS_MISMATCHED',
    write: (builder) => {
      table(builder, 'users').join(table(builder, 'towns'), left).toStream().to('output');
      stream(builder, 'z').repartition().to('zz');
    },
  },
];
