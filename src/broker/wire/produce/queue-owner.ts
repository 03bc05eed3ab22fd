/** Who has records in the queue of a partition, as the queue sees it. */

/** One that is told from others, and that waits while a partition is above its share. */
export interface QueueOwner {
  /** For messages. */
  readonly name: string;
  /** Partitions that are above their share and that it added to. */
  blocked: number;
  /** One of those has come below it. */
  unblock(): void;
}
