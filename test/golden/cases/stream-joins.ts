import { JoinWindows } from '../../../src/time/join-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';
import { table } from './tables.js';

const yes = (): boolean => true;
const value = (given: string): string => given;
const same = (given: string, key: string): [string, string] => [key, given];
const left = <V>(given: V): V => given;
const near = JoinWindows.of({ timeDifference: '10s' });
const uneven = JoinWindows.of({ timeDifference: '10s', before: '-2s', after: '5m', grace: '1m' });
const joined = { ...texts, otherValue: texts.value };

const plain: readonly GoldenCase[] = [
  {
    name: 'stream-join',
    write: (builder) => stream(builder, 'a').join(stream(builder, 'b'), left, near).to('output'),
  },
  {
    name: 'stream-join-left',
    write: (builder) => stream(builder, 'a').leftJoin(stream(builder, 'b'), left, near).to('output'),
  },
  {
    name: 'stream-join-outer',
    write: (builder) => stream(builder, 'a').outerJoin(stream(builder, 'b'), left, uneven, joined).to('output'),
  },
  {
    name: 'stream-join-named',
    write: (builder) =>
      stream(builder, 'a')
        .join(stream(builder, 'b'), left, near, { ...joined, name: 'near' })
        .to('output'),
  },
  {
    name: 'stream-join-named-left',
    write: (builder) => stream(builder, 'a').leftJoin(stream(builder, 'b'), left, near, { name: 'near' }).to('output'),
  },
  {
    name: 'stream-join-named-outer',
    write: (builder) => stream(builder, 'a').outerJoin(stream(builder, 'b'), left, near, { name: 'near' }).to('output'),
  },
  {
    name: 'stream-join-stored',
    write: (builder) => stream(builder, 'a').join(stream(builder, 'b'), left, uneven, { store: 'kept' }).to('output'),
  },
  {
    name: 'stream-join-stored-left',
    write: (builder) => stream(builder, 'a').leftJoin(stream(builder, 'b'), left, near, { store: 'kept' }).to('output'),
  },
  {
    name: 'stream-join-stored-outer',
    write: (builder) =>
      stream(builder, 'a').outerJoin(stream(builder, 'b'), left, near, { store: 'kept', name: 'near' }).to('output'),
  },
  {
    name: 'stream-join-logging',
    write: (builder) => {
      const logging = { 'segment.bytes': '10485760', 'cleanup.policy': 'compact' };
      stream(builder, 'a').leftJoin(stream(builder, 'b'), left, near, { logging }).to('one');
      stream(builder, 'c').outerJoin(stream(builder, 'd'), left, near, { logging: false }).to('two');
    },
  },
  {
    name: 'stream-join-new-key',
    write: (builder) =>
      stream(builder, 'a').selectKey(value).join(stream(builder, 'b').map(same), left, near).to('output'),
  },
  {
    name: 'stream-join-new-key-left',
    write: (builder) => stream(builder, 'a').leftJoin(stream(builder, 'b').map(same), left, near).to('output'),
  },
  {
    name: 'stream-join-new-key-named',
    write: (builder) =>
      stream(builder, 'a')
        .selectKey(value)
        .outerJoin(stream(builder, 'b').map(same), left, near, { name: 'near' })
        .to('output'),
  },
  {
    name: 'stream-join-share-repartition',
    // The second join reads the topic of the first; the JVM looks for one of its own and finds nothing to compare.
    copartitionGroups: ['app-KSTREAM-KEY-SELECT-0000000001-repartition,b,c'],
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey(value);
      keyed.join(stream(builder, 'b'), left, near).to('one');
      stream(builder, 'c').leftJoin(keyed, left, near).to('two');
    },
  },
  {
    name: 'stream-join-chain',
    write: (builder) =>
      stream(builder, 'a')
        .join(stream(builder, 'b'), left, near)
        .leftJoin(stream(builder, 'c'), left, uneven)
        .selectKey(value)
        .outerJoin(stream(builder, 'd'), left, near)
        .join(table(builder, 'users'), left)
        .groupByKey()
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'stream-join-derived',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.mapValues(value).join(a.filter(yes), left, near).to('output');
    },
  },
  {
    name: 'stream-join-partitions',
    write: (builder) => stream(builder, 'a').selectKey(value).join(stream(builder, 'b'), left, near).to('output'),
  },
  {
    name: 'stream-join-not-copartitioned',
    partitionsRefused: 'PARTITIONS_MISMATCHED',
    write: (builder) => {
      stream(builder, 'a').join(stream(builder, 'b'), left, near).to('output');
      stream(builder, 'z').repartition().to('zz');
    },
  },
  {
    name: 'stream-join-name-twice',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      stream(builder, 'a').join(stream(builder, 'b'), left, near, { name: 'near' }).to('one');
      stream(builder, 'c').join(stream(builder, 'd'), left, near, { name: 'near' }).to('two');
    },
  },
];

