import { TimeWindows } from '../../../src/time/time-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';
import { table } from './tables.js';

const yes = (): boolean => true;
const value = (given: string): string => given;
const key = (_: string, given: string): string => given;
const same = (given: string, from: string): [string, string] => [from, given];
const last = (_: string, given: string): string => given;
const left = (order: string): string => order;

/** Each is built without and with the optimisations that the generator names. */
const pairs: readonly GoldenCase[] = [
  {
    name: 'reuse-table-source',
    write: (builder) => {
      builder
        .table('users', { ...texts, store: 'users-store' })
        .toStream()
        .to('one');
      table(builder, 'shops').toStream().to('two');
      stream(builder, 'orders').join(table(builder, 'towns'), left).to('three');
      stream(builder, 'clicks').toTable({ store: 'clicks-store' }).toStream().to('four');
    },
  },
  {
    name: 'merge-repartitions',
    write: (builder) => {
      const keyed = stream(builder, 'input').selectKey(value);
      keyed.groupByKey().count({ store: 'counts' }).toStream().to('one');
      keyed
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '1m' }))
        .reduce(last)
        .toStream()
        .to('two');
      keyed
        .groupByKey({ name: 'third' })
        .aggregate(() => '', left)
        .toStream()
        .to('three');
    },
  },
  {
    name: 'merge-repartitions-grouped',
    write: (builder) => {
      const input = stream(builder, 'input');
      const grouped = input.groupBy(value);
      grouped.count().toStream().to('one');
      grouped.reduce(last).toStream().to('two');
      input.groupBy(key).count().toStream().to('three');
    },
  },
  {
    name: 'merge-repartitions-between',
    write: (builder) => {
      const keyed = stream(builder, 'input').map(same);
      keyed.filter(yes).groupByKey().count().toStream().to('one');
      keyed.mapValues(value).groupByKey().count().toStream().to('two');
      keyed.peek(() => undefined).to('three');
    },
  },
  {
    name: 'merge-repartitions-join',
    write: (builder) => {
      const keyed = stream(builder, 'orders').selectKey(value);
      keyed.join(table(builder, 'users'), left).to('one');
      keyed.leftJoin(table(builder, 'shops'), left, { name: 'shop' }).to('two');
      keyed.groupByKey().count().toStream().to('three');
    },
  },
  {
    name: 'merge-repartitions-merge',
    write: (builder) => {
      const all = stream(builder, 'a').selectKey(value).merge(stream(builder, 'b').map(same));
      all.groupByKey().count().toStream().to('one');
      all.groupByKey().reduce(last).toStream().to('two');
    },
  },
  {
    name: 'merge-repartitions-merge-and-own',
    write: (builder) => {
      const a = stream(builder, 'a').selectKey(value);
      const all = a.merge(stream(builder, 'b'));
      a.groupByKey().count().toStream().to('one');
      all.foreach(() => undefined);
    },
  },
  {
    name: 'merge-repartitions-chain',
    write: (builder) => {
      const first = stream(builder, 'input').selectKey(value);
      const counts = first.groupByKey().count().toStream();
      counts
        .selectKey((_, from) => from)
        .groupByKey()
        .count()
        .toStream()
        .to('one');
      first.selectKey(key).groupByKey().count().toStream().to('two');
      first.toTable().toStream().to('three');
    },
  },
  {
    name: 'merge-repartitions-not-explicit',
    write: (builder) => {
      const keyed = stream(builder, 'input').selectKey(value);
      keyed.repartition().groupByKey().count().toStream().to('one');
      keyed.repartition().to('two');
      keyed.groupByKey().count().toStream().to('three');
    },
  },
  {
    name: 'merge-repartitions-shared-filter',
    jvmRefuses: 'Found a null keyChangingChild node',
    write: (builder) => {
      const kept = stream(builder, 'input').selectKey(value).filter(yes);
      kept.groupByKey().count().toStream().to('one');
      kept.groupByKey().reduce(last).toStream().to('two');
    },
  },
  {
    name: 'optimized-all',
    write: (builder) => {
      const users = table(builder, 'users');
      const flat = stream(builder, 'orders').flatMap((given, from) => [[given, from] as const]);
      flat.join(users, left).groupBy(value).count().toStream().to('one');
      flat
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '30s' }))
        .count()
        .toStream()
        .to('two');
      users.groupBy(same).count().toStream().to('three');
    },
  },
  {
    name: 'merge-repartitions-split',
    jvmRefuses: 'Found a null keyChangingChild node',
    write: (builder) => {
      const branches = stream(builder, 'input').selectKey(value).split({ name: 'kind-' }).branch(yes).defaultBranch();
      for (const name of ['kind-0', 'kind-1']) {
        branches.get(name)?.groupByKey({ name }).count().toStream().to(`out-${name}`);
      }
    },
  },
];

export const optimizationCases: readonly GoldenCase[] = pairs.flatMap(({ jvmRefuses, ...one }) => [
  { ...one, name: `${one.name}-off` },
  { ...one, name: `${one.name}-on`, ...(jvmRefuses === undefined ? {} : { jvmRefuses }) },
]);
