/** What an application shows of its stores to the outside: rows of each kind, and how they are asked for. */
import type { Serde } from '../../serde/serde.js';
import type { Headers } from '../../record/headers.js';
import type { ValueAndHeaders } from '../../store/session-store.js';
import type { ValueAndTimestamp, ValueTimestampHeaders } from '../../store/state-store.js';
import type { VersionedRecord } from '../../store/versioned-store.js';
import type { RowScan } from './row-scan.js';

/*
 * Rows are plain, frozen objects of their own: nothing that the store does later changes them. What asks for one key rejects with
 * KEY_NOT_HERE when the key belongs to a partition that this instance does not have, and resolves to null when it has it and there
 * is nothing. What walks over many keys gives those of this instance, in the order of each of its partitions.
 */

export interface KeyValueRow<K, V> {
  readonly key: K;
  readonly value: V;
}

export interface TimestampedRow<K, V> extends KeyValueRow<K, V> {
  /** Of the last update, ms. */
  readonly timestamp: number;
}

export interface WindowRow<K, V> extends KeyValueRow<K, V> {
  /** First moment of the window, ms. */
  readonly start: number;
  /** End of the window, ms: the first moment behind it, of sessions and sliding windows the last one in it. */
  readonly end: number;
}

export interface TimestampedWindowRow<K, V> extends WindowRow<K, V> {
  /** Of the last update, ms. */
  readonly timestamp: number;
}

interface KeyedReader<K, Found, Row> {
  readonly name: string;
  /** What is stored of a key. @throws MillraceError KEY_NOT_HERE, STORE_UNAVAILABLE */
  get(key: K): Promise<Found | null>;
  all(): RowScan<Row>;
  /** From a key to a key, both inclusive, in the order of their bytes; null: open. */
  range(from: K | null, to: K | null): RowScan<Row>;
  /** Keys whose bytes begin with those of the prefix. */
  prefix<P>(prefix: P, serde: Serde<P>): RowScan<Row>;
}

/** Kafka Streams: `ReadOnlyKeyValueStore`. */
export type KeyValueReader<K, V> = KeyedReader<K, V, KeyValueRow<K, V>>;

/** Kafka Streams: `ReadOnlyKeyValueStore` of `ValueAndTimestamp`. */
export type TimestampedKeyValueReader<K, V> = KeyedReader<K, ValueAndTimestamp<V>, TimestampedRow<K, V>>;

interface WindowedReader<K, Found, Row> {
  readonly name: string;
  /** What is stored of a key and the window that starts at `start`, ms. @throws as `get` of key-value stores */
  get(key: K, start: number): Promise<Found | null>;
  /** Windows of a key that start from `from` to `to`, inclusive, ms. @throws as `get` */
  fetch(key: K, from: number, to: number): Promise<readonly Row[]>;
  /** Windows of all keys that start from `from` to `to`, inclusive, ms. */
  fetchAll(from: number, to: number): RowScan<Row>;
  /** Windows from a key to a key (null: open) that start in that time. */
  range(fromKey: K | null, toKey: K | null, from: number, to: number): RowScan<Row>;
  all(): RowScan<Row>;
}

/** Kafka Streams: `ReadOnlyWindowStore`. */
export type WindowReader<K, V> = WindowedReader<K, V, WindowRow<K, V>>;

/** Kafka Streams: `ReadOnlyWindowStore` of `ValueAndTimestamp`. */
export type TimestampedWindowReader<K, V> = WindowedReader<K, ValueAndTimestamp<V>, TimestampedWindowRow<K, V>>;

/** Kafka Streams: `ReadOnlySessionStore`. */
export interface SessionReader<K, V> {
  readonly name: string;
  /** The value of a session with exactly these bounds, inclusive, ms. @throws as `get` of key-value stores */
  get(key: K, start: number, end: number): Promise<V | null>;
  /** Sessions of a key that end at `earliestEnd` or later and start at `latestStart` or earlier, by end; without bounds all of them. */
  fetch(key: K, earliestEnd?: number, latestStart?: number): Promise<readonly WindowRow<K, V>[]>;
  /** Sessions of all keys that end from `earliestEnd` to `latestEnd`, inclusive, ms. */
  fetchAll(earliestEnd: number, latestEnd: number): RowScan<WindowRow<K, V>>;
  /** Sessions from a key to a key; null: open. */
  range(fromKey: K | null, toKey: K | null): RowScan<WindowRow<K, V>>;
  all(): RowScan<WindowRow<K, V>>;
}

