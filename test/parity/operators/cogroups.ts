/** Streams aggregated together: over keys, and over keys and windows. */
import type { CogroupedKStream } from '../../../src/dsl/cogrouped-stream.js';
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import { call, materialized, named } from '../build-site.js';
import { aggregator, initial } from '../functions.js';
import type { Call, Plain, Step } from '../plan.js';
import type { Handle, Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';
import { leastRetention, windowedKey } from './windows.js';

type Grouped = KGroupedStream<unknown, unknown>;
type Cogrouped = CogroupedKStream<unknown, unknown>;

/** One stream or two: what is made of more of them follows from two. */
export const cogroup: ParityOperator = {
  op: 'cogroup',
  weight: 4,
  draw(bench) {
    const pairs = (one: Handle): boolean => bench.handles.some((other) => paired(one, other));
    const input = bench.take('grouped', pairs) ?? bench.take('grouped');
    if (input === null) return null;
    const other = bench.take('grouped', (one) => paired(input, one));
    const { adder, type } = bench.aggregation();
    return {
      in: input.name,
      adder,
      ...(other === null ? {} : { with: other.name, otherAdder: ofType(bench, type).adder }),
      out: bench.made('cogrouped', input.key, type),
    };
  },
  build(step, site) {
    const first = aggregator(call(step, 'adder'));
    const cogrouped = site.input<Grouped>(step).cogroup((soFar, value, key) => first(soFar, value, key));
    if (step.with !== undefined) {
      const second = aggregator(call(step, 'otherAdder'));
      cogrouped.cogroup(site.other<Grouped>(step), (soFar, value, key) => second(soFar, value, key));
    }
    site.keep(step, cogrouped);
  },
  features: (step) => [step.with === undefined ? 'of one stream' : 'of two streams'],
};

export const cogroupAggregate: ParityOperator = {
  op: 'cogroup aggregate',
  weight: 25,
  draw(bench) {
    const input = bench.take('cogrouped');
    if (input === null) return null;
    return {
      in: input.name,
      initial: ofType(bench, input.value).initial,
      ...bench.named(),
      ...bench.materialized(input.key, input.value, { versioned: 0.15 }),
      out: bench.made('table', input.key, input.value),
    };
  },
  build: aggregate,
  features: materializedFeature,
};

export const cogroupWindowedAggregate: ParityOperator = {
  op: 'cogroup windowed aggregate',
  weight: 40,
  draw(bench) {
    const input = bench.take('windowedCogroup');
    if (input === null) return null;
    const said = bench.materialized(input.key, input.value, leastRetention(input, bench));
    const out = bench.made('table', windowedKey(input), input.value);
    return {
      in: input.name,
      initial: ofType(bench, input.value).initial,
      ...bench.named(),
      ...bench.windowedStore(out, input.key, said),
      out,
    };
  },
  build: aggregate,
  features: materializedFeature,
};

function aggregate(step: Step, site: Parameters<ParityOperator['build']>[1]): void {
  const first = initial(step as unknown as Call);
  site.keep(
    step,
    site.input<Cogrouped>(step).aggregate(() => first, { ...named(step), ...materialized(step) }),
  );
}

function paired(one: Handle, other: Handle): boolean {
  return other.kind === 'grouped' && other.name !== one.name && other.key === one.key;
}

/** An aggregation of which the aggregate is of a type. */
export function ofType(bench: Workbench, type: string): { initial: Plain; adder: Call } {
  for (;;) {
    const drawn = bench.aggregation();
    if (drawn.type === type) return drawn;
  }
}
