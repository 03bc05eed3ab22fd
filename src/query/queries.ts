/** What a store can be asked, as data: the queries of Kafka Streams' IQv2. */
import type { Serde } from '../serde/serde.js';
import type { StoredRow, StoredVersion, StoredWindow } from './rows.js';

/** By the bytes of the keys; of windows and sessions by time first. */
export type QueryOrder = 'ascending' | 'descending';

/** What is asked of one key, or of several ones. */
export type AskedOfKeys =
  | { readonly kind: 'key'; readonly key: unknown }
  | { readonly kind: 'keys'; readonly keys: readonly unknown[] }
  | { readonly kind: 'window'; readonly key: unknown; readonly start: number }
  | {
      readonly kind: 'windows';
      readonly key: unknown;
      readonly from: number;
      readonly to: number;
      readonly order: QueryOrder;
    }
  | { readonly kind: 'session'; readonly key: unknown; readonly start: number; readonly end: number }
  | { readonly kind: 'sessions'; readonly key: unknown; readonly earliestEnd: number; readonly latestStart: number }
  | { readonly kind: 'version'; readonly key: unknown; readonly asOf: number | null }
  | {
      readonly kind: 'versions';
      readonly key: unknown;
      readonly from: number;
      readonly to: number;
      readonly order: QueryOrder;
    };

/** What is asked of all partitions. */
export type AskedOfAll =
  | { readonly kind: 'range'; readonly from: unknown; readonly to: unknown; readonly order: QueryOrder }
  | { readonly kind: 'prefix'; readonly prefix: unknown; readonly serde: Serde<unknown> }
  | {
      readonly kind: 'windowRange';
      readonly from: number;
      readonly to: number;
      readonly fromKey: unknown;
      readonly toKey: unknown;
      readonly order: QueryOrder;
    }
  | { readonly kind: 'sessionRange'; readonly earliestEnd: number; readonly latestEnd: number };

/** A query with one answer. `Result`: what it is. */
export type Query<Result> = AskedOfKeys & {
  /** Only the compiler knows. */
  readonly result?: Result;
};

/** A query whose rows are walked over. */
export type ScanQuery<Row> = AskedOfAll & {
  /** Only the compiler knows. */
  readonly row?: Row;
};

interface Ordered {
  /** Default: ascending. */
  readonly order?: QueryOrder | undefined;
}

const LAST = Number.MAX_SAFE_INTEGER;
const NO_ORDER: Ordered = {};

/**
 * What `streams.query(store, …)` asks. Rows have all that the store keeps: of stores with timestamps and headers these, too, so that
 * one query stands for Kafka Streams' plain, timestamped and with-headers ones. Times are in ms and inclusive.
 */
export const queries = {
  /** What is stored of a key. Kafka Streams: `KeyQuery`, `TimestampedKeyQuery`, `TimestampedKeyWithHeadersQuery`. */
  key: <K, V>(key: K): Query<StoredRow<K, V> | null> => ({ kind: 'key', key }),
  /** What is stored of each of these keys, in their order. Every instance that has some of them is asked once. */
  keys: <K, V>(keys: readonly K[]): Query<readonly (StoredRow<K, V> | null)[]> => ({ kind: 'keys', keys: [...keys] }),
  /** From a key to a key, both inclusive; null: open. Kafka Streams: `RangeQuery` and its kin. */
  range: <K, V>(from: K | null, to: K | null, { order = 'ascending' } = NO_ORDER): ScanQuery<StoredRow<K, V>> => ({
    ...{ kind: 'range', from, to, order },
  }),
  all: <K, V>({ order = 'ascending' } = NO_ORDER): ScanQuery<StoredRow<K, V>> => ({
    ...{ kind: 'range', from: null, to: null, order },
  }),
  /** Keys whose bytes begin with those of the prefix. */
  prefix: <K, V, P = K>(prefix: P, serde: Serde<P>): ScanQuery<StoredRow<K, V>> => ({ kind: 'prefix', prefix, serde }),
  /** A key and the window that starts then. */
  window: <K, V>(key: K, start: number): Query<StoredWindow<K, V> | null> => ({ kind: 'window', key, start }),
  /** The windows of a key that start in that time. Kafka Streams: `WindowKeyQuery`. */
  windows: <K, V>(
    key: K,
    from = 0,
    to = LAST,
    { order = 'ascending' } = NO_ORDER,
  ): Query<readonly StoredWindow<K, V>[]> => ({ ...{ kind: 'windows', key, from, to, order } }),
  /** The windows of all keys, or from a key to a key, that start in that time: by start, then key. Kafka Streams: `WindowRangeQuery`. */
  windowRange: <K, V>(
    from = 0,
    to = LAST,
    {
      order = 'ascending',
      fromKey = null,
      toKey = null,
    }: Ordered & { readonly fromKey?: K | null; readonly toKey?: K | null } = {},
  ): ScanQuery<StoredWindow<K, V>> => ({ ...{ kind: 'windowRange', from, to, fromKey, toKey, order } }),
  /** The session of a key with exactly these bounds. */
  session: <K, V>(key: K, start: number, end: number): Query<StoredWindow<K, V> | null> => ({
    ...{ kind: 'session', key, start, end },
  }),
  /** The sessions of a key that end at `earliestEnd` or later and start at `latestStart` or earlier. Kafka Streams: `WindowRangeQuery.withKey`. */
  sessions: <K, V>(key: K, earliestEnd = 0, latestStart = LAST): Query<readonly StoredWindow<K, V>[]> => ({
    ...{ kind: 'sessions', key, earliestEnd, latestStart },
  }),
  /** The sessions of all keys that end in that time: by end, then key. */
  sessionRange: <K, V>(earliestEnd = 0, latestEnd = LAST): ScanQuery<StoredWindow<K, V>> => ({
    ...{ kind: 'sessionRange', earliestEnd, latestEnd },
  }),
  /** The version of a key that was valid at a time; without one the latest. Kafka Streams: `VersionedKeyQuery`. */
  version: <K, V>(key: K, asOf: number | null = null): Query<StoredVersion<K, V> | null> => ({
    ...{ kind: 'version', key, asOf },
  }),
  /** All versions of a key that were valid at some moment of that time. Kafka Streams: `MultiVersionedKeyQuery`. */
  versions: <K, V>(
    key: K,
    from = 0,
    to = LAST,
    { order = 'ascending' } = NO_ORDER,
  ): Query<readonly StoredVersion<K, V>[]> => ({ ...{ kind: 'versions', key, from, to, order } }),
} as const;
