import { serdes } from '../../../src/serde/serdes.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';
import { table } from './tables.js';

const yes = (): boolean => true;
const value = (given: string): string => given;
const swap = (given: string, key: string): [string, string] => [given, key];
const left = <T>(given: T): T => given;
const longs = { key: serdes.string(), value: serdes.long() };

/** Joins of two tables by a foreign key. */
export const foreignKeyJoinCases: readonly GoldenCase[] = [
  {
    name: 'foreign-join',
    write: (builder) => table(builder, 'orders').join(table(builder, 'users'), value, left).toStream().to('output'),
  },
  {
    name: 'foreign-join-left',
    write: (builder) => table(builder, 'orders').leftJoin(table(builder, 'users'), value, left).toStream().to('output'),
  },
  {
    name: 'foreign-join-named',
    write: (builder) =>
      table(builder, 'orders')
        .join(table(builder, 'users'), value, left, { name: 'with-user' })
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-stored',
    write: (builder) =>
      table(builder, 'orders').join(table(builder, 'users'), value, left, { store: 'joined' }).toStream().to('output'),
  },
  {
    name: 'foreign-join-named-stored',
    write: (builder) =>
      builder
        .table('orders', { ...texts, store: 'orders-store' })
        .leftJoin(builder.table('users', { ...texts, store: 'users-store' }), value, left, {
          name: 'with-user',
          store: 'joined',
        })
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-serde-only',
    write: (builder) =>
      table(builder, 'orders').join(table(builder, 'users'), value, left, texts).toStream().to('output'),
  },
  {
    name: 'foreign-join-partitioned',
    write: (builder) =>
      table(builder, 'orders')
        .join(table(builder, 'users'), value, left, { partitioner: () => null })
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-itself',
    write: (builder) => {
      const users = table(builder, 'users');
      users.join(users, value, left).toStream().to('output');
    },
  },
  {
    name: 'foreign-join-chain',
    write: (builder) =>
      table(builder, 'orders')
        .join(table(builder, 'users'), value, left)
        .leftJoin(table(builder, 'towns'), value, left)
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-of-joined',
    write: (builder) => {
      const orders = table(builder, 'orders');
      orders
        .join(table(builder, 'users').leftJoin(table(builder, 'towns'), value, left), value, left)
        .toStream()
        .to('output');
    },
  },
  {
    name: 'foreign-join-grouped',
    write: (builder) =>
      table(builder, 'orders').join(table(builder, 'users'), value, left).groupBy(swap).count().toStream().to('output'),
  },
  {
    name: 'foreign-join-derived',
    write: (builder) =>
      table(builder, 'orders')
        .filter(yes)
        .join(table(builder, 'users').mapValues(value), value, left)
        .mapValues(value)
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-then-join',
    write: (builder) => {
      const users = table(builder, 'users');
      table(builder, 'orders')
        .join(users, value, left)
        .outerJoin(table(builder, 'prices'), (order) => order ?? '')
        .toStream()
        .to('output');
    },
  },
  {
    name: 'foreign-join-twice',
    write: (builder) => {
      const orders = table(builder, 'orders');
      const users = table(builder, 'users');
      orders.join(users, value, left).toStream().to('one');
      orders.leftJoin(users, value, left, { name: 'second' }).toStream().to('two');
    },
  },
  {
    name: 'foreign-join-of-counts',
    write: (builder) =>
      stream(builder, 'clicks')
        .groupByKey()
        .count()
        .join(stream(builder, 'views').groupBy(value).count(), () => 'all', left)
        .toStream()
        .to('output', longs),
  },
  {
    name: 'foreign-join-partitions',
    write: (builder) => table(builder, 'orders').join(table(builder, 'users'), value, left).toStream().to('output'),
  },
  {
    name: 'foreign-join-repartitioned',
    write: (builder) =>
      stream(builder, 'orders')
        .selectKey(value)
        .toTable()
        .join(stream(builder, 'users').selectKey(value).toTable(), value, left)
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-chain-partitions',
    write: (builder) =>
      table(builder, 'orders')
        .join(stream(builder, 'users').selectKey(value).toTable(), value, left)
        .leftJoin(table(builder, 'towns'), value, left, { store: 'joined' })
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-optimized',
    write: (builder) =>
      table(builder, 'orders')
        .join(table(builder, 'users'), value, left)
        .toStream()
        .selectKey((order) => order)
        .groupByKey()
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'foreign-join-in-sequence-with-join',
    partitionsRefused: 'PARTITIONS_MISMATCHED',
    write: (builder) =>
      table(builder, 'orders')
        .join(table(builder, 'users'), value, left)
        .join(table(builder, 'prices'), left)
        .toStream()
        .to('output'),
  },
];
