/** Whether something that was measured again and again stays what it was. */

export interface Sample {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly most: number;
  /** Slope of the straight line that fits best. */
  readonly perHour: number;
  /** What that line rises by from the first sample to the last, and whether that is within what was allowed. */
  readonly growth: number;
  readonly flat: boolean;
}

/** Caches fill and code is compiled in the first part of a run. */
const WARM_SHARE = 1 / 3;

/** @param allowed growth of a flat line: this much, or a tenth of the mean, whichever is more */
export function trend(samples: readonly Sample[], allowed: number): Trend {
  const end = samples.at(-1)?.at ?? 0;
  const begin = samples[0]?.at ?? 0;
  const warm = samples.filter(({ at }) => at >= begin + (end - begin) * WARM_SHARE);
  const values = warm.map(({ value }) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const perMs = slope(warm);
  const growth = perMs * (end - (warm[0]?.at ?? 0));
  return {
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    most: Math.max(0, ...values),
    perHour: perMs * 3_600_000,
    growth,
    flat: growth <= Math.max(allowed, mean / 10),
  };
}

/** Least squares; 0 where there is nothing to fit. */
function slope(samples: readonly Sample[]): number {
  const n = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / Math.max(1, n);
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / Math.max(1, n);
  let above = 0;
  let below = 0;
  for (const { at, value } of samples) {
    above += (at - meanAt) * (value - meanValue);
    below += (at - meanAt) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
