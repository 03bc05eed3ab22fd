/** Session stores as operators and users' processors see them: one aggregate a key and session. */
import type { Headers, WritableHeaders } from '../record/headers.js';
import type { Windowed } from '../record/windowed.js';
import type { StoreScan } from './scan.js';
import type { StateStore } from './state-store.js';

/** A session found. Kafka Streams: `SessionWindow` with its value. */
export interface SessionEntry<V> {
  /** Timestamp of the first record, ms. */
  readonly start: number;
  /** Timestamp of the last record, ms; inclusive. */
  readonly end: number;
  readonly value: V;
}

/** As {@link import('./window-store.js').WindowFlushListener}; the time of a result is the end of the session. */
export type SessionFlushListener<K, V> = (
  key: K,
  start: number,
  end: number,
  newValue: V | null,
  oldValue: V | null,
) => void;

/**
 * Reading side. Sessions that ended before `streamTime - retention + 1` are not seen; a caching store also finds older ones
 * that were put lately. Scans go by stretches of time, then key, end and start; of stores in memory by end, key and start.
 * Kafka Streams: `ReadOnlySessionStore`.
 */
export interface ReadOnlySessionStore<K, V> extends StateStore {
  readonly kind: 'session';
  readonly format: 'plain' | 'headers';
  /** Scans go by stretches of time no longer than this, ms. */
  readonly stretchMs: number;
  /** The value of a session with exactly these bounds, `null` when there is none. */
  fetchSession(key: K, start: number, end: number): V | null;
  /** All sessions of a key, by end, then start. The array is the caller's. */
  fetch(key: K): readonly SessionEntry<V>[];
  /** Sessions of a key with `end >= earliestEnd` and `start <= latestStart`, by end, then start. The array is the caller's. */
  findSessions(key: K, earliestEnd: number, latestStart: number): readonly SessionEntry<V>[];
  /** Sessions of all keys between two keys, both inclusive, in the order of the serialized keys; a null bound is open. */
  fetchKeys(fromKey: K | null, toKey: K | null): StoreScan<readonly [key: Windowed<K>, value: V]>;
  /**
   * Sessions of all keys that ended from `earliestEnd` to `latestEnd`, inclusive. A store on disk of sessions that are emitted
   * when they close also gives those that have expired, until their segment has, as Kafka Streams does.
   */
  findSessionsByEnd(earliestEnd: number, latestEnd: number): StoreScan<readonly [key: Windowed<K>, value: V]>;
  all(): StoreScan<readonly [key: Windowed<K>, value: V]>;
  backwardAll(): StoreScan<readonly [key: Windowed<K>, value: V]>;
}

/** Kafka Streams: `SessionStore`. Changelog records carry the timestamp of the record that was processed. */
export interface SessionStore<K, V> extends ReadOnlySessionStore<K, V> {
  /** Highest session end ever put, -1 before the first; of a caching store: ever emitted. */
  readonly streamTime: number;
  /** Puts and removals that came too late to be kept. */
  readonly expiredPuts: number;
  /** `null` removes. */
  put(key: K, start: number, end: number, value: V | null): void;
  remove(key: K, start: number, end: number): void;
  /** As `TimestampedWindowStore.takeClosed`, of sessions that end at `upTo` or before; by end, start and the bytes of the key. */
  takeClosed(upTo: number, visit: ((key: K, start: number, end: number, value: V) => boolean) | null): boolean;
  /** True: updates reach downstream through the flush listener, once a session and flush; false: the operator forwards itself. */
  readonly caching: boolean;
  /** As `TimestampedKeyValueStore.setFlushListener`. */
  setFlushListener(listener: SessionFlushListener<K, V>, sendOldValues: boolean): void;
}

/** A session found, with its headers. */
export interface SessionEntryWithHeaders<V> extends SessionEntry<V> {
  readonly headers: Headers;
}

/** A value with its headers. Read-only; it stays as it is when the store goes on. Kafka Streams: `AggregationWithHeaders`. */
export interface ValueAndHeaders<V> {
  readonly value: V;
  readonly headers: Headers;
}

/**
 * As {@link SessionStore}, with headers beside each value; scans give values alone. Operators of the DSL put none.
 * Kafka Streams: `SessionStoreWithHeaders`.
 */
export interface SessionStoreWithHeaders<K, V> extends SessionStore<K, V> {
  readonly format: 'headers';
  /** A removal has the headers of the record that is processed. Default of `headers`: none. */
  put(key: K, start: number, end: number, value: V | null, headers?: WritableHeaders): void;
  /** As `fetchSession`, with the headers. */
  fetchSessionWithHeaders(key: K, start: number, end: number): ValueAndHeaders<V> | null;
  fetch(key: K): readonly SessionEntryWithHeaders<V>[];
  findSessions(key: K, earliestEnd: number, latestStart: number): readonly SessionEntryWithHeaders<V>[];
}
