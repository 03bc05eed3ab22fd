/** What one instance counts, as plain numbers. */
import type { DropReason } from '../errors/drop-reasons.js';

/** Times and numbers of commits. */
export class CommitMetrics {
  commits = 0;
  lastLatencyMs = 0;
  maxLatencyMs = 0;
  totalLatencyMs = 0;

  committed(latencyMs: number): void {
    this.commits += 1;
    this.lastLatencyMs = latencyMs;
    this.totalLatencyMs += latencyMs;
    if (latencyMs > this.maxLatencyMs) this.maxLatencyMs = latencyMs;
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
