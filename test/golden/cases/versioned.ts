import { serdes } from '../../../src/serde/serdes.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';
import { table } from './tables.js';

const yes = (): boolean => true;
const value = (given: string): string => given;
const same = (given: string, key: string): [string, string] => [key, given];
const left = <T>(given: T): T => given;
const versioned = { historyRetention: '1h' } as const;

/** Tables with a history, and joins with grace, which need one. */
export const versionedCases: readonly GoldenCase[] = [
  {
    name: 'versioned-table',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store', versioned })
        .toStream()
        .to('output'),
  },
  {
    name: 'versioned-table-optimized',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store', versioned })
        .toStream()
        .to('output'),
  },
  {
    name: 'versioned-table-logging',
    write: (builder) => {
      const logging = { 'min.compaction.lag.ms': '5', 'segment.bytes': '10485760' };
      builder.table('users', { ...texts, store: 'users-store', versioned, logging });
      builder
        .table('towns', { ...texts, store: 'towns-store', versioned, logging: false })
        .toStream()
        .to('output');
    },
  },
  {
    name: 'versioned-to-table',
    write: (builder) =>
      stream(builder, 'input')
        .selectKey(value)
        .toTable({ ...texts, store: 'rows', versioned })
        .toStream()
        .to('output'),
  },
  {
    name: 'versioned-count',
    write: (builder) =>
      stream(builder, 'input').groupByKey().count({ store: 'counts', versioned }).toStream().to('output'),
  },
  {
    name: 'versioned-derived',
    write: (builder) => {
      const users = builder.table('users', { ...texts, store: 'users-store', versioned });
      users.filter(yes, { store: 'kept', versioned }).toStream().to('one');
      users.mapValues(value, { name: 'upper', store: 'upper-store', versioned }).toStream().to('two');
      users.filter(yes).mapValues(value).toStream().to('three');
    },
  },
  {
    name: 'versioned-joined',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store', versioned })
        .leftJoin(table(builder, 'towns'), left, { store: 'joined', versioned })
        .toStream()
        .to('output'),
  },
  {
    name: 'versioned-grouped',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store', versioned })
        .filter(yes)
        .groupBy(same, { key: serdes.string(), value: serdes.string() })
        .count({ store: 'counts', versioned })
        .toStream()
        .to('output'),
  },
  {
    name: 'versioned-stream-join',
    write: (builder) =>
      stream(builder, 'input')
        .join(builder.table('users', { ...texts, store: 'users-store', versioned }).mapValues(value), left)
        .to('output'),
  },
  {
    name: 'grace-join',
    write: (builder) =>
      stream(builder, 'input')
        .join(builder.table('users', { ...texts, store: 'users-store', versioned }), left, { ...texts, grace: '5m' })
        .to('output'),
  },
  {
    name: 'grace-join-named',
    write: (builder) =>
      stream(builder, 'input')
        .selectKey(value)
        .leftJoin(builder.table('users', { ...texts, store: 'users-store', versioned }).filter(yes), left, {
          ...texts,
          name: 'with-user',
          grace: '1h',
        })
        .to('output'),
  },
  {
    name: 'grace-join-twice',
    write: (builder) => {
      const users = builder.table('users', { ...texts, store: 'users-store', versioned });
      const joined = { ...texts, grace: '5m' } as const;
      stream(builder, 'input').join(users, left, joined).leftJoin(users, left, joined).to('output');
    },
  },
  {
    name: 'grace-join-no-history',
    refused: 'CONFIG_INVALID',
    write: (builder) =>
      stream(builder, 'input')
        .join(table(builder, 'users'), left, { ...texts, grace: '5m' })
        .to('output'),
  },
  {
    name: 'grace-join-short-history',
    refused: 'CONFIG_INVALID',
    write: (builder) =>
      stream(builder, 'input')
        .join(builder.table('users', { ...texts, store: 'users-store', versioned }), left, { ...texts, grace: '61m' })
        .to('output'),
  },
  {
    name: 'grace-join-hidden-history',
    refused: 'CONFIG_INVALID',
    write: (builder) =>
      stream(builder, 'input')
        .join(builder.table('users', { ...texts, store: 'users-store', versioned }).filter(yes, texts), left, {
          ...texts,
          grace: '5m',
        })
        .to('output'),
  },
  {
    name: 'versioned-suppressed',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) =>
      builder
        .table('users', { ...texts, store: 'users-store', versioned })
        .filter(yes)
        .suppress({ until: { timeLimit: '5m' } })
        .toStream()
        .to('output'),
  },
];
