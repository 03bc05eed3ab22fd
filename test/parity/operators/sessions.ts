/** Sessions over groups, and what is aggregated over them. */
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { ms } from '../build-site.js';
import { aggregations } from './aggregations.js';
import type { ParityOperator } from './operator.js';

/** Grace is less than this, in units of the topology's time. */
const GRACE = 15;

export const sessionWindowedBy: ParityOperator = {
  op: 'session windowedBy',
  weight: 6,
  draw(bench) {
    const input = bench.take('grouped');
    if (input === null) return null;
    const { draw, scale } = bench;
    const gap = draw.between(1, 6) * scale;
    const grace = draw.chance(0.6) ? draw.int(GRACE) * scale : undefined;
    return {
      in: input.name,
      gap,
      ...(grace === undefined ? {} : { grace }),
      out: bench.made('sessions', input.key, input.value, gap),
    };
  },
  build(step, site) {
    const windows = SessionWindows.of({
      gap: ms(step, 'gap'),
      ...(step['grace'] === undefined ? {} : { grace: ms(step, 'grace') }),
    });
    site.keep(step, site.input<KGroupedStream<unknown, unknown>>(step).windowedBy(windows));
  },
  features: (step) => [step['grace'] === undefined ? 'without grace' : 'with grace'],
};

export const sessionAggregations = aggregations({
  prefix: 'session ',
  input: 'sessions',
  weight: 9,
  key: (input) => `session(${input.key})`,
  leastRetention: (input, bench) => ({ leastRetention: (input.size ?? 0) + GRACE * bench.scale }),
  merger: (bench, type) => {
    const m = bench.draw.between(3, 6);
    if (type === 'long') return bench.draw.pick([{ fn: 'sum' }, { fn: 'sumNullSome', m }, { fn: 'last' }]);
    return bench.draw.pick([
      { fn: 'concat' },
      { fn: 'concatKey' },
      { fn: 'nullSome', m },
      { fn: 'last' },
      ...(bench.throwing ? [{ fn: 'throwSome', m }] : []),
    ]);
  },
});
