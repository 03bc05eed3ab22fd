/** Windows over groups and cogroups. */
import type { CogroupedKStream } from '../../../src/dsl/cogrouped-stream.js';
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { ms } from '../build-site.js';
import type { Step } from '../plan.js';
import type { Handle, Kind, Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';

/** Grace is less than this, in units of the topology's time. */
const GRACE = 15;

/** Type of the keys behind windows. */
export function windowedKey(input: Handle): string {
  return `windowed(${String(input.size)},${input.key})`;
}

export function leastRetention(input: Handle, bench: Workbench): number {
  return (input.size ?? 0) + GRACE * bench.scale;
}

export const windowedBy = over('windowedBy', 6, 'grouped', 'windowed');
export const cogroupWindowedBy = over('cogroup windowedBy', 20, 'cogrouped', 'windowedCogroup');

function over(op: string, weight: number, from: Kind, to: Kind): ParityOperator {
  return {
    op,
    weight,
    draw(bench) {
      const input = bench.take(from);
      if (input === null) return null;
      const { draw, scale } = bench;
      const size = draw.between(2, 12) * scale;
      const hops = draw.chance(0.45);
      // Advances that do not divide the size as well.
      const advance = hops ? Math.max(1, Math.floor(size / draw.pick([1.5, 2, 3, 4]))) : undefined;
      const grace = draw.chance(0.6) ? draw.int(GRACE) * scale : undefined;
      return {
        in: input.name,
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
    features: (step) => [
      step['advance'] === undefined ? 'tumbling' : 'hopping',
      step['grace'] === undefined ? 'without grace' : 'with grace',
    ],
  };
}

function windowsOf(step: Step): TimeWindows {
  return TimeWindows.of({
    size: ms(step, 'size'),
    ...(step['advance'] === undefined ? {} : { advance: ms(step, 'advance') }),
    ...(step['grace'] === undefined ? {} : { grace: ms(step, 'grace') }),
  });
}
