/** Divides a producer's memory among its partitions, so that one that does not move leaves room for those that do. */
import type { UnsentRecords } from './partition-queue.js';
import type { QueueOwner } from './queue-owner.js';

/** A partition may hold twice of what is free: one alone two thirds of all, n of them each 2 / (2n + 1), and some is always left. */
const SHARE_OF_FREE = 2;

/**
 * The limit of a partition follows from what is free, not from how many there are: nothing is reserved for those that need
 * nothing. Who runs into a limit is not refused, but is `full` until the partition is below it again.
 */
export class BufferShare {
  /** Bytes of records that are not acknowledged. */
  private held = 0;
  /** Partitions above their limits. */
  private readonly over = new Set<UnsentRecords>();

  constructor(
    private readonly mostBytes: number,
    /** What every partition may hold, whatever others do: one batch, lest all stand still for one. */
    private readonly leastShare: number,
  ) {}

  get heldBytes(): number {
    return this.held;
  }

  /** Whether some partition is above its limit. */
  get short(): boolean {
    return this.over.size > 0;
  }

  /** Whether this partition is above its limit now that it holds so much more. */
  take(queue: UnsentRecords, bytes: number): boolean {
    this.held += bytes;
    queue.held += bytes;
    return queue.held > this.leastShare && queue.held > SHARE_OF_FREE * (this.mostBytes - this.held);
  }

  /** The writer has to wait for this partition. */
  block(queue: UnsentRecords, writer: QueueOwner): void {
    if (queue.blocked.has(writer)) return;
    queue.blocked.add(writer);
    writer.blocked++;
    this.over.add(queue);
  }

  give(queue: UnsentRecords, bytes: number): void {
    this.held -= bytes;
    queue.held -= bytes;
    if (this.over.size === 0) return;
    const limit = Math.max(this.leastShare, SHARE_OF_FREE * (this.mostBytes - this.held));
    for (const one of this.over) if (one.held <= limit) this.unblock(one);
  }

  /** Nobody waits any more. */
  release(): void {
    for (const queue of this.over) this.unblock(queue);
  }

  private unblock(queue: UnsentRecords): void {
    this.over.delete(queue);
    const waiting = [...queue.blocked];
    queue.blocked.clear();
    for (const writer of waiting) writer.unblock();
  }
}
