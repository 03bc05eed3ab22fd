/** Operators on tables. */
import type { KGroupedTable } from '../../../src/dsl/grouped-table.js';
import type { KTable } from '../../../src/dsl/table.js';
import { call, materialized, named, serdesOf } from '../build-site.js';
import { aggregator, initial, mapper, predicate } from '../functions.js';
import type { Call, Step } from '../plan.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';

type Table = KTable<unknown, unknown>;
type Groups = KGroupedTable<unknown, unknown>;

function filtering(op: 'filter' | 'filterNot'): ParityOperator {
  return {
    op: `table ${op}`,
    weight: 1.7,
    draw(bench) {
      const input = bench.take('table');
      if (input === null) return null;
      return {
        in: input.name,
        predicate: bench.predicate(),
        ...bench.named(),
        ...bench.materialized(input.key, input.value),
        out: bench.made('table', input.key, input.value),
      };
    },
    build(step, site) {
      const holds = predicate(call(step, 'predicate'));
      const options = { ...named(step), ...materialized(step) };
      site.keep(
        step,
        site.input<Table>(step)[op]((value, key) => holds(key, value), options),
      );
    },
    features: materializedFeature,
  };
}

export const tableFilter = filtering('filter');
export const tableFilterNot = filtering('filterNot');

export const tableMapValues: ParityOperator = {
  op: 'table mapValues',
  weight: 2,
  draw(bench) {
    const input = bench.take('table');
    if (input === null) return null;
    const { mapper, type } = bench.valueMapper(input.value);
    return {
      in: input.name,
      mapper,
      ...bench.named(),
      ...bench.materialized(input.key, type),
      out: bench.made('table', input.key, type),
    };
  },
  build(step, site) {
    const map = mapper(call(step, 'mapper'));
    const options = { ...named(step), ...materialized(step) };
    site.keep(
      step,
      site.input<Table>(step).mapValues((value, key) => map(key, value), options),
    );
  },
  features: materializedFeature,
};

export const toStream: ParityOperator = {
  op: 'toStream',
  weight: 2.5,
  draw(bench) {
    const input = bench.take('table');
    if (input === null) return null;
    const keys = bench.draw.chance(0.25) ? bench.keyMapper(input.key) : null;
    return {
      in: input.name,
      ...(keys === null ? {} : { mapper: keys.mapper }),
      ...bench.named(),
      out: bench.made('stream', keys === null ? input.key : keys.type, input.value),
    };
  },
  build(step, site) {
    const table = site.input<Table>(step);
    if (step['mapper'] === undefined) {
      site.keep(step, table.toStream(named(step)));
      return;
    }
    const map = mapper(call(step, 'mapper'));
    site.keep(
      step,
      table.toStream((value, key) => map(key, value), named(step)),
    );
  },
  features: (step) => [step['mapper'] === undefined ? 'same key' : 'with mapper'],
};

export const tableGroupBy: ParityOperator = {
  op: 'table groupBy',
  weight: 2,
  draw(bench) {
    const input = bench.take('table');
    if (input === null) return null;
    const key = bench.keyMapper(input.key);
    const value = bench.valueMapper(input.value);
    return {
      in: input.name,
      keyMapper: key.mapper,
      mapper: value.mapper,
      ...bench.serdes(key.type, value.type),
      ...bench.named(),
      out: bench.made('groupedTable', key.type, value.type),
    };
  },
  build(step, site) {
    const keys = mapper(call(step, 'keyMapper'));
    const values = mapper(call(step, 'mapper'));
    site.keep(
      step,
      site
        .input<Table>(step)
        .groupBy((value, key) => [keys(key, value), values(key, value)], { ...serdesOf(step), ...named(step) }),
    );
  },
};

export const tableCount: ParityOperator = {
  op: 'table count',
  weight: 5,
  draw(bench) {
    const input = bench.take('groupedTable');
    if (input === null) return null;
    return {
      in: input.name,
      ...bench.named(),
      ...bench.materialized(input.key, null),
      out: bench.made('table', input.key, 'long'),
    };
  },
  build(step, site) {
    const options: object = { ...named(step), ...materialized(step) };
    site.keep(step, site.input<Groups>(step).count(options));
  },
  features: materializedFeature,
};

export const tableReduce: ParityOperator = {
  op: 'table reduce',
  weight: 5,
  draw(bench) {
    const input = bench.take('groupedTable');
    if (input === null) return null;
    return {
      in: input.name,
      ...bench.reduction(input.value),
      ...bench.named(),
      ...bench.materialized(input.key, input.value),
      out: bench.made('table', input.key, input.value),
    };
  },
  build(step, site) {
    const { add, subtract } = adders(step);
    site.keep(
      step,
      site.input<Groups>(step).reduce(
        (aggregate, value) => add(aggregate, value, ''),
        (aggregate, value) => subtract(aggregate, value, ''),
        { ...named(step), ...materialized(step) },
      ),
    );
  },
  features: materializedFeature,
};

export const tableAggregate: ParityOperator = {
  op: 'table aggregate',
  weight: 5,
  draw(bench) {
    const input = bench.take('groupedTable');
    if (input === null) return null;
    const { type, initial, adder, subtractor } = bench.aggregation();
    return {
      in: input.name,
      initial,
      adder,
      subtractor,
      ...bench.named(),
      ...bench.materialized(input.key, type),
      out: bench.made('table', input.key, type),
    };
  },
  build(step, site) {
    const { add, subtract } = adders(step);
    const first = initial(step as unknown as Call);
    site.keep(
      step,
      site.input<Groups>(step).aggregate(
        () => first,
        (aggregate, value, key) => add(aggregate, value, key),
        (aggregate, value, key) => subtract(aggregate, value, key),
        { ...named(step), ...materialized(step) },
      ),
    );
  },
  features: materializedFeature,
};

function adders(step: Step): Record<'add' | 'subtract', ReturnType<typeof aggregator>> {
  return { add: aggregator(call(step, 'adder')), subtract: aggregator(call(step, 'subtractor')) };
}