/** Each is built without and with the optimisations that the generator names. */
const pairs: readonly GoldenCase[] = [
  {
    name: 'self-join',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.join(a, left, near).to('output');
    },
  },
  {
    name: 'self-join-named',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.join(a, left, uneven, { name: 'near', store: 'kept' }).to('output');
    },
  },
  {
    name: 'self-join-same-topic',
    write: (builder) => stream(builder, 'a').join(stream(builder, 'a'), left, near).to('output'),
  },
  {
    name: 'self-join-left',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.leftJoin(a, left, near).to('output');
    },
  },
  {
    name: 'self-join-outer',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.outerJoin(a, left, near).to('output');
    },
  },
  {
    name: 'self-join-new-key',
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey(value);
      keyed.join(keyed, left, near).to('output');
    },
  },
  {
    name: 'self-join-new-key-named',
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey(value);
      keyed.join(keyed, left, near, { name: 'near' }).to('output');
    },
  },
  {
    name: 'self-join-new-key-filtered-named',
    jvmRefuses: 'Found a null keyChangingChild node',
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey(value).filter(yes);
      keyed.join(keyed, left, near, { name: 'near' }).to('output');
    },
  },
  {
    name: 'self-join-behind-operator',
    write: (builder) => {
      const a = stream(builder, 'a').mapValues(value);
      a.join(a, left, near).to('output');
    },
  },
  {
    name: 'self-join-with-siblings',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.filter(yes).to('before');
      a.join(a, left, near).to('output');
      a.mapValues(value).to('after');
    },
  },
  {
    name: 'self-join-sibling-behind',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.join(a, left, near).to('output');
      a.mapValues(value).to('after');
    },
  },
  {
    name: 'self-join-twice',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.join(a, left, near).to('one');
      a.join(a, left, uneven).to('two');
    },
  },
  {
    name: 'self-join-chain',
    write: (builder) => {
      const a = stream(builder, 'a');
      const joins = a.join(a, left, near);
      joins.join(joins, left, near).to('one');
      joins.join(a, left, near).to('two');
    },
  },
  {
    name: 'self-join-with-other-join',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.join(stream(builder, 'b'), left, near).to('one');
      a.join(a, left, near).to('two');
    },
  },
  {
    name: 'self-join-before-other-join',
    write: (builder) => {
      const a = stream(builder, 'a');
      a.join(a, left, near).to('one');
      a.join(stream(builder, 'b'), left, near).to('two');
    },
  },
  {
    name: 'self-join-of-merged',
    write: (builder) => {
      const all = stream(builder, 'a').merge(stream(builder, 'b'));
      all.join(all, left, near).to('output');
    },
  },
  {
    name: 'stream-join-merge-repartitions',
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey(value);
      keyed.join(stream(builder, 'b'), left, near).to('one');
      keyed.groupByKey().count().toStream().to('two');
      keyed.leftJoin(stream(builder, 'c'), left, near, { name: 'near' }).to('three');
    },
  },
  {
    name: 'stream-join-merge-between',
    write: (builder) => {
      const keyed = stream(builder, 'a').selectKey(value);
      keyed.mapValues(value).join(stream(builder, 'b'), left, near).to('one');
      keyed.mapValues(value).join(stream(builder, 'c'), left, near).to('two');
    },
  },
];

export const streamJoinCases: readonly GoldenCase[] = [
  ...plain,
  ...pairs.flatMap(({ jvmRefuses, ...one }) => [
    { ...one, name: `${one.name}-off` },
    { ...one, name: `${one.name}-on`, ...(jvmRefuses === undefined ? {} : { jvmRefuses }) },
  ]),
];
