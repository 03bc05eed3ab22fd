import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';
import { table } from './tables.js';

const yes = (): boolean => true;
const value = (given: string): string => given;
const same = (given: string, key: string): [string, string] => [key, given];
const left = (order: string): string => order;

export const joinCases: readonly GoldenCase[] = [
  {
    name: 'join-table',
    write: (builder) => stream(builder, 'orders').join(table(builder, 'users'), left).to('output'),
  },
  {
    name: 'join-table-left',
    write: (builder) => stream(builder, 'orders').leftJoin(table(builder, 'users'), left).to('output'),
  },
  {
    name: 'join-table-named',
    write: (builder) =>
      stream(builder, 'orders')
        .selectKey(value)
        .join(table(builder, 'users'), left, { name: 'with-user' })
        .to('output'),
  },
  {
    name: 'join-table-stored',
    write: (builder) =>
      stream(builder, 'orders')
        .join(builder.table('users', { ...texts, store: 'users-store' }), left)
        .to('output'),
  },
  {
    name: 'join-table-new-key',
    write: (builder) => stream(builder, 'orders').selectKey(value).join(table(builder, 'users'), left).to('output'),
  },
  {
    name: 'join-table-new-key-left',
    write: (builder) => stream(builder, 'orders').map(same).leftJoin(table(builder, 'users'), left).to('output'),
  },
  {
    name: 'join-two-tables-share-repartition',
    // The second join reads the topic of the first; the JVM looks for one of its own and finds nothing to compare.
    copartitionGroups: ['app-KSTREAM-KEY-SELECT-0000000001-repartition,shops,users'],
    write: (builder) => {
      const keyed = stream(builder, 'orders').selectKey(value);
      keyed.join(table(builder, 'users'), left).to('one');
      keyed.leftJoin(table(builder, 'shops'), left).to('two');
    },
  },
  {
    name: 'join-two-tables-named',
    copartitionGroups: ['app-town-repartition,towns', 'app-user-repartition,shops,users'],
    write: (builder) => {
      const keyed = stream(builder, 'orders').selectKey(value);
      keyed.join(table(builder, 'users'), left, { name: 'user' }).to('one');
      keyed.join(table(builder, 'shops'), left).to('two');
      keyed.join(table(builder, 'towns'), left, { name: 'town' }).to('three');
    },
  },
  {
    name: 'join-chain',
    write: (builder) =>
      stream(builder, 'orders')
        .join(table(builder, 'users'), left)
        .leftJoin(table(builder, 'shops'), left)
        .selectKey(value)
        .join(table(builder, 'towns'), left)
        .groupByKey()
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'join-derived-table',
    write: (builder) => {
      const users = table(builder, 'users').mapValues(value).filter(yes);
      stream(builder, 'orders').join(users, left).to('output');
    },
  },
  {
    name: 'join-derived-stored-table',
    write: (builder) => {
      const users = table(builder, 'users').mapValues(value, { store: 'names' }).filter(yes);
      stream(builder, 'orders').join(users, left).to('output');
    },
  },
  {
    name: 'join-table-of-stream',
    write: (builder) => {
      const latest = stream(builder, 'users').selectKey(value).toTable();
      stream(builder, 'orders').join(latest, left).to('output');
    },
  },
  {
    name: 'join-own-count',
    write: (builder) => {
      const orders = stream(builder, 'orders');
      const counts = orders.groupByKey().count();
      orders.join(counts, left).to('output');
    },
  },
  {
    name: 'join-sets-partitions',
    write: (builder) =>
      stream(builder, 'orders')
        .selectKey(value)
        .join(table(builder, 'users'), left)
        .groupBy(value)
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'join-narrows-partitions',
    write: (builder) =>
      stream(builder, 'orders')
        .selectKey(value)
        .join(table(builder, 'users'), left)
        .groupBy(value)
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'join-two-repartitions',
    write: (builder) => {
      const users = stream(builder, 'users').selectKey(value).toTable();
      stream(builder, 'orders').selectKey(value).join(users, left).to('output');
    },
  },
  {
    name: 'join-fixed-partitions',
    write: (builder) => {
      const users = stream(builder, 'users').selectKey(value).toTable();
      stream(builder, 'orders').repartition({ partitions: 4 }).join(users, left).to('output');
    },
  },
  {
    name: 'join-not-copartitioned',
    partitionsRefused: 'PARTITIONS_MISMATCHED',
    write: (builder) => {
      stream(builder, 'orders').join(table(builder, 'users'), left).to('output');
      stream(builder, 'z').repartition().to('zz');
    },
  },
  {
    name: 'join-fixed-partitions-differ',
    partitionsRefused: 'PARTITIONS_MISMATCHED',
    write: (builder) =>
      stream(builder, 'orders').repartition({ partitions: 4 }).join(table(builder, 'users'), left).to('output'),
  },
  {
    name: 'join-fixed-partitions-contradict',
    refused: 'PARTITIONS_MISMATCHED',
    write: (builder) => {
      const users = stream(builder, 'users').repartition({ name: 'u', partitions: 6 }).toTable();
      stream(builder, 'orders').repartition({ name: 'o', partitions: 4 }).join(users, left).to('output');
    },
  },
  {
    name: 'global-table',
    write: (builder) => {
      const users = builder.globalTable('users', texts);
      const orders = stream(builder, 'orders');
      orders.join(users, value, left).to('one');
      orders.leftJoin(users, value, left, { name: 'maybe-user' }).to('two');
    },
  },
  {
    name: 'global-tables-between',
    write: (builder) => {
      stream(builder, 'a').to('one');
      builder.globalTable('users', { ...texts, name: 'people', store: 'people-store' });
      stream(builder, 'b').groupBy(value).count().toStream().to('two');
      builder.globalTable('places', texts);
      stream(builder, 'c').to('three');
    },
  },
  {
    name: 'global-table-new-key',
    write: (builder) => {
      const users = builder.globalTable('users', texts);
      stream(builder, 'orders')
        .selectKey(value)
        .leftJoin(users, value, left)
        .groupByKey()
        .count()
        .toStream()
        .to('output');
    },
  },
  {
    name: 'global-and-table-of-one-topic',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      builder.globalTable('users', texts);
      table(builder, 'users').toStream().to('output');
    },
  },
  {
    name: 'join-everything',
    write: (builder) => {
      const shops = builder.globalTable('shops', texts);
      const users = table(builder, 'users');
      const perUser = stream(builder, 'clicks').groupByKey().count({ store: 'clicks-per-user' });
      const full = stream(builder, 'orders')
        .merge(stream(builder, 'web-orders'))
        .join(users, left, texts)
        .join(perUser, left)
        .join(shops, value, left);
      full
        .split({ name: 'kind-' })
        .branch(yes, { name: 'big', consumer: (branch) => branch.to('big') })
        .defaultBranch({
          name: 'small',
          consumer: (branch) => branch.groupBy(value).count().toStream().to('small'),
        });
      users.groupBy(same).count().toStream().to('user-counts');
    },
  },
];
