import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream } from './streams.js';

const sessions = SessionWindows.of({ gap: '10s', grace: '5s' });
const last = (_: string, given: string): string => given;
const empty = (): string => '';
const keep = (total: string): string => total;

function byKey(builder: StreamsBuilder): KGroupedStream<string, string> {
  return stream(builder, 'input').groupByKey();
}

function byValue(builder: StreamsBuilder): KGroupedStream<string, string> {
  return stream(builder, 'input').groupBy((value) => value);
}

export const sessionCases: readonly GoldenCase[] = [
  {
    name: 'session-count',
    write: (builder) => byValue(builder).windowedBy(sessions).count().toStream().to('output'),
  },
  {
    name: 'session-count-serde-only',
    write: (builder) =>
      byValue(builder)
        .windowedBy(sessions)
        .count({ key: serdes.string(), value: serdes.long() })
        .toStream()
        .to('output'),
  },
  {
    name: 'session-count-operator-named',
    write: (builder) => byKey(builder).windowedBy(sessions).count({ name: 'counted' }).toStream().to('output'),
  },
  {
    name: 'session-reduce',
    write: (builder) => {
      const windowed = byValue(builder).windowedBy(sessions);
      windowed.reduce(last).toStream().to('one');
      windowed.reduce(last, { name: 'latest', store: 'latest-store' }).toStream().to('two');
    },
  },
  {
    name: 'session-aggregate',
    write: (builder) => {
      const windowed = byKey(builder).windowedBy(sessions);
      windowed.aggregate(empty, keep, last).toStream().to('one');
      windowed.aggregate(empty, keep, last, { key: serdes.string(), value: serdes.string() }).toStream().to('two');
      windowed
        .aggregate(empty, keep, last, {
          name: 'total',
          store: 'totals',
          retention: '1h',
          logging: { 'min.insync.replicas': '2' },
        })
        .toStream()
        .to('three');
    },
  },
  {
    name: 'session-retention-too-short',
    refused: 'CONFIG_INVALID',
    write: (builder) => void byKey(builder).windowedBy(sessions).count({ store: 'counts', retention: '14s' }),
  },
  {
    name: 'session-table',
    write: (builder) =>
      byKey(builder)
        .windowedBy(sessions)
        .count({ store: 'counts' })
        .filter((count) => count > 1, { store: 'many' })
        .mapValues((count) => count + 1)
        .groupBy((count, windowed) => [windowed.key, count])
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'session-suppress',
    write: (builder) =>
      byValue(builder)
        .windowedBy(sessions)
        .count({ store: 'counts' })
        .suppress({ until: 'windowCloses' })
        .toStream()
        .to('output'),
  },
];
