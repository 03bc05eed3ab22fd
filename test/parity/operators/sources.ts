/** Where records come from: streams, tables, global tables. */
import type { TimestampExtractor } from '../../../src/processor/api/topic-functions.js';
import { call, materialized, named, serdesOf } from '../build-site.js';
import { extractor } from '../functions.js';
import type { Step } from '../plan.js';
import type { Topic, Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';

function extractorOf(step: Step): { timestampExtractor?: TimestampExtractor } {
  if (step['extractor'] === undefined) return {};
  const extract = extractor(call(step, 'extractor'));
  return { timestampExtractor: ({ timestamp, value }, partitionTime) => extract(timestamp, value, partitionTime) };
}

function extractorFeature(step: Step): readonly string[] {
  return step['extractor'] === undefined ? [] : ['timestamp extractor'];
}

/** A topic of its own, of keys that are mostly texts. */
function newTopic(bench: Workbench, prefix: string): Topic {
  const topic: Topic = {
    name: bench.fresh(prefix),
    key: bench.draw.chance(0.1) ? 'long' : 'string',
    value: bench.valueType(),
  };
  bench.inputTopics.push(topic);
  return topic;
}

/** A topic for a stream: seldom one that is read already, or that a sink writes to. */
function streamTopic(bench: Workbench): Topic {
  const { draw } = bench;
  const read = bench.inputTopics.filter(({ name }) => name.startsWith('in-'));
  if (read.length > 0 && draw.chance(0.15)) return draw.pick(read);
  const written = bench.outputTopics.filter(({ key, value }) => simple(key) && simple(value));
  if (written.length > 0 && draw.chance(0.3)) return draw.pick(written);
  return newTopic(bench, 'in-');
}

/** Sources say what they read; only the default serdes are left out. */
function readSerdes(bench: Workbench, { key, value }: Topic): { keySerde?: string; valueSerde?: string } {
  const said = (type: string): boolean => !isDefault(type) || bench.draw.chance(0.2);
  return { ...(said(key) ? { keySerde: key } : {}), ...(said(value) ? { valueSerde: value } : {}) };
}

function isDefault(type: string): boolean {
  return type === 'string';
}

function simple(type: string): boolean {
  return type === 'string' || type === 'long';
}

export const stream: ParityOperator = {
  op: 'stream',
  weight: 1.5,
  draw(bench) {
    const topic = streamTopic(bench);
    const topics = [topic.name];
    if (bench.draw.chance(0.08)) {
      const second: Topic = { ...topic, name: bench.fresh('in-') };
      bench.inputTopics.push(second);
      topics.push(second.name);
    }
    return {
      topics,
      ...readSerdes(bench, topic),
      ...bench.extractor(),
      ...bench.named(),
      out: bench.made('stream', topic.key, topic.value),
    };
  },
  build(step, site) {
    site.keep(
      step,
      site.builder.stream(step['topics'] as string[], { ...serdesOf(step), ...extractorOf(step), ...named(step) }),
    );
  },
  features: (step) => [
    ...((step['topics'] as string[]).length > 1 ? ['several topics'] : []),
    ...extractorFeature(step),
  ],
};

export const table: ParityOperator = {
  op: 'table',
  weight: 1.5,
  draw(bench) {
    const topic = newTopic(bench, 'rows-');
    return {
      topic: topic.name,
      ...readSerdes(bench, topic),
      ...bench.extractor(),
      ...bench.named(),
      ...bench.materialized(null, null, { versioned: 0.3 }),
      out: bench.made('table', topic.key, topic.value),
    };
  },
  build(step, site) {
    const { key: _key, value: _value, ...store } = materialized(step);
    const options = { ...serdesOf(step), ...extractorOf(step), ...named(step), ...store };
    site.keep(step, site.builder.table(step['topic'] as string, options));
  },
  features: (step) => [...materializedFeature(step), ...extractorFeature(step)],
};

export const globalTable: ParityOperator = {
  op: 'globalTable',
  weight: 0.9,
  draw(bench) {
    const topic = newTopic(bench, 'everywhere-');
    // Without a name for the store Kafka Streams refuses a Materialized.
    const { draw } = bench;
    const store = draw.chance(0.4)
      ? { store: bench.fresh('store-'), ...(draw.chance(0.3) ? { engine: 'memory' } : {}) }
      : undefined;
    return {
      topic: topic.name,
      ...readSerdes(bench, topic),
      ...bench.extractor(),
      ...bench.named(),
      ...(store === undefined ? {} : { materialized: store }),
      out: bench.made('global', topic.key, topic.value),
    };
  },
  build(step, site) {
    const { store, engine } = materialized(step);
    site.keep(
      step,
      site.builder.globalTable(step['topic'] as string, {
        ...serdesOf(step),
        ...named(step),
        ...(store === undefined ? {} : { store }),
        ...(engine === undefined ? {} : { engine }),
      }),
    );
  },
};

export function materializedFeature(step: Step): readonly string[] {
  const options = step['materialized'] as
    { store?: string; engine?: string; caching?: boolean; historyRetention?: number } | undefined;
  if (options === undefined) return [];
  return [
    options.store === undefined ? 'materialized without name' : 'materialized',
    ...(options.engine === 'memory' ? ['in memory'] : []),
    ...(options.historyRetention === undefined ? [] : ['versioned']),
    ...(options.caching === false ? ['caching off'] : []),
  ];
}
