import type { CogroupedKStream } from '../../../src/dsl/cogrouped-stream.js';
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream } from './streams.js';

const tumbling = TimeWindows.of({ size: '10s', grace: '5s' });
const empty = (): string => '';
const keep = (total: string): string => total;

function byKey(builder: StreamsBuilder, topic: string): KGroupedStream<string, string> {
  return stream(builder, topic).groupByKey();
}

function byValue(builder: StreamsBuilder, topic: string): KGroupedStream<string, string> {
  return stream(builder, topic).groupBy((value) => value);
}

function twoRepartitioned(builder: StreamsBuilder, name: string): CogroupedKStream<string, string> {
  return byValue(builder, 'a')
    .cogroup(keep)
    .cogroup(
      stream(builder, 'b').groupBy((value) => value, { name }),
      keep,
    );
}

function two(builder: StreamsBuilder): CogroupedKStream<string, string> {
  return byKey(builder, 'a').cogroup(keep).cogroup(byKey(builder, 'b'), keep);
}

/**
 * Kafka Streams wants the topics in front of a repartition to have equal counts, not the repartition topics, and forgets
 * all of them behind a cogroup; the groups here are those of the topics that the operators read.
 */
export const cogroupCases: readonly GoldenCase[] = [
  {
    name: 'cogroup-one',
    write: (builder) => byKey(builder, 'a').cogroup(keep).aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup',
    write: (builder) => two(builder).cogroup(byKey(builder, 'c'), keep).aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-named',
    write: (builder) => two(builder).aggregate(empty, { name: 'both', store: 'both-store' }).toStream().to('output'),
  },
  {
    name: 'cogroup-operator-named',
    write: (builder) => two(builder).aggregate(empty, { name: 'both' }).toStream().to('output'),
  },
  {
    name: 'cogroup-serde-only',
    write: (builder) =>
      two(builder).aggregate(empty, { key: serdes.string(), value: serdes.string() }).toStream().to('output'),
  },
  {
    name: 'cogroup-repartition',
    copartitionGroups: ['a,app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition'],
    write: (builder) =>
      byKey(builder, 'a').cogroup(keep).cogroup(byValue(builder, 'b'), keep).aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-repartition-named',
    copartitionGroups: ['a,app-store-repartition'],
    write: (builder) =>
      byValue(builder, 'b')
        .cogroup(keep)
        .cogroup(byKey(builder, 'a'), keep)
        .aggregate(empty, { store: 'store' })
        .toStream()
        .to('output'),
  },
  {
    name: 'cogroup-two-repartitions',
    copartitionGroups: ['app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000004-repartition,app-by-value-repartition'],
    write: (builder) => twoRepartitioned(builder, 'by-value').aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-two-repartitions-optimized',
    copartitionGroups: ['app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000004-repartition,app-by-value-repartition'],
    write: (builder) => twoRepartitioned(builder, 'by-value').aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-two-unnamed-repartitions',
    jvmRefuses: 'is already added',
    write: (builder) =>
      byValue(builder, 'a').cogroup(keep).cogroup(byValue(builder, 'b'), keep).aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-two-unnamed-repartitions-one-merged',
    copartitionGroups: ['app-counts-repartition,app-totals-repartition'],
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey((value) => value);
      keyed.groupByKey().count({ store: 'counts' }).toStream().to('counted');
      keyed
        .groupByKey()
        .cogroup(keep)
        .cogroup(byValue(builder, 'b'), keep)
        .aggregate(empty, { store: 'totals' })
        .toStream()
        .to('output');
    },
  },
  {
    name: 'cogroup-shares-repartition',
    jvmRefuses: 'is already added',
    write: (builder) => {
      const grouped = stream(builder, 'a').groupBy((value) => value, { name: 'by-value' });
      grouped.count().toStream().to('counts');
      grouped.cogroup(keep).cogroup(byKey(builder, 'b'), keep).aggregate(empty).toStream().to('output');
    },
  },
  {
    name: 'cogroup-twice',
    copartitionGroups: ['app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000004-repartition,app-by-value-repartition'],
    write: (builder) => {
      const cogroup = twoRepartitioned(builder, 'by-value');
      cogroup.aggregate(empty).toStream().to('one');
      cogroup.windowedBy(tumbling).aggregate(empty, { name: 'again' }).toStream().to('two');
    },
  },
  {
    name: 'cogroup-not-copartitioned',
    partitionsRefused: 'PARTITIONS_MISMATCHED',
    write: (builder) => {
      two(builder).aggregate(empty).toStream().to('output');
      // Kafka Streams looks only where something is repartitioned.
      stream(builder, 'z').repartition().to('zz');
    },
  },
  {
    name: 'cogroup-repartition-aligned',
    copartitionGroups: ['a,app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition'],
    jvmRefusesPartitions: 'Topics not co-partitioned: [{a=6, b=3}]',
    internalTopics: {
      'app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition': 6,
      'app-COGROUPKSTREAM-AGGREGATE-STATE-STORE-0000000003-changelog': 6,
    },
    write: (builder) =>
      byKey(builder, 'a').cogroup(keep).cogroup(byValue(builder, 'b'), keep).aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-joined',
    copartitionGroups: ['a,b,c'],
    write: (builder) =>
      stream(builder, 'c')
        .join(two(builder).aggregate(empty), (left) => left)
        .to('output'),
  },
  {
    name: 'cogroup-grouped-again',
    write: (builder) =>
      two(builder)
        .aggregate(empty)
        .filter(() => true)
        .groupBy((value, key) => [key, value])
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'cogroup-windowed',
    write: (builder) => two(builder).windowedBy(tumbling).aggregate(empty).toStream().to('output'),
  },
  {
    name: 'cogroup-sessions',
    write: (builder) =>
      two(builder)
        .windowedBy(SessionWindows.of({ gap: '10s' }))
        .aggregate(empty, keep)
        .toStream()
        .to('output'),
  },
  {
    name: 'cogroup-windowed-named',
    copartitionGroups: ['a,app-both-store-repartition'],
    write: (builder) =>
      byKey(builder, 'a')
        .cogroup(keep)
        .cogroup(byValue(builder, 'b'), keep)
        .windowedBy(tumbling)
        .aggregate(empty, { name: 'both', store: 'both-store' })
        .toStream()
        .to('output'),
  },
];
