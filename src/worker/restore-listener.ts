/** Who is told how the restoring of stores goes on. */

export interface RestoreProgress {
  readonly store: string;
  readonly task: string;
  /** Changelog. */
  readonly topic: string;
  readonly partition: number;
}

/** Kafka Streams: `StateRestoreListener`. */
export interface RestoreListener {
  /** Reading goes from `startOffset` to `endOffset`, exclusive; equal ones mean that nothing is missing. */
  onRestoreStart?(store: RestoreProgress, startOffset: number, endOffset: number): void;
  onBatchRestored?(store: RestoreProgress, nextOffset: number, records: number): void;
  onRestoreEnd?(store: RestoreProgress, records: number): void;
}
