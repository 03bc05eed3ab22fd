/** How an instance was over the last hour: a few numbers every five seconds, kept whether somebody looks or not. */
import type { HistogramSnapshot } from '../../observe/histogram.js';
import type { MetricsSnapshot } from '../../observe/measurements.js';

export const SAMPLE_MS = 5_000;
const MOST_SAMPLES = 3_600_000 / SAMPLE_MS;

/** Of the time since the sample before. */
export interface HourSample {
  /** Ms since the epoch. */
  readonly at: number;
  /** Records processed a second. */
  readonly rate: number;
  /** Share of the time for which tasks had the thread, 0 to 1. */
  readonly busy: number;
  /** Records that wait; null while that is not known. */
  readonly lag: number | null;
  /** So long or shorter 99 of 100 commits took, ms; null when there was none. */
  readonly commitMs: number | null;
  /** By so much or less timers came late, 99 of 100, ms; null when none was looked at. */
  readonly loopMs: number | null;
  /** Bytes of the process. */
  readonly memory: number;
  /** Bytes of JavaScript's heap that are used. */
  readonly heap: number;
}

type Memory = () => { readonly rss: number; readonly heapUsed: number };

export class LastHour {
  private readonly kept: HourSample[] = [];
  private timer: NodeJS.Timeout | null = null;
  private before: { readonly at: number; readonly metrics: MetricsSnapshot } | null = null;

  constructor(
    private readonly measure: () => MetricsSnapshot,
    private readonly now: () => number = Date.now,
    private readonly memory: Memory = process.memoryUsage,
  ) {}

  start(): void {
    this.look();
    this.timer = setInterval(() => {
      this.look();
    }, SAMPLE_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** Those after a moment, oldest first. */
  since(at: number): readonly HourSample[] {
    const first = this.kept.findIndex((sample) => sample.at > at);
    return first < 0 ? [] : this.kept.slice(first);
  }

  look(): void {
    const at = this.now();
    const metrics = this.measure();
    const { before } = this;
    this.before = { at, metrics };
    if (before === null || at <= before.at) return;
    const { rss, heapUsed } = this.memory();
    const passed = at - before.at;
    const { commits, eventLoop, processed, processing, lag } = metrics;
    // An instance that was replaced counts from zero again.
    const began = before.metrics.processed <= processed ? before.metrics : null;
    this.kept.push({
      at,
      rate: ((processed - (began?.processed ?? 0)) * 1_000) / passed,
      busy: Math.max(0, processing.busy - (began?.processing.busy ?? 0)) / passed,
      lag,
      commitMs: quantileSince(commits.latency, began?.commits.latency ?? null),
      loopMs: quantileSince(eventLoop.delay, began?.eventLoop.delay ?? null),
      memory: rss,
      heap: heapUsed,
    });
    if (this.kept.length > MOST_SAMPLES) this.kept.shift();
  }
}

/** The bound of the bucket below which 99 of 100 fell. */
function quantileSince(now: HistogramSnapshot, before: HistogramSnapshot | null): number | null {
  const count = now.count - (before?.count ?? 0);
  if (count <= 0) return null;
  const wanted = Math.ceil(count * 0.99);
  for (const [i, bucket] of now.buckets.entries()) {
    if (bucket.count - (before?.buckets[i]?.count ?? 0) >= wanted) return bucket.atMost;
  }
  return now.max;
}
