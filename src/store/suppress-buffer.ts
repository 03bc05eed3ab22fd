/** The buffer behind `suppress`, as its operator sees it: changes of a table that are held back, one a key, by time. */
import type { StateStore } from './state-store.js';

/**
 * Called with a change that leaves the buffer. The task's record context is that of its last update meanwhile; the change
 * still counts as held back.
 */
export type EmitChange<K, V> = (key: K, newValue: V | null, oldValue: V | null) => void;

/**
 * All of it is in memory, as in Kafka Streams; what is on disk and in the changelog is for the next start. Kafka Streams:
 * `TimeOrderedKeyValueBuffer`.
 */
export interface SuppressBuffer<K, V> extends StateStore {
  readonly kind: 'suppressBuffer';
  readonly format: 'plain' | 'headers';
  /** Number of keys held back. */
  readonly records: number;
  /** Their size as Kafka Streams counts it. Counting costs something: it begins when this is first asked. */
  readonly bytes: number;
  /** The lowest time; Infinity when nothing is held back. */
  readonly earliest: number;
  /**
   * Holds a change back, with the task's record context. A key that is held back already keeps its time, and what it was
   * before the first of its changes; all else is replaced.
   */
  put(key: K, newValue: V | null, oldValue: V | null, time: number): void;
  /** Lets the earliest change go: of one time, that with the lowest key bytes. */
  emitEarliest(emit: EmitChange<K, V>): void;
  /** What a key was before its changes were held back, null for nothing; undefined when nothing is held back of it. */
  prior(key: K): V | null | undefined;
}
