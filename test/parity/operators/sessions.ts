/** Sessions over groups, and what is aggregated over them. */
import type { CogroupedKStream } from '../../../src/dsl/cogrouped-stream.js';
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { SessionWindowedCogroupedKStream } from '../../../src/dsl/session-windowed-cogrouped-stream.js';
import type { SessionWindowedKStream } from '../../../src/dsl/session-windowed-stream.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { call, materialized, ms, named } from '../build-site.js';
import { aggregator, initial } from '../functions.js';
import type { Call } from '../plan.js';
import type { Kind, Workbench } from '../workbench.js';
import { aggregations } from './aggregations.js';
import { ofType } from './cogroups.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';

/** Grace is less than this, in units of the topology's time. */
const GRACE = 15;

export const sessionWindowedBy = over('session windowedBy', 6, 'grouped', 'sessions');
export const cogroupSessionWindowedBy = over('cogroup session windowedBy', 15, 'cogrouped', 'sessionCogroup');

/** For the aggregations of the sessions that come after it. */
export const sessionEmitOnClose: ParityOperator = {
  op: 'session emitOnClose',
  weight: 20,
  draw(bench) {
    const input = bench.take('sessions', ({ name }) => !bench.finals.has(name));
    if (input === null || bench.draw.chance(0.5)) return null;
    bench.finals.add(input.name);
    return { in: input.name };
  },
  build(step, site) {
    site.input<SessionWindowedKStream<unknown, unknown>>(step).emitStrategy('onWindowClose');
  },
};

/** Streams aggregated together by session. */
export const cogroupSessionAggregate: ParityOperator = {
  op: 'cogroup session aggregate',
  weight: 40,
  draw(bench) {
    const input = bench.take('sessionCogroup');
    if (input === null) return null;
    const least = { leastRetention: (input.size ?? 0) + GRACE * bench.scale };
    const said = bench.materialized(input.key, input.value, least);
    const out = bench.made('table', `session(${input.key})`, input.value);
    return {
      in: input.name,
      initial: ofType(bench, input.value).initial,
      merger: mergerOf(bench, input.value),
      ...bench.named(),
      ...bench.windowedStore(out, input.key, said),
      out,
    };
  },
  build(step, site) {
    const first = initial(step as unknown as Call);
    const merge = aggregator(call(step, 'merger'));
    const cogroup = site.input<SessionWindowedCogroupedKStream<unknown, unknown>>(step);
    site.keep(
      step,
      cogroup.aggregate(
        () => first,
        (one, other, key) => merge(one, other, key),
        { ...named(step), ...materialized(step) },
      ),
    );
  },
  features: materializedFeature,
};

function over(op: string, weight: number, from: Kind, to: Kind): ParityOperator {
  return {
    op,
    weight,
    draw(bench) {
      const input = bench.take(from);
      if (input === null) return null;
      const { draw, scale } = bench;
      const gap = draw.between(1, 6) * scale;
      const grace = draw.chance(0.6) ? draw.int(GRACE) * scale : undefined;
      return {
        in: input.name,
        gap,
        ...(grace === undefined ? {} : { grace }),
        out: bench.made(to, input.key, input.value, gap),
      };
    },
    build(step, site) {
      const windows = SessionWindows.of({
        gap: ms(step, 'gap'),
        ...(step['grace'] === undefined ? {} : { grace: ms(step, 'grace') }),
      });
      const groups = site.input<KGroupedStream<unknown, unknown> | CogroupedKStream<unknown, unknown>>(step);
      site.keep(step, groups.windowedBy(windows));
    },
    features: (step) => [step['grace'] === undefined ? 'without grace' : 'with grace'],
  };
}

export const sessionAggregations = aggregations({
  prefix: 'session ',
  input: 'sessions',
  weight: 9,
  key: (input) => `session(${input.key})`,
  leastRetention: (input, bench) => ({ leastRetention: (input.size ?? 0) + GRACE * bench.scale }),
  merger: mergerOf,
});

function mergerOf(bench: Workbench, type: string): Call {
  const m = bench.draw.between(3, 6);
  if (type === 'long') return bench.draw.pick<Call>([{ fn: 'sum' }, { fn: 'sumNullSome', m }, { fn: 'last' }]);
  return bench.draw.pick<Call>([
    { fn: 'concat' },
    { fn: 'concatKey' },
    { fn: 'nullSome', m },
    { fn: 'last' },
    ...(bench.throwing ? [{ fn: 'throwSome', m }] : []),
  ]);
}
