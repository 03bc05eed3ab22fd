import { serdes } from '../../../src/serde/serdes.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream } from './streams.js';

const tumbling = TimeWindows.of({ size: '10s', grace: '5s' });
const hopping = TimeWindows.of({ size: '5m', advance: '1m' });
const value = (given: string): string => given;
const same = (given: string, key: string): [string, string] => [key, given];
const last = (_: string, given: string): string => given;
const empty = (): string => '';
const keep = (total: string): string => total;

export const aggregationCases: readonly GoldenCase[] = [
  { name: 'count', write: (builder) => stream(builder, 'input').groupByKey().count().toStream().to('output') },
  {
    name: 'count-group-by',
    write: (builder) => stream(builder, 'input').groupBy(value).count().toStream().to('output'),
  },
  {
    name: 'count-named-store',
    write: (builder) => stream(builder, 'input').groupBy(value).count({ store: 'counts' }).toStream().to('output'),
  },
  {
    name: 'count-all-named',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value, { name: 'by-word' })
        .count({ name: 'count-words', store: 'counts' })
        .toStream({ name: 'changes' })
        .to('output', { name: 'out' }),
  },
  {
    name: 'count-operator-named',
    write: (builder) => stream(builder, 'input').groupByKey().count({ name: 'counted' }).toStream().to('output'),
  },
  {
    name: 'count-serde-only',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value)
        .count({ key: serdes.string(), value: serdes.long() })
        .toStream()
        .to('output'),
  },
  {
    name: 'reduce',
    write: (builder) => {
      const grouped = stream(builder, 'input').groupBy(value);
      grouped.reduce(last).toStream().to('one');
      grouped.reduce(last, { name: 'latest', store: 'latest-store' }).toStream().to('two');
    },
  },
  {
    name: 'aggregate',
    write: (builder) => {
      const grouped = stream(builder, 'input').selectKey(value).groupByKey();
      grouped.aggregate(empty, keep).toStream().to('one');
      grouped.aggregate(empty, keep, { key: serdes.string(), value: serdes.string() }).toStream().to('two');
      grouped.aggregate(empty, keep, { name: 'total', store: 'totals' }).toStream().to('three');
    },
  },
  {
    name: 'aggregate-group-named-twice',
    write: (builder) => {
      const grouped = stream(builder, 'input').groupBy(value, { name: 'by-word' });
      grouped.count().toStream().to('counts');
      grouped.reduce(last).toStream().to('latest');
    },
  },
  {
    name: 'aggregate-group-unnamed-twice',
    write: (builder) => {
      const grouped = stream(builder, 'input').groupBy(value);
      grouped.count().toStream().to('counts');
      grouped.reduce(last).toStream().to('latest');
    },
  },
  {
    name: 'aggregate-repartition-name-twice',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.map(same).groupByKey({ name: 'same' }).count().toStream().to('one');
      input.map(same).groupByKey({ name: 'same' }).count().toStream().to('two');
    },
  },
  {
    name: 'store-name-twice',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      stream(builder, 'a').groupByKey().count({ store: 'counts' }).toStream().to('one');
      stream(builder, 'b').groupByKey().count({ store: 'counts' }).toStream().to('two');
    },
  },
  {
    name: 'store-logging',
    write: (builder) => {
      const grouped = stream(builder, 'input').groupByKey();
      grouped.count({ store: 'silent', logging: false });
      grouped.count({ store: 'tuned', logging: { 'segment.bytes': '10485760', 'cleanup.policy': 'compact,delete' } });
      grouped.count({ store: 'direct', caching: false });
    },
  },
  {
    name: 'window-count',
    write: (builder) =>
      stream(builder, 'input')
        .groupByKey()
        .windowedBy(tumbling)
        .count()
        .toStream((_, windowed) => windowed.key)
        .to('output'),
  },
  {
    name: 'window-count-hopping',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value)
        .windowedBy(hopping)
        .count({ store: 'per-minute' })
        .toStream((_, windowed) => windowed.key, { name: 'flat' })
        .to('output'),
  },
  {
    name: 'window-count-serde-only',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value)
        .windowedBy(tumbling)
        .count({ key: serdes.string(), value: serdes.long() })
        .toStream()
        .to('output'),
  },
  {
    name: 'window-reduce',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.groupByKey().windowedBy(tumbling).reduce(last).toStream().to('one');
      input
        .selectKey(value)
        .groupByKey({ name: 'by-value' })
        .windowedBy(hopping)
        .reduce(last, { name: 'latest', store: 'latest-store' })
        .toStream()
        .to('two');
    },
  },
  {
    name: 'window-aggregate',
    write: (builder) =>
      stream(builder, 'input')
        .map(same)
        .groupByKey()
        .windowedBy(tumbling)
        .aggregate(empty, keep)
        .toStream()
        .to('output'),
  },
  {
    name: 'window-aggregate-retention',
    write: (builder) =>
      stream(builder, 'input')
        .groupByKey()
        .windowedBy(tumbling)
        .aggregate(empty, keep, {
          name: 'total',
          store: 'totals',
          retention: '1h',
          logging: { 'min.insync.replicas': '2' },
        })
        .toStream()
        .to('output'),
  },
  {
    name: 'window-retention-fixed',
    write: (builder) =>
      void stream(builder, 'input')
        .groupByKey()
        .windowedBy(tumbling)
        .count({ store: 'counts', logging: { 'retention.ms': '1234567' } }),
  },
  {
    name: 'window-retention-too-short',
    refused: 'CONFIG_INVALID',
    write: (builder) =>
      void stream(builder, 'input').groupByKey().windowedBy(tumbling).count({ store: 'counts', retention: '12s' }),
  },
  {
    name: 'aggregation-chain',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value)
        .windowedBy(tumbling)
        .count()
        .toStream()
        .map((count, windowed) => [windowed.key, count])
        .groupByKey()
        .reduce((sum, count) => sum + count)
        .toStream()
        .groupBy((count) => count)
        .count({ store: 'how-often' })
        .toStream()
        .to('output'),
  },
];
