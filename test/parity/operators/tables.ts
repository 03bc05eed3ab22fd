/** Operators on tables. */
import type { KGroupedTable } from '../../../src/dsl/grouped-table.js';
import type { SuppressUntilTimeLimit } from '../../../src/dsl/suppressed.js';
import type { ValueTransformer } from '../../../src/processor/api/value-transformer.js';
import type { KTable } from '../../../src/dsl/table.js';
import { call, materialized, named, serdesOf } from '../build-site.js';
import { aggregator, initial, mapper, predicate, transformer } from '../functions.js';
import type { Call, Step } from '../plan.js';
import type { Handle, Workbench } from '../workbench.js';
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
        ...bench.materialized(input.key, input.value, { versioned: 0.2 }),
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
      ...bench.materialized(input.key, type, { versioned: 0.2 }),
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

/** A `suppress` of a table, of any kind. */
export function suppressed(bench: Workbench, input: Handle): Omit<Step, 'op'> {
  const { draw, scale, suppressible } = bench;
  const closes = isWindowed(input.key) && draw.chance(0.7);
  const limits = draw.weighted(
    [
      { weight: 4 },
      { weight: 3, maxRecords: draw.between(1, 6) },
      { weight: 3, maxBytes: draw.between(1, 12) * 40 },
      { weight: 1, maxRecords: draw.between(1, 6), maxBytes: draw.between(1, 12) * 40 },
    ],
    ({ weight }) => weight,
  );
  const { weight: _weight, ...buffer } = limits;
  // A full buffer is the end of all: then limits are mostly far away.
  const shutDown = closes || draw.chance(0.15);
  const roomy = shutDown && draw.chance(0.8);
  const out = bench.made('table', input.key, input.value);
  if (isWindowed(input.key)) suppressible.add(out);
  return {
    in: input.name,
    ...(closes ? {} : { timeLimit: draw.int(12) * scale }),
    ...('maxRecords' in buffer ? { maxRecords: buffer.maxRecords * (roomy ? 50 : 1) } : {}),
    ...('maxBytes' in buffer ? { maxBytes: buffer.maxBytes * (roomy ? 50 : 1) } : {}),
    ...(shutDown ? { shutDown } : {}),
    ...(draw.chance(0.1) ? { logging: false } : {}),
    ...bench.named(),
    out,
  };
}

export const suppress: ParityOperator = {
  op: 'suppress',
  weight: 2.5,
  draw(bench) {
    const { draw, suppressible } = bench;
    const windowed = draw.chance(0.6) ? bench.take('table', ({ name }) => suppressible.has(name)) : null;
    const input = windowed ?? bench.take('table', ({ key, name }) => !isWindowed(key) || suppressible.has(name));
    if (input === null) return null;
    return suppressed(bench, input);
  },
  build(step, site) {
    const limited = step['maxRecords'] !== undefined || step['maxBytes'] !== undefined;
    const buffer = {
      ...(step['maxRecords'] === undefined ? {} : { maxRecords: step['maxRecords'] }),
      ...(step['maxBytes'] === undefined ? {} : { maxBytes: step['maxBytes'] }),
      ...(step['shutDown'] === true ? { whenFull: 'shutDown' } : { whenFull: 'emitEarly' }),
    };
    const options = {
      until: step['timeLimit'] === undefined ? 'windowCloses' : { timeLimit: step['timeLimit'] },
      ...(limited ? { buffer } : {}),
      ...(step['logging'] === undefined ? {} : { logging: step['logging'] }),
      ...named(step),
    } as SuppressUntilTimeLimit;
    site.keep(step, site.input<Table>(step).suppress(options));
  },
  features: (step) => [
    step['timeLimit'] === undefined ? 'until windows close' : 'until time limit',
    ...(step['maxRecords'] === undefined && step['maxBytes'] === undefined
      ? ['unbounded']
      : [step['shutDown'] === true ? 'shuts down when full' : 'emits early']),
  ],
};

function isWindowed(type: string): boolean {
  return type.includes('(');
}

export const tableTransformValues: ParityOperator = {
  op: 'table transformValues',
  weight: 2,
  draw(bench) {
    const input = bench.take('table');
    if (input === null) return null;
    const { mapper, type } = bench.draw.chance(0.5)
      ? { mapper: { fn: bench.draw.pick(['counted', 'placed']) }, type: 'string' }
      : bench.valueMapper(input.value);
    return {
      in: input.name,
      mapper,
      ...bench.named(),
      ...bench.materialized(input.key, type),
      out: bench.made('table', input.key, type),
    };
  },
  build(step, site) {
    const options = { ...named(step), ...materialized(step) };
    const supplier = (): ValueTransformer<unknown, unknown, unknown> => {
      const transform = transformer(call(step, 'mapper'));
      return { transform: (value, key, record) => transform(key, value, record) };
    };
    site.keep(step, site.input<Table>(step).transformValues(supplier, options));
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
      ...bench.materialized(input.key, null, { versioned: 0.2 }),
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
      ...bench.materialized(input.key, input.value, { versioned: 0.2 }),
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
      ...bench.materialized(input.key, type, { versioned: 0.2 }),
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
