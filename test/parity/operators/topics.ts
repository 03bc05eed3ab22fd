/** Operators on streams that go through topics, or end in one. */
import type { KStream } from '../../../src/dsl/stream.js';
import { call, materialized, named, serdesOf } from '../build-site.js';
import { hash, text } from '../functions.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';

type Stream = KStream<unknown, unknown>;

export const repartition: ParityOperator = {
  op: 'repartition',
  weight: 1,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    return {
      in: input.name,
      ...bench.serdes(input.key, input.value),
      ...bench.named(0.4),
      out: bench.made('stream', input.key, input.value),
    };
  },
  build(step, site) {
    site.keep(step, site.input<Stream>(step).repartition({ ...serdesOf(step), ...named(step) }));
  },
};

export const toTable: ParityOperator = {
  op: 'toTable',
  weight: 1.5,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    return {
      in: input.name,
      ...bench.named(),
      ...bench.materialized(input.key, input.value, { versioned: 0.25 }),
      out: bench.made('table', input.key, input.value),
    };
  },
  build(step, site) {
    site.keep(step, site.input<Stream>(step).toTable({ ...named(step), ...materialized(step) }));
  },
  features: materializedFeature,
};

export const to: ParityOperator = {
  op: 'to',
  weight: 1,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const topic = bench.fresh('out-');
    bench.outputTopics.push({ name: topic, key: input.key, value: input.value });
    return { in: input.name, topic, ...bench.serdes(input.key, input.value), ...bench.named() };
  },
  build(step, site) {
    site.input<Stream>(step).to(step['topic'] as string, { ...serdesOf(step), ...named(step) });
  },
};

export const toExtractedTopic: ParityOperator = {
  op: 'toExtractedTopic',
  weight: 0.5,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    return {
      in: input.name,
      topic: bench.fresh('chosen-'),
      chosenBy: { fn: 'valueHash', m: 3 },
      ...bench.serdes(input.key, input.value),
      ...bench.named(),
    };
  },
  build(step, site) {
    const prefix = step['topic'] as string;
    const choices = call(step, 'chosenBy')['m'] as number;
    site
      .input<Stream>(step)
      .to((value) => `${prefix}-${String(hash(text(value), choices))}`, { ...serdesOf(step), ...named(step) });
  },
};
