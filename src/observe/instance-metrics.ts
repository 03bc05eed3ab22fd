/** What one instance counts, as plain numbers. */
import type { DropReason } from '../errors/drop-reasons.js';
import { Histogram } from './histogram.js';
import type { LengthObserver } from './length-metrics.js';

/** Times and numbers of commits. */
export class CommitMetrics {
  readonly latency: Histogram;
  commits = 0;
  lastLatencyMs = 0;
  maxLatencyMs = 0;
  totalLatencyMs = 0;

  /** @param lengths is told each latency, too */
  constructor(lengths: LengthObserver | null = null) {
    this.latency = new Histogram(lengths);
  }

  committed(latencyMs: number): void {
    this.commits += 1;
    this.lastLatencyMs = latencyMs;
    this.totalLatencyMs += latencyMs;
    if (latencyMs > this.maxLatencyMs) this.maxLatencyMs = latencyMs;
    this.latency.observe(latencyMs);
  }
}

/** Records that were processed or dropped, by all tasks since the start. */
export class RecordMetrics {
  processed = 0;
  /** Reset policies applied because an offset was not in the log any more. */
  outOfRange = 0;
  /** How often a record was tried again. */
  retried = 0;
  deadLetters = 0;
  private readonly droppedBy = new Map<DropReason, number>();

  dropped(reason: DropReason): void {
    this.droppedBy.set(reason, (this.droppedBy.get(reason) ?? 0) + 1);
  }

  /** Dropped records by reason. */
  get drops(): Readonly<Partial<Record<DropReason, number>>> {
    return Object.fromEntries(this.droppedBy);
  }
}

/** For how long tasks had the thread. */
export class WorkMetrics {
  readonly latency: Histogram;
  busyMs = 0;

  /** @param lengths is told each length of time, too */
  constructor(lengths: LengthObserver | null = null) {
    this.latency = new Histogram(lengths);
  }

  worked(milliseconds: number): void {
    this.busyMs += milliseconds;
    this.latency.observe(milliseconds);
  }
}

/** How often and for how long the group dealt out its tasks anew, as this member saw it. */
export class RebalanceMetrics {
  count = 0;
  /** Memberships that the group ended. */
  lost = 0;
  lastMs = 0;
  totalMs = 0;
  private since: number | null = null;

  /** @param now does not jump, ms */
  began(now: number): void {
    this.since ??= now;
  }

  ended(now: number): void {
    if (this.since === null) return;
    this.count += 1;
    this.lastMs = now - this.since;
    this.totalMs += this.lastMs;
    this.since = null;
  }
}
