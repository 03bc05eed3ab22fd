import type { KStream } from '../../../src/dsl/stream.js';
import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { GoldenCase } from '../golden-case.js';

/** Keys and values are texts, as in the generator. */
export const texts = { key: serdes.string(), value: serdes.string() };

export function stream(builder: StreamsBuilder, topic: string): KStream<string, string> {
  return builder.stream(topic, texts);
}

const yes = (): boolean => true;
const no = (): boolean => false;
const same = (value: string, key: string): [string, string] => [key, value];
const value = (given: string): string => given;
const nothing = (): void => undefined;

function byKey(_: string, key: string): string {
  return key;
}

function branchOf<V>(branches: ReadonlyMap<string, V>, name: string): V {
  const found = branches.get(name);
  if (found === undefined) throw new Error(`no branch ${name}, only ${[...branches.keys()].join(', ')}`);
  return found;
}

export const streamCases: readonly GoldenCase[] = [
  { name: 'stream-to', write: (builder) => stream(builder, 'input').to('output') },
  {
    name: 'stream-stateless',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.filter(yes).filterNot(no).peek(nothing).to('passed');
      input.map(same).mapValues(value).to('mapped');
      input
        .flatMap((v, k) => [[k, v] as const])
        .flatMapValues((v) => [v])
        .to('flat');
      input.selectKey(value).foreach(nothing);
      input.print();
    },
  },
  {
    name: 'stream-stateless-named',
    write: (builder) => {
      const input = builder.stream('input', { ...texts, name: 'orders' });
      input
        .filter(yes, { name: 'positive' })
        .filterNot(no, { name: 'not-refunded' })
        .peek(nothing, { name: 'seen' })
        .to('passed', { name: 'passed-on' });
      input.map(same, { name: 'turned' }).mapValues(value, { name: 'priced' }).to('mapped');
      input
        .flatMap((v, k) => [[k, v] as const], { name: 'lines' })
        .flatMapValues((v) => [v], { name: 'words' })
        .to('flat');
      input.selectKey(value, { name: 'by-user' }).foreach(nothing, { name: 'watched' });
      input.print({ name: 'printed', label: 'order' });
    },
  },
  {
    name: 'stream-several-topics',
    write: (builder) => builder.stream(['orders', 'refunds', 'returns'], texts).to('all'),
  },
  {
    name: 'stream-many-topics',
    write: (builder) => {
      const topics = [
        'a',
        'bb',
        'ccc',
        'orders',
        'refunds',
        'returns',
        'Aa',
        'BB',
        'shop-1',
        'shop-2',
        'shop-10',
        'x.y',
      ];
      builder.stream([...topics, 'z_'], texts).to('all');
    },
  },
  {
    name: 'stream-pattern',
    write: (builder) =>
      builder
        .stream(/orders-[a-z]+/, texts)
        .filter(yes)
        .to('all'),
  },
  {
    name: 'stream-same-topic-twice',
    write: (builder) => {
      stream(builder, 'input').filter(yes).to('one');
      stream(builder, 'other').to('two');
      stream(builder, 'input').mapValues(value).to('three');
    },
  },
  {
    name: 'stream-same-pattern-twice',
    write: (builder) => {
      builder.stream(/orders-.*/, texts).to('one');
      builder
        .stream(/orders-.*/, texts)
        .mapValues(value)
        .to('two');
    },
  },
  {
    name: 'stream-overlapping-topics',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      builder.stream(['a', 'b'], texts).to('one');
      builder.stream(['b', 'c'], texts).to('two');
    },
  },
  {
    name: 'stream-pattern-takes-topic',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      builder.stream('orders-de', texts).to('one');
      builder.stream(/orders-.*/, texts).to('two');
    },
  },
  {
    name: 'stream-name-twice',
    refused: 'TOPOLOGY_INVALID',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.filter(yes, { name: 'same' }).to('one');
      input.filter(no, { name: 'same' }).to('two');
    },
  },
  {
    name: 'stream-merge',
    write: (builder) =>
      stream(builder, 'a').merge(stream(builder, 'b')).merge(stream(builder, 'c'), { name: 'all' }).to('output'),
  },
  {
    name: 'stream-merge-with-itself',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.merge(input).to('output');
    },
  },
  {
    name: 'stream-split',
    write: (builder) => {
      const branches = stream(builder, 'input')
        .split()
        .branch((v) => v.startsWith('a'))
        .branch((v) => v.startsWith('b'))
        .defaultBranch();
      branchOf(branches, 'KSTREAM-BRANCH-00000000011').to('a');
      branchOf(branches, 'KSTREAM-BRANCH-00000000012').to('b');
      branchOf(branches, 'KSTREAM-BRANCH-00000000010').to('rest');
    },
  },
  {
    name: 'stream-split-named',
    write: (builder) => {
      const branches = stream(builder, 'input')
        .split({ name: 'by-' })
        .branch(yes, { name: 'size' })
        .branch(yes, { consumer: (branch) => branch.to('consumed') })
        .branch(yes, { name: 'mapped', function: (branch) => branch.mapValues(value) })
        .noDefaultBranch();
      branchOf(branches, 'by-size').to('size');
      branchOf(branches, 'by-mapped').to('mapped');
    },
  },
  {
    name: 'stream-repartition',
    write: (builder) => stream(builder, 'input').repartition().mapValues(value).to('output'),
  },
  {
    name: 'stream-repartition-named',
    write: (builder) =>
      stream(builder, 'input')
        .repartition({ name: 'wide', partitions: 12 })
        .selectKey(value)
        .repartition({ name: 'again' })
        .to('output'),
  },
  {
    name: 'stream-repartition-twice',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.repartition().to('one');
      input.selectKey(value).repartition().to('two');
    },
  },
  { name: 'stream-to-extractor', write: (builder) => stream(builder, 'input').to(byKey) },
  { name: 'stream-to-table', write: (builder) => stream(builder, 'input').toTable().toStream().to('output') },
  {
    name: 'stream-to-table-new-key',
    write: (builder) => stream(builder, 'input').map(same).toTable().toStream().to('output'),
  },
  {
    name: 'stream-to-table-stored',
    write: (builder) =>
      stream(builder, 'input')
        .selectKey(value)
        .toTable({ name: 'latest', store: 'latest-store' })
        .toStream()
        .to('output'),
  },
  {
    name: 'stream-to-table-store-named',
    write: (builder) => stream(builder, 'input').toTable({ store: 'latest-store' }).toStream().to('output'),
  },
  {
    name: 'stream-long-chain',
    write: (builder) => {
      let flow = stream(builder, 'input');
      for (let i = 0; i < 7; i++) {
        const side = flow.mapValues(value);
        flow = flow.filter(yes).merge(side);
      }
      flow.to('output');
    },
  },
];
