/** Beside a record's way: how often lengths of time came, by size, in a few numbers however many there were. */
import type { LengthObserver } from './length-metrics.js';

/** Upper bounds, ms: from what nobody feels to what somebody should be woken for. */
export const BOUNDS: readonly number[] = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 21_600_000,
  86_400_000,
];

/** What a histogram held at one moment. */
export interface HistogramSnapshot {
  /** Lengths of time seen since the start. */
  readonly count: number;
  /** Their sum, ms. */
  readonly sum: number;
  /** The longest, ms; 0 before the first. */
  readonly max: number;
  /** How many were at most so long, ms; those that were longer are in `count` alone. */
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
}

/** Counts lengths of time in buckets of fixed bounds. */
export class Histogram {
  private readonly counts = new Float64Array(BOUNDS.length + 1);
  private count = 0;
  private sum = 0;
  private max = 0;

  /** @param also is told each length, too */
  constructor(private readonly also: LengthObserver | null = null) {}

  /** @param milliseconds below 0 counts as 0: what is dated ahead is not late */
  observe(milliseconds: number): void {
    const length = milliseconds > 0 ? milliseconds : 0;
    let at = 0;
    while (at < BOUNDS.length && length > (BOUNDS[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.count += 1;
    this.sum += length;
    if (length > this.max) this.max = length;
    if (this.also !== null) this.also.observe(length);
  }

  snapshot(): HistogramSnapshot {
    let below = 0;
    const buckets = BOUNDS.map((atMost, at) => ({ atMost, count: (below += this.counts[at] as number) }));
    return { count: this.count, sum: this.sum, max: this.max, buckets };
  }
}
