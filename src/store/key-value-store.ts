/** Key-value stores as operators and users' processors see them. */
import type { WritableHeaders } from '../record/headers.js';
import type { Serde } from '../serde/serde.js';
import type { StoreScan } from './scan.js';
import type { StateStore, ValueAndTimestamp, ValueTimestampHeaders } from './state-store.js';

/**
 * Reading side. Ranges are inclusive at both ends, a null bound is open; the order is that of the serialized keys,
 * byte by byte, unsigned. Kafka Streams: `ReadOnlyKeyValueStore`.
 */
export interface ReadOnlyKeyValueStore<K, V> extends StateStore {
  /** The value of a key, `null` when there is none. */
  get(key: K): V | null;
  range(from: K | null, to: K | null): StoreScan<readonly [key: K, value: V]>;
  reverseRange(from: K | null, to: K | null): StoreScan<readonly [key: K, value: V]>;
  all(): StoreScan<readonly [key: K, value: V]>;
  reverseAll(): StoreScan<readonly [key: K, value: V]>;
  /** Entries whose serialized key begins with the serialized prefix. */
  prefixScan<P>(prefix: P, serde: Serde<P>): StoreScan<readonly [key: K, value: V]>;
}

/** Kafka Streams: `KeyValueStore`. */
export interface KeyValueStore<K, V> extends ReadOnlyKeyValueStore<K, V> {
  readonly kind: 'keyValue';
  readonly format: 'plain';
  /** `null` deletes. */
  put(key: K, value: V | null): void;
  /** Puts unless there is a value; returns the value found, `null` when there was none. */
  putIfAbsent(key: K, value: V): V | null;
  /** Returns the value that was deleted. */
  delete(key: K): V | null;
}

/** Called with what a caching store held back. The task's record context is that of the key's last update meanwhile. */
export type FlushListener<K, V> = (key: K, newValue: V | null, oldValue: V | null, timestamp: number) => void;

/** The store as operators of the DSL see it. */
export interface OperatorKeyValueStore<K, V> extends TimestampedKeyValueStore<K, V> {
  /**
   * As `get`, but the row may be the store's own, which the next put changes: for those who look at it at once, once a record, and
   * give it to nobody.
   */
  peek(key: K): ValueAndTimestamp<V> | null;
}

/**
 * The store behind tables and aggregates. Kafka Streams: `TimestampedKeyValueStore`.
 */
export interface TimestampedKeyValueStore<K, V> extends ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>> {
  readonly kind: 'keyValue';
  readonly format: 'timestamped' | 'headers';
  /** `null` deletes. `timestamp`, ms, is stored with the value; of a deletion it is that of its changelog record. */
  put(key: K, value: V | null, timestamp: number): void;
  /** Puts unless there is a value; returns what was found, `null` when there was nothing. */
  putIfAbsent(key: K, value: V, timestamp: number): ValueAndTimestamp<V> | null;
  /** Returns what was deleted. `timestamp` is that of the changelog record. */
  delete(key: K, timestamp: number): ValueAndTimestamp<V> | null;
  /** True: updates reach downstream through the flush listener, once a key and flush; false: the operator forwards itself. */
  readonly caching: boolean;
  /**
   * Who is told what a caching store held back. `sendOldValues` false: `oldValue` is always `null`.
   * Old value = value at the last flush. Null to null is not told at all.
   */
  setFlushListener(listener: FlushListener<K, V>, sendOldValues: boolean): void;
}

/**
 * The same with headers beside each value. Operators of the DSL put none. Kafka Streams: `TimestampedKeyValueStoreWithHeaders`.
 */
export interface TimestampedKeyValueStoreWithHeaders<K, V>
  extends
    Omit<TimestampedKeyValueStore<K, V>, keyof ReadOnlyKeyValueStore<K, unknown> | 'put' | 'putIfAbsent' | 'delete'>,
    ReadOnlyKeyValueStore<K, ValueTimestampHeaders<V>> {
  readonly kind: 'keyValue';
  readonly format: 'headers';
  /** As of `TimestampedKeyValueStore`. A deletion has the headers of the record that is processed. Default of `headers`: none. */
  put(key: K, value: V | null, timestamp: number, headers?: WritableHeaders): void;
  putIfAbsent(key: K, value: V, timestamp: number, headers?: WritableHeaders): ValueTimestampHeaders<V> | null;
  delete(key: K, timestamp: number): ValueTimestampHeaders<V> | null;
}
