/** Which epochs of a task are written to disk, where not each has to be. */
import type { Member } from './member.js';

/** So long after somebody read what is written every epoch is written, ms. */
const READ_LATELY_MS = 10_000;

/**
 * Commits that follow each other fast change the same rows again and again. Where the changelogs can bring up a disk that is behind, an
 * epoch may stay in memory, and what it changed is written with a later one. An epoch is written in any case when
 * the interval is over, when memory is short, when nothing was changed since the last one, when what is written has been read lately,
 * and when the task is about to be closed.
 */
export class LateWrites {
  /** The disk is older than the last committed epoch. */
  behind = false;
  /** The epoch that is being sealed, or is sealed, is not to be written. */
  waits = false;
  private readonly able: boolean;
  private writtenAt: number;
  private readAt = Number.NEGATIVE_INFINITY;
  private atOnce = false;

  /**
   * @param intervalMs from one write to the next, 0: each epoch is written
   * @param now monotonic, ms
   */
  constructor(
    private readonly members: readonly Member[],
    private readonly intervalMs: number,
    private readonly now: () => number,
  ) {
    this.able = intervalMs > 0 && members.every(({ store, changelog }) => store.mayWait && changelog.topic !== null);
    this.writtenAt = now();
  }

  /** Decides about the epoch that is about to be sealed. */
  begin(memoryIsShort: boolean): void {
    this.waits = this.able && !this.atOnce && !memoryIsShort && this.mayWait();
  }

  /** What the changelogs got of an epoch that is not written. */
  leave(offsets: ReadonlyMap<string, number>): void {
    for (const member of this.members) member.advance(offsets);
    this.waits = false;
    this.behind = true;
  }

  /** The sealed epoch is written, with all that waited for it. */
  written(): void {
    this.writtenAt = this.now();
    this.behind = false;
  }

  /** Somebody reads what is written. */
  read(): void {
    if (this.able) this.readAt = this.now();
  }

  /** From now on each epoch is written. */
  stop(): void {
    this.atOnce = true;
  }

  private mayWait(): boolean {
    const now = this.now();
    if (now - this.writtenAt >= this.intervalMs || now - this.readAt < READ_LATELY_MS) return false;
    return this.members.some(({ store }) => store.unlogged);
  }
}
