/** Session stores as operators and users' processors see them: one aggregate a key and session. */
import type { Windowed } from '../record/windowed.js';
import type { StoreScan } from './scan.js';
import type { StateStore } from './state-store.js';

/** A session found. Read-only. */
export interface SessionEntry<V> {
  /** Timestamp of the first record, ms. */
  readonly start: number;
  /** Timestamp of the last record, ms; inclusive. */
  readonly end: number;
  readonly value: V;
}

/** As {@link import('./window-store.js').WindowFlushListener}, with both ends of the session. */
export type SessionFlushListener<K, V> = (
  key: K,
  start: number,
  end: number,
  newValue: V | null,
  oldValue: V | null,
  timestamp: number,
) => void;

/** Kafka Streams: `SessionStore`. Sessions that ended before `streamTime - retention + 1` are not seen. */
export interface SessionStore<K, V> extends StateStore {
  readonly kind: 'session';
  /** Highest session end ever put, -1 before the first. */
  readonly streamTime: number;
  readonly expiredPuts: number;
  /** `null` removes. */
  put(key: K, start: number, end: number, value: V | null): void;
  remove(key: K, start: number, end: number): void;
  fetchSession(key: K, start: number, end: number): V | null;
  /** Sessions of a key with `end >= earliestEnd` and `start <= latestStart`, by end, then start. The array is the caller's. */
  findSessions(key: K, earliestEnd: number, latestStart: number): readonly SessionEntry<V>[];
  /** All sessions of all keys that ended in `[earliestEnd, latestEnd]`. */
  findSessionsByEnd(earliestEnd: number, latestEnd: number): StoreScan<readonly [key: Windowed<K>, value: V]>;
  /** All sessions of a key. */
  fetch(key: K): StoreScan<readonly [key: Windowed<K>, value: V]>;
  fetchKeys(fromKey: K | null, toKey: K | null): StoreScan<readonly [key: Windowed<K>, value: V]>;
  readonly caching: boolean;
  setFlushListener(listener: SessionFlushListener<K, V>, sendOldValues: boolean): void;
}