/** Rows of stores that keep headers. */
export interface RowWithHeaders<K, V> extends TimestampedRow<K, V> {
  readonly headers: Headers;
}

export interface WindowRowWithHeaders<K, V> extends TimestampedWindowRow<K, V> {
  readonly headers: Headers;
}

/** Kafka Streams: `TimestampedKeyWithHeadersQuery`, `TimestampedRangeWithHeadersQuery`. */
export type KeyValueWithHeadersReader<K, V> = KeyedReader<K, ValueTimestampHeaders<V>, RowWithHeaders<K, V>>;

/** Kafka Streams: `TimestampedWindowKeyWithHeadersQuery`, `TimestampedWindowRangeWithHeadersQuery`. */
export type WindowWithHeadersReader<K, V> = WindowedReader<K, ValueTimestampHeaders<V>, WindowRowWithHeaders<K, V>>;

/** Walks over all sessions are those of {@link SessionReader}. */
export interface SessionWithHeadersReader<K, V> {
  readonly name: string;
  /** A session with exactly these bounds, inclusive, ms. @throws as `get` of key-value stores */
  get(key: K, start: number, end: number): Promise<ValueAndHeaders<V> | null>;
  /** As `SessionReader.fetch`. */
  fetch(
    key: K,
    earliestEnd?: number,
    latestStart?: number,
  ): Promise<readonly (WindowRow<K, V> & { readonly headers: Headers })[]>;
}

/** Kafka Streams: the IQv2 queries of versioned stores. */
export interface VersionedReader<K, V> {
  readonly name: string;
  /** The latest version. @throws as `get` of key-value stores */
  get(key: K): Promise<VersionedRecord<V> | null>;
  /** The version that was valid at a time, ms; null also where that is further back than the history that is kept. */
  getAsOf(key: K, timestamp: number): Promise<VersionedRecord<V> | null>;
}

/** Kinds of stores that can be read from outside. */
export type QueryableKind =
  | 'keyValue'
  | 'timestampedKeyValue'
  | 'timestampedKeyValueWithHeaders'
  | 'window'
  | 'timestampedWindow'
  | 'timestampedWindowWithHeaders'
  | 'session'
  | 'sessionWithHeaders'
  | 'versioned';

/** What a store is asked as. `Reader`: what asks it. */
export interface QueryableStoreType<Reader> {
  readonly kind: QueryableKind;
  /** Only the compiler knows. */
  readonly reader?: Reader;
}

/**
 * What stores can be asked as. Who asks for less than a store keeps, times or headers, is given less.
 * Kafka Streams: `QueryableStoreTypes`.
 */
export const queryableStores = {
  /** Stores of the Processor API; values of tables. */
  keyValue: <K, V>(): QueryableStoreType<KeyValueReader<K, V>> => ({ kind: 'keyValue' }),
  /** Tables, global tables, and aggregates without windows. */
  timestampedKeyValue: <K, V>(): QueryableStoreType<TimestampedKeyValueReader<K, V>> => ({
    kind: 'timestampedKeyValue',
  }),
  window: <K, V>(): QueryableStoreType<WindowReader<K, V>> => ({ kind: 'window' }),
  /** Aggregates over windows. */
  timestampedWindow: <K, V>(): QueryableStoreType<TimestampedWindowReader<K, V>> => ({ kind: 'timestampedWindow' }),
  /** Aggregates over sessions. */
  session: <K, V>(): QueryableStoreType<SessionReader<K, V>> => ({ kind: 'session' }),
  /** Of stores that keep headers. */
  timestampedKeyValueWithHeaders: <K, V>(): QueryableStoreType<KeyValueWithHeadersReader<K, V>> => ({
    kind: 'timestampedKeyValueWithHeaders',
  }),
  timestampedWindowWithHeaders: <K, V>(): QueryableStoreType<WindowWithHeadersReader<K, V>> => ({
    kind: 'timestampedWindowWithHeaders',
  }),
  sessionWithHeaders: <K, V>(): QueryableStoreType<SessionWithHeadersReader<K, V>> => ({ kind: 'sessionWithHeaders' }),
  /** Tables with a history. */
  versioned: <K, V>(): QueryableStoreType<VersionedReader<K, V>> => ({ kind: 'versioned' }),
} as const;
