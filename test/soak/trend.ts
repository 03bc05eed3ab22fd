/**
 * Whether something that was measured again and again stays what it was: judged by the lows, since what a disturbance or a
 * garbage collector that is late adds for a while goes away again, and what leaks does not.
 */

export interface Sample {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** The least of each tenth of the run after it was warm; a tenth without a sample is left out. */
  readonly lows: readonly number[];
  /** Of all samples after it was warm. */
  readonly most: number;
  /** Slope of the lows. */
  readonly perHour: number;
  /** What the lows rise by from the first tenth to the last at that slope, and whether that is within what was allowed. */
  readonly growth: number;
  readonly flat: boolean;
}

/** Caches fill and code is compiled in the first part of a run. */
const WARM_SHARE = 1 / 3;
const STRETCHES = 10;

/** @param allowed growth of what is flat: this much, or a tenth of the middle low, whichever is more */
export function trend(samples: readonly Sample[], allowed: number): Trend {
  const end = samples.at(-1)?.at ?? 0;
  const begin = samples[0]?.at ?? 0;
  const warmAt = begin + (end - begin) * WARM_SHARE;
  const warm = samples.filter(({ at }) => at >= warmAt);
  const lows = lowsOf(warm, warmAt, (end - warmAt) / STRETCHES);
  const values = lows.map(({ value }) => value);
  const perMs = slope(lows);
  const growth = perMs * ((lows.at(-1)?.at ?? 0) - (lows[0]?.at ?? 0));
  return {
    lows: values,
    most: warm.reduce((most, { value }) => Math.max(most, value), 0),
    perHour: perMs * 3_600_000,
    growth,
    flat: growth <= Math.max(allowed, median(values) / 10),
  };
}

/** The least of each stretch, at the stretch's middle: where in it the least fell says nothing. */
function lowsOf(samples: readonly Sample[], begin: number, stretchMs: number): Sample[] {
  const least = new Map<number, number>();
  for (const { at, value } of samples) {
    const stretch = stretchMs === 0 ? 0 : Math.min(STRETCHES - 1, Math.floor((at - begin) / stretchMs));
    least.set(stretch, Math.min(least.get(stretch) ?? value, value));
  }
  return [...least].map(([stretch, value]) => ({ at: begin + (stretch + 0.5) * stretchMs, value }));
}

/**
 * The median of the slopes between any two: two tenths that a disturbance filled from end to end do not turn it, as they would
 * a line of least squares. 0 where there is nothing to compare.
 */
function slope(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((one, i) =>
    samples.slice(i + 1).map((other) => (other.value - one.value) / (other.at - one.at)),
  );
  return median(slopes);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return 0;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
