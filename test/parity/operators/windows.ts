/** Windows over groups and cogroups. */
import type { CogroupedKStream } from '../../../src/dsl/cogrouped-stream.js';
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { TimeWindowedKStream } from '../../../src/dsl/time-windowed-stream.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { UnlimitedWindows } from '../../../src/time/unlimited-windows.js';
import type { AlignedWindows } from '../../../src/time/windows.js';
import { ms } from '../build-site.js';
import type { Plain, Step } from '../plan.js';
import type { Handle, Kind, Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';

const KINDS = ['time', 'sliding', 'unlimited'] as const;
/** Grace is less than this, in units of the topology's time. */
const GRACE = 15;

/** How Java says that a window never ends. */
const FOR_EVER = '9223372036854775807';

/** Type of the keys behind windows. */
export function windowedKey(input: Handle): string {
  return `windowed(${Number.isFinite(input.size) ? String(input.size) : FOR_EVER},${input.key})`;
}

/** Enough for sliding windows too; nothing where there is nothing to choose. */
export function leastRetention(input: Handle, bench: Workbench): { leastRetention?: number } {
  const { size = 0 } = input;
  return Number.isFinite(size) ? { leastRetention: 2 * size + GRACE * bench.scale } : {};
}

export const windowedBy = over('windowedBy', 6, 'grouped', 'windowed');
export const cogroupWindowedBy = over('cogroup windowedBy', 20, 'cogrouped', 'windowedCogroup');

/** Longer than any input: where time jumps past the retention, Kafka Streams loses windows that have not been emitted. */
export const KEPT = 1_000_000_000;

/** What is said of the store of an aggregation over windows, so that it may emit them when they close. */
export function keeping(
  input: Handle,
  bench: Workbench,
  said: { materialized?: { readonly [name: string]: Plain } },
): { materialized?: { readonly [name: string]: Plain } } {
  // With less, the comparison ends where the JVM loses a window.
  if (!bench.finals.has(input.name) || bench.draw.chance(0.3)) return said;
  return { materialized: { ...said.materialized, retention: KEPT } };
}

/** For the aggregations of a windowed stream that come after it. */
export const emitOnClose: ParityOperator = {
  op: 'emitOnClose',
  weight: 30,
  draw(bench) {
    const input = bench.take('windowed', ({ name, size }) => Number.isFinite(size) && !bench.finals.has(name));
    if (input === null || bench.draw.chance(0.5)) return null;
    bench.finals.add(input.name);
    return { in: input.name };
  },
  build(step, site) {
    site.input<TimeWindowedKStream<unknown, unknown>>(step).emitStrategy('onWindowClose');
  },
};

function over(op: string, weight: number, from: Kind, to: Kind): ParityOperator {
  return {
    op,
    weight,
    draw(bench) {
      const input = bench.take(from);
      if (input === null) return null;
      const { draw, scale } = bench;
      const windows = draw.weighted(KINDS, (kind) => ({ time: 10, sliding: 8, unlimited: 3 })[kind]);
      if (windows === 'unlimited') {
        const out = bench.made(to, input.key, input.value, Number.POSITIVE_INFINITY);
        return { in: input.name, windows, start: draw.pick([0, 0, 5, 110 * scale]), out };
      }
      if (windows === 'sliding') {
        // A length of 0 kills the JVM.
        const size = draw.between(1, 10) * draw.pick([1, scale]);
        const grace = draw.chance(0.7) ? draw.int(GRACE) * scale : undefined;
        const out = bench.made(to, input.key, input.value, size);
        return { in: input.name, windows, size, ...(grace === undefined ? {} : { grace }), out };
      }
      const size = draw.between(2, 12) * scale;
      const hops = draw.chance(0.45);
      // Advances that do not divide the size as well.
      const advance = hops ? Math.max(1, Math.floor(size / draw.pick([1.5, 2, 3, 4]))) : undefined;
      const grace = draw.chance(0.6) ? draw.int(GRACE) * scale : undefined;
      return {
        in: input.name,
        windows,
        size,
        ...(advance === undefined ? {} : { advance }),
        ...(grace === undefined ? {} : { grace }),
        out: bench.made(to, input.key, input.value, size),
      };
    },
    build(step, site) {
      const groups = site.input<KGroupedStream<unknown, unknown> | CogroupedKStream<unknown, unknown>>(step);
      site.keep(step, groups.windowedBy(windowsOf(step)));
    },
    features: (step) => {
      if (step['windows'] !== 'time') return [step['windows'] as string];
      return [
        step['advance'] === undefined ? 'tumbling' : 'hopping',
        step['grace'] === undefined ? 'without grace' : 'with grace',
      ];
    },
  };
}

/** The DSL asks for one kind at a time; at run time it takes each. */
function windowsOf(step: Step): AlignedWindows {
  const grace = step['grace'] === undefined ? {} : { grace: ms(step, 'grace') };
  switch (step['windows']) {
    case 'unlimited':
      return UnlimitedWindows.of({ start: ms(step, 'start') });
    case 'sliding':
      return SlidingWindows.of({ timeDifference: ms(step, 'size'), ...grace }) as unknown as AlignedWindows;
    default:
      return TimeWindows.of({
        size: ms(step, 'size'),
        ...(step['advance'] === undefined ? {} : { advance: ms(step, 'advance') }),
        ...grace,
      });
  }
}
