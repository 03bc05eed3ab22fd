/** What queries give: rows with everything that their store keeps. Plain and frozen, no part of the store. */
import type { Headers } from '../record/headers.js';
import type { Position } from './position.js';

/** One key of a store. */
export interface StoredRow<K, V> {
  readonly key: K;
  readonly value: V;
  /** Of the last update, ms; null where the store keeps none (`format: 'plain'`, sessions). */
  readonly timestamp: number | null;
  /** Null where the store keeps none. */
  readonly headers: Headers | null;
}

/** One key and window, or session. */
export interface StoredWindow<K, V> extends StoredRow<K, V> {
  /** First moment, ms. */
  readonly start: number;
  /** End, ms: the first moment behind a window; of sessions and sliding windows the last one in it. */
  readonly end: number;
}

/** One version of a key. */
export interface StoredVersion<K, V> {
  readonly key: K;
  readonly value: V;
  /** Valid from, inclusive, ms. */
  readonly timestamp: number;
  /** Valid to, exclusive, ms; null while it is the latest. */
  readonly validTo: number | null;
}

/** An answer, with how far its store had come. Kafka Streams: `QueryResult`. */
export interface Answer<Result> {
  /** Where one row is asked for: null says that there is nothing of the key, and nothing else. */
  readonly result: Result;
  readonly position: Position;
}
