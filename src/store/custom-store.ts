/** The contract of a store of the user's own making: what its task asks of it, and what it may ask of its task. */

/** One record of a store's changelog, on its way back into the store. */
export interface RestoredChange {
  /** The store's to keep, as is the value. */
  readonly key: Buffer;
  /** Null: the key was deleted. */
  readonly value: Buffer | null;
  /** As it was logged, ms. */
  readonly timestamp: number;
}

/** What a store of the user's own making is told when it is opened. Kafka Streams: `StateStoreContext`. */
export interface CustomStoreContext {
  readonly applicationId: string;
  /** `<sub-topology>_<partition>`: each task opens a store of its own. */
  readonly taskId: string;
  /** Of the changelog, and of what the task reads. */
  readonly partition: number;
  /**
   * Makes an empty folder for this store alone, and gives its path; further calls give the same one. It is removed when the store is
   * closed, so it has room for what does not fit into memory, and keeps nothing. Null in the test driver, which has no disk.
   */
  directory(): string | null;
  /**
   * Writes a change to the changelog. It becomes durable with the epoch in which it was logged: together with the results and the
   * input offsets of the records processed in it, or not at all. Of several changes of a key between two commits the last is written.
   * Both are copied. Does nothing where logging is off.
   * @param value null: the key is deleted
   * @param timestamp ms. Default: that of the record being processed, or the current time where there is none
   * @throws MillraceError SERIALIZATION_FAILED, TIMESTAMP_INVALID; STATE_INVALID before the store is restored and after it is closed
   */
  log(key: Uint8Array, value: Uint8Array | null, timestamp?: number): void;
}

/**
 * A store of the user's own making: an index, a filter, a graph, whatever keeps what processors need. It has methods of its own for
 * them, and these for its task. All of it is synchronous.
 *
 * What it holds is what its changelog holds: nobody can take back a part of it, so a task that begins anew, after a rebalance, a
 * crash or an epoch that was given up, opens another one and restores it from the start of the changelog.
 *
 * An error that one of these methods throws ends the application (STORE_FAILED). Kafka Streams: `StateStore`, one that is not
 * `persistent`, with its `BatchingStateRestoreCallback`.
 */
export interface CustomStore {
  /**
   * Takes changes as they were logged, the last of each key at least, in the order of the changelog. Called any number of times
   * after `open`, before processors get hold of the store, and never again. Not called where logging is off.
   */
  restore(changes: readonly RestoredChange[]): void;
  /**
   * Called before each commit of the task, when everything of the epoch was processed: the last occasion to log what belongs to it.
   * Whether the commit will succeed is not known yet. Kafka Streams: `StateStore.commit`.
   */
  commit?(): void;
  /** Called once, after the last use, also where the task is given up without a commit. */
  close?(): void;
}
