/** A line through the samples of the last hour, as the path of an SVG; where nothing is known it has a gap. */

export interface Place {
  readonly width: number;
  readonly height: number;
  /** Ms since the epoch: left and right edge. */
  readonly from: number;
  readonly to: number;
  /** Value at the upper edge; the lower one is 0. */
  readonly top: number;
}

const HOUR_MS = 3_600_000;
const SHORTEST_MS = 300_000;

/** How far back a chart goes: an hour, or as far as anything is known, and five minutes at least. */
export function spanOf(first: number | undefined, now: number): number {
  return Math.min(HOUR_MS, Math.max(SHORTEST_MS, now - (first ?? now)));
}

export function linePath(points: readonly (readonly [at: number, value: number | null])[], place: Place): string {
  const { width, height, from, to, top } = place;
  let path = '';
  let pen = 'M';
  for (const [at, value] of points) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const x = ((at - from) / (to - from)) * width;
    const y = height - (Math.min(value, top) / top) * height;
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

/** A round number that is not below any of these, so that the scale stays while values change a little; of bytes a power of two. */
export function roundTop(values: readonly (number | null)[], binary = false): number {
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  if (highest <= 0) return 1;
  if (binary) return 2 ** Math.ceil(Math.log2(highest));
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5].find((step) => step * power >= highest) ?? 10) * power;
}
