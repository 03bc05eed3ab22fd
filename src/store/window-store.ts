/** Window stores as operators and users' processors see them: one value a key and window start. */
import type { Headers, WritableHeaders } from '../record/headers.js';
import type { Windowed } from '../record/windowed.js';
import type { StoreScan } from './scan.js';
import type { StateStore, ValueAndTimestamp, ValueTimestampHeaders } from './state-store.js';

/** One row of a fetch over time. Read-only. */
export interface WindowEntry<V> {
  /** Start of the window, ms (of a join's store: timestamp of the record). */
  readonly start: number;
  readonly value: V;
}

/** One row of a fetch over time, with the time of the last update. Read-only; it stays as it is when the store goes on. */
export interface TimestampedWindowEntry<V> extends WindowEntry<V> {
  readonly timestamp: number;
}

/**
 * What window stores of all formats have. Times are window starts in ms, bounds inclusive. Nothing is seen of windows that
 * start before `streamTime - retention + 1`; stores on disk of windows that are emitted when they close show one that starts
 * at `streamTime - retention` too. Entries of one key come by start time.
 */
export interface WindowScans<K, V> extends StateStore {
  /** Highest window start ever put, -1 before the first. */
  readonly streamTime: number;
  /** Puts that came too late to be kept, since the store was opened. */
  readonly expiredPuts: number;
  /** Scans go by stretches of time no longer than this, ms. */
  readonly stretchMs: number;
  /** Over keys (`null`: open end) and times. */
  fetchKeys(
    fromKey: K | null,
    toKey: K | null,
    from: number,
    to: number,
  ): StoreScan<readonly [key: Windowed<K>, value: V]>;
  backwardFetchKeys(
    fromKey: K | null,
    toKey: K | null,
    from: number,
    to: number,
  ): StoreScan<readonly [key: Windowed<K>, value: V]>;
  fetchAll(from: number, to: number): StoreScan<readonly [key: Windowed<K>, value: V]>;
  backwardFetchAll(from: number, to: number): StoreScan<readonly [key: Windowed<K>, value: V]>;
  all(): StoreScan<readonly [key: Windowed<K>, value: V]>;
  backwardAll(): StoreScan<readonly [key: Windowed<K>, value: V]>;
}

/** Is shown entries of a window store one by one. */
export interface WindowVisitor<V> {
  visitEntry(start: number, value: V): void;
}

/** Kafka Streams: `WindowStore<K, V>`. */
export interface WindowStore<K, V> extends WindowScans<K, V> {
  readonly kind: 'window';
  readonly format: 'plain';
  /** `null` deletes. With duplicates retained every put is an entry of its own, and null does nothing. */
  put(key: K, value: V | null, start: number): void;
  /** With duplicates retained this is always `null`. */
  fetch(key: K, start: number): V | null;
  /** Entries of a key, by start (and with duplicates in the order of their puts). The array is the caller's. */
  fetchRange(key: K, from: number, to: number): readonly WindowEntry<V>[];
  /** Shows what `fetchRange` gives, without making an array of it; returns how many entries there were. The visitor must not put. */
  visitRange(key: K, from: number, to: number, visitor: WindowVisitor<V>): number;
}

/** The store as operators of the DSL see it. */
export interface OperatorWindowStore<K, V> extends TimestampedWindowStore<K, V> {
  /** As `OperatorKeyValueStore.peek`. */
  peek(key: K, start: number): ValueAndTimestamp<V> | null;
}

/** Called with what a caching window store held back. The task's record context is that of the last update meanwhile. */
export type WindowFlushListener<K, V> = (
  key: K,
  start: number,
  newValue: V | null,
  oldValue: V | null,
  timestamp: number,
) => void;

/** The store behind windowed aggregates. Kafka Streams: `TimestampedWindowStore`. */
export interface TimestampedWindowStore<K, V> extends WindowScans<K, ValueAndTimestamp<V>> {
  readonly kind: 'window';
  readonly format: 'timestamped' | 'headers';
  /** `null` deletes. `timestamp`, ms, is stored with the value; of a deletion it is that of its changelog record. */
  put(key: K, value: V | null, start: number, timestamp: number): void;
  fetch(key: K, start: number): ValueAndTimestamp<V> | null;
  /** Entries of a key, by start. The array is the caller's. */
  fetchRange(key: K, from: number, to: number): readonly TimestampedWindowEntry<V>[];
  /** The entry of a key that starts last in `[from, to]`, null when there is none. The entry is the caller's. */
  fetchLatest(key: K, from: number, to: number): TimestampedWindowEntry<V> | null;
  /**
   * Of a store that keeps closed windows (`keepsClosed`): gives those that start at `upTo` or before to `visit`, by start and
   * then by the bytes of the key, each of them once, even when they have expired meanwhile. With `visit` null they are
   * passed over. What was taken before a restart is found again, so the operator must know how far it got.
   * `visit` returns whether to go on; false from here: it did not, and the rest comes with the next call.
   */
  takeClosed(upTo: number, visit: ((key: K, start: number, value: V, timestamp: number) => boolean) | null): boolean;
  /** True: updates reach downstream through the flush listener, once a window and flush; false: the operator forwards itself. */
  readonly caching: boolean;
  /** As `TimestampedKeyValueStore.setFlushListener`. */
  setFlushListener(listener: WindowFlushListener<K, V>, sendOldValues: boolean): void;
}

/** One row of a fetch over time, with the time of the last update and the headers. Read-only; it stays as it is when the store goes on. */
export interface WindowEntryWithHeaders<V> extends TimestampedWindowEntry<V> {
  readonly headers: Headers;
}

/**
 * As {@link TimestampedWindowStore}, with headers beside each value. Operators of the DSL put none.
 * Kafka Streams: `TimestampedWindowStoreWithHeaders`.
 */
export interface TimestampedWindowStoreWithHeaders<K, V>
  extends
    Omit<
      TimestampedWindowStore<K, V>,
      keyof WindowScans<K, unknown> | 'put' | 'fetch' | 'fetchRange' | 'fetchLatest' | 'takeClosed'
    >,
    WindowScans<K, ValueTimestampHeaders<V>> {
  readonly kind: 'window';
  readonly format: 'headers';
  /** As of `TimestampedWindowStore`. A deletion has the headers of the record that is processed. Default of `headers`: none. */
  put(key: K, value: V | null, start: number, timestamp: number, headers?: WritableHeaders): void;
  fetch(key: K, start: number): ValueTimestampHeaders<V> | null;
  /** Entries of a key, by start. The array is the caller's. */
  fetchRange(key: K, from: number, to: number): readonly WindowEntryWithHeaders<V>[];
  /** The entry of a key that starts last in `[from, to]`, null when there is none. The entry is the caller's. */
  fetchLatest(key: K, from: number, to: number): WindowEntryWithHeaders<V> | null;
}
