/** Streams grouped by key, and by key and time window. */
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { KStream } from '../../../src/dsl/stream.js';
import type { SessionWindowedKStream } from '../../../src/dsl/session-windowed-stream.js';
import { call, materialized, named, serdesOf } from '../build-site.js';
import { aggregator, initial, mapper } from '../functions.js';
import type { Call, Step } from '../plan.js';
import type { Handle, Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';
import { keeping, leastRetention, windowedKey } from './windows.js';

type Stream = KStream<unknown, unknown>;
/** What the aggregations of both kinds look like from here. */
type Groups = Pick<KGroupedStream<unknown, unknown>, 'count' | 'reduce' | 'aggregate'>;

export const groupByKey: ParityOperator = {
  op: 'groupByKey',
  weight: 2.5,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    return {
      in: input.name,
      ...bench.serdes(input.key, input.value),
      ...bench.named(),
      out: bench.made('grouped', input.key, input.value),
    };
  },
  build(step, site) {
    site.keep(step, site.input<Stream>(step).groupByKey({ ...serdesOf(step), ...named(step) }));
  },
};

export const groupBy: ParityOperator = {
  op: 'groupBy',
  weight: 2,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const { mapper, type } = bench.keyMapper(input.key);
    return {
      in: input.name,
      mapper,
      ...bench.serdes(type, input.value),
      ...bench.named(),
      out: bench.made('grouped', type, input.value),
    };
  },
  build(step, site) {
    const map = mapper(call(step, 'mapper'));
    site.keep(
      step,
      site.input<Stream>(step).groupBy<unknown>((value, key) => map(key, value), { ...serdesOf(step), ...named(step) }),
    );
  },
};

/** The same three aggregations over groups, over windows and over sessions. */
interface Family {
  /** In front of the names of operators. */
  readonly prefix: string;
  readonly input: 'grouped' | 'windowed' | 'sessions';
  readonly weight: number;
  /** Type of the keys of the table. */
  readonly key: (input: Handle) => string;
  readonly leastRetention: (input: Handle, bench: Workbench) => { leastRetention?: number; versioned?: number };
  /** Aggregates are made one by this, where they have to be. */
  readonly merger?: (bench: Workbench, type: string) => Call;
}

const plain: Family = {
  prefix: '',
  input: 'grouped',
  weight: 2.5,
  key: (input) => input.key,
  leastRetention: () => ({ versioned: 0.2 }),
};

const windowed: Family = {
  prefix: 'windowed ',
  input: 'windowed',
  weight: 9,
  key: windowedKey,
  leastRetention,
};

export function aggregations(family: Family): ParityOperator[] {
  const { prefix, weight } = family;

  function drawn(
    bench: Workbench,
    input: Handle,
    value: string,
    saidValue: string | null,
    rest: Omit<Step, 'op'>,
  ): Omit<Step, 'op'> {
    const said = bench.materialized(input.key, saidValue, family.leastRetention(input, bench));
    const store = keeping(input, bench, said);
    const out = bench.made('table', family.key(input), value);
    const options = input.size === undefined ? store : bench.windowedStore(out, input.key, store);
    return { in: input.name, ...rest, ...bench.named(), ...options, out };
  }

  const optionsOf = (step: Step): object => ({ ...named(step), ...materialized(step) });

  const count: ParityOperator = {
    op: `${prefix}count`,
    weight,
    draw(bench) {
      const input = bench.take(family.input);
      return input === null ? null : drawn(bench, input, 'long', null, {});
    },
    build(step, site) {
      site.keep(step, site.input<Groups>(step).count(optionsOf(step)));
    },
    features: materializedFeature,
  };

  const reduce: ParityOperator = {
    op: `${prefix}reduce`,
    weight,
    draw(bench) {
      const input = bench.take(family.input);
      if (input === null) return null;
      return drawn(bench, input, input.value, input.value, { adder: bench.reduction(input.value).adder });
    },
    build(step, site) {
      const add = aggregator(call(step, 'adder'));
      site.keep(
        step,
        // Reducers of Kafka Streams are not given the key.
        site.input<Groups>(step).reduce((aggregate, value) => add(aggregate, value, '') as object, optionsOf(step)),
      );
    },
    features: materializedFeature,
  };

  const aggregate: ParityOperator = {
    op: `${prefix}aggregate`,
    weight,
    draw(bench) {
      const input = bench.take(family.input);
      if (input === null) return null;
      const { initial, adder, type } = bench.aggregation();
      const merger = family.merger?.(bench, type);
      return drawn(bench, input, type, type, { initial, adder, ...(merger === undefined ? {} : { merger }) });
    },
    build(step, site) {
      const add = aggregator(call(step, 'adder'));
      const first = initial(step as unknown as Call);
      const begin = (): unknown => first;
      const aggregate = (soFar: unknown, value: unknown, key: unknown): unknown => add(soFar, value, key);
      const options = optionsOf(step);
      if (family.merger === undefined) {
        site.keep(step, site.input<Groups>(step).aggregate(begin, aggregate, options));
        return;
      }
      const merge = aggregator(call(step, 'merger'));
      const merger = (one: unknown, other: unknown, key: unknown): unknown => merge(one, other, key);
      const sessions = site.input<SessionWindowedKStream<unknown, unknown>>(step);
      site.keep(step, sessions.aggregate(begin, aggregate, merger, options));
    },
    features: materializedFeature,
  };

  return [count, reduce, aggregate];
}

export const groupedAggregations = aggregations(plain);
export const windowedAggregations = aggregations(windowed);
