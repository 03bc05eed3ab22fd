/** The buffer behind a join of a stream with a table that has grace, as its operator sees it: records of the stream, by time. */
import type { StateStore } from './state-store.js';

/** Called with a record that leaves the buffer; the task's record context is that of the record meanwhile. */
export type ReleaseRecord<K, V> = (key: K, value: V) => void;

/** What is held back is on disk and in the changelog; only its order is in memory. Kafka Streams: `RocksDBTimeOrderedKeyValueBuffer`. */
export interface JoinBuffer<K, V> extends StateStore {
  readonly kind: 'joinBuffer';
  readonly format: 'plain';
  /** Number of records held back. */
  readonly records: number;
  /** Highest timestamp ever held back, -1 before the first. */
  readonly streamTime: number;
  /**
   * Holds a record back, with the task's record context and under its timestamp. False, and nothing is done, when that is
   * more than the grace behind the buffer's stream time.
   */
  put(key: K, value: V): boolean;
  /** Lets go what is at least as old as the buffer's stream time less the grace: by timestamp, then key bytes, then as they came. */
  releaseDue(emit: ReleaseRecord<K, V>): void;
}
