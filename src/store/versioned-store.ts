/** Versioned stores as operators and users' processors see them: the history of every key. */
import type { StateStore } from './state-store.js';

/** One version of a key. Read-only. Kafka Streams: `VersionedRecord`. */
export interface VersionedRecord<V> {
  readonly value: V;
  /** Valid from, inclusive, ms. */
  readonly timestamp: number;
  /** Valid to, exclusive, ms; `null` while it is the latest. */
  readonly validTo: number | null;
}

/** What became of a put: the end of its validity, `'latest'`, or `'expired'` when it was too old to be kept. */
export type VersionedPut = number | 'latest' | 'expired';

/** Kafka Streams: `VersionedKeyValueStore`. */
export interface VersionedKeyValueStore<K, V> extends StateStore {
  readonly kind: 'versioned';
  readonly format: 'plain';
  /** Highest timestamp ever put, -1 before the first. */
  readonly streamTime: number;
  readonly expiredPuts: number;
  /** `null` is a deletion version. A put that is too old is logged all the same. */
  put(key: K, value: V | null, timestamp: number): VersionedPut;
  /** Puts a deletion; returns the version that was valid at that time. */
  delete(key: K, timestamp: number): VersionedRecord<V> | null;
  /** The latest version. */
  get(key: K): VersionedRecord<V> | null;
  /** The version valid at a time; `null` when that is before `streamTime - retention`, unless the latest already was valid. */
  getAsOf(key: K, timestamp: number): VersionedRecord<V> | null;
  /**
   * The versions that `getAsOf` gives for some moment of a time, both ends inclusive, by their own time. The array is the caller's.
   * Kafka Streams: `MultiVersionedKeyQuery`.
   */
  versions(key: K, from: number, to: number): readonly VersionedRecord<V>[];
}
