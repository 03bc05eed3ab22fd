import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import type { KTable } from '../../../src/dsl/table.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';

export function table(builder: StreamsBuilder, topic: string): KTable<string, string | null> {
  return builder.table(topic, texts);
}

const yes = (): boolean => true;
const no = (): boolean => false;
const value = (given: string): string => given;
const same = (given: string, key: string): [string, string] => [key, given];
const last = (_: string, given: string): string => given;
const first = (given: string): string => given;

export const tableCases: readonly GoldenCase[] = [
  { name: 'table', write: (builder) => table(builder, 'users').toStream().to('output') },
  { name: 'table-unused', write: (builder) => void table(builder, 'users') },
  {
    name: 'table-stored',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store' })
        .toStream()
        .to('output'),
  },
  {
    name: 'table-named',
    write: (builder) =>
      builder
        .table('users', { ...texts, name: 'people', store: 'users-store' })
        .toStream({ name: 'changes' })
        .to('output'),
  },
  {
    name: 'table-filter',
    write: (builder) => table(builder, 'users').filter(yes).filterNot(no).toStream().to('output'),
  },
  {
    name: 'table-map-values',
    write: (builder) => {
      const users = table(builder, 'users');
      users.mapValues(value).toStream().to('one');
      users.mapValues(value, { name: 'upper', store: 'upper-store' }).toStream().to('two');
    },
  },
  {
    name: 'table-filter-stored',
    write: (builder) => {
      const users = table(builder, 'users');
      users.filter(yes, { store: 'kept' }).toStream().to('one');
      users.filterNot(yes, { name: 'refuse', store: 'refused' }).toStream().to('two');
    },
  },
  {
    name: 'table-serde-only',
    write: (builder) => table(builder, 'users').filter(yes, texts).mapValues(value, texts).toStream().to('output'),
  },
  {
    name: 'table-to-stream-with-key',
    write: (builder) => {
      const users = table(builder, 'users');
      users.toStream((name) => name).to('one');
      users
        .toStream((name) => name, { name: 'by-name' })
        .groupByKey()
        .count()
        .toStream()
        .to('two');
    },
  },
  {
    name: 'table-group-count',
    write: (builder) => table(builder, 'users').groupBy(same).count().toStream().to('output'),
  },
  {
    name: 'table-group-count-named',
    write: (builder) =>
      table(builder, 'users')
        .groupBy(same, { ...texts, name: 'by-city' })
        .count({ name: 'count-users', store: 'users-per-city' })
        .toStream()
        .to('output'),
  },
  {
    name: 'table-group-reduce',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store' })
        .groupBy(same)
        .reduce(last, first)
        .toStream()
        .to('output'),
  },
  {
    name: 'table-group-reduce-named',
    write: (builder) =>
      table(builder, 'users')
        .groupBy(same)
        .reduce(last, first, { name: 'summed', store: 'sums' })
        .toStream()
        .to('output'),
  },
  {
    name: 'table-group-aggregate',
    write: (builder) =>
      table(builder, 'users')
        .groupBy(same)
        .aggregate(() => '', first, first)
        .toStream()
        .to('output'),
  },
  {
    name: 'table-group-twice',
    write: (builder) => {
      const unnamed = table(builder, 'users').groupBy(same);
      unnamed.count().toStream().to('one');
      unnamed.reduce(last, first).toStream().to('two');
      const named = table(builder, 'places').groupBy(same, { name: 'by-place' });
      named.count().toStream().to('three');
      named.reduce(last, first).toStream().to('four');
    },
  },
  {
    name: 'table-derived-group',
    write: (builder) =>
      table(builder, 'users').mapValues(value).filter(yes).groupBy(same).count().toStream().to('output'),
  },
  {
    name: 'table-of-count-group',
    write: (builder) =>
      stream(builder, 'input')
        .groupByKey()
        .count()
        .groupBy((count, key) => [count, key], { key: serdes.long(), value: serdes.string() })
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'table-no-logging',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store', logging: false })
        .toStream()
        .to('output'),
  },
  {
    name: 'table-deep-chain',
    write: (builder) =>
      table(builder, 'users')
        .groupBy(same)
        .count()
        .toStream()
        .merge(table(builder, 'cities').groupBy(same).count().toStream())
        .selectKey((count) => count)
        .groupByKey()
        .count()
        .groupBy((count, key) => [count, key])
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'table-and-stream-of-one-topic',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      table(builder, 'users').toStream().to('one');
      stream(builder, 'users').to('two');
    },
  },
];
