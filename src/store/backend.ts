/** What a place for bytes must offer to hold a task's committed state: LevelDB, the heap, or another engine. */
import type { WriteBatch } from './write-batch.js';

/** Keys from `gte` inclusive to `lt` exclusive. */
export interface KeyRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
  readonly reverse: boolean;
}

export type BackendEntry = readonly [key: Buffer, value: Buffer];

/** Ordered bytes of one task: a sorted map of Buffers with synchronous reads and atomic batches. */
export interface StateBackend {
  /** Where it is, for messages: the folder, or `memory`. */
  readonly location: string;
  /** True when the content outlives the process. */
  readonly persistent: boolean;
  /** The Buffer is the caller's. */
  getSync(key: Buffer): Buffer | undefined;
  /**
   * Writes everything in the batch, or nothing. Returns nothing when it is done on return. Called for one batch at a time.
   * @throws MillraceError STORE_FAILED
   */
  write(batch: WriteBatch): Promise<void> | void;
  /** Entries as they are at the call, in key order, in batches of the backend's choice (none of them empty). */
  scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]>;
  /** Null where only `scan` can be had. */
  readonly scanSync: ((range: KeyRange) => Iterator<readonly BackendEntry[]>) | null;
  /**
   * About how many bytes lie in a range, without holding the thread for long; null when it is being closed. Left out where that
   * cannot be told.
   * @throws MillraceError STORE_FAILED
   */
  sizeOf?(range: Pick<KeyRange, 'gte' | 'lt'>): Promise<number | null>;
  close(): Promise<void>;
  /** Closes and removes everything. */
  destroy(): Promise<void>;
}
