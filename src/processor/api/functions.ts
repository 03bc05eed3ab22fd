/** The functions that a user passes to operators. All get the record's value first, then its key, then where it came from. */
import type { AsyncAttempt } from '../../record/async-attempt.js';
import type { RecordView } from '../../record/record-context.js';

/**
 * What a function may return that nobody waits for: anything but a promise. For those there are `mapValuesAsync` and `asyncProcess`. A
 * function over any type has to say that its type is none: `value as NotPromise<T>`.
 */
export type NotPromise<R> =
  R extends PromiseLike<unknown>
    ? { readonly 'nobody waits for this promise: use mapValuesAsync() or asyncProcess()': never }
    : R;

/** Makes one value out of a record. The value comes first, then the key: in Java it is the other way round. */
export type ValueMapper<K, V, R> = (value: V, key: K, record: RecordView) => NotPromise<R>;

/** Makes a key and a value out of a record, which gives its value first, then its key. */
export type PairMapper<K, V, KR, VR> = (
  value: V,
  key: K,
  record: RecordView,
) => readonly [key: NotPromise<KR>, value: NotPromise<VR>];

/** Decides about a record. The value comes first, then the key. */
export type Predicate<K, V> = (value: V, key: K, record: RecordView) => boolean;

/** Decides about a record and tells the compiler what its value is. */
export type Guard<K, V, W extends V> = (value: V, key: K, record: RecordView) => value is W;

/** Does something with a record: the value comes first, then the key. What it returns is ignored. */
export type Action<K, V> = (value: V, key: K, record: RecordView) => void;

/** Gives the aggregate of a key (or of a key and window) that has none yet. Kafka Streams: `Initializer`. */
export type Initializer<A> = () => NotPromise<A>;

/**
 * Adds a record to the aggregate of its key and returns the new one. Null deletes it; the next record begins anew.
 * The aggregate is also held in the store: return a new value rather than changing the one that is given.
 * Kafka Streams: `Aggregator`.
 */
export type Aggregator<K, V, A> = (aggregate: A, value: V, key: K, record: RecordView) => A;

/** An {@link Aggregator} that can delete the aggregate. */
export type DeletingAggregator<K, V, A> = (aggregate: A, value: V, key: K, record: RecordView) => A | null;

/**
 * Combines the value of a record with what was combined of those before it, both of type `V`; `R` is `V`, or contains null,
 * which deletes. Kafka Streams: `Reducer`.
 */
export type Reducer<K, V, R> = (aggregate: V, value: V, key: K, record: RecordView) => R;

/**
 * Makes one aggregate of two: of what was merged so far, at first the initializer's, and of a session that is absorbed.
 * Kafka Streams: `Merger`.
 */
export type Merger<K, A> = (aggregate: A, other: A, key: K, record: RecordView) => A;

/** Joins the values of two records of one key. Kafka Streams: `ValueJoinerWithKey`. */
export type Joiner<K, VL, VR, R> = (left: VL, right: VR, key: K, record: RecordView) => NotPromise<R>;

/**
 * Joins a record with the row of a global table. `tableKey` is the key that was looked up, null where the selector gave none.
 * Kafka Streams: `ValueJoinerWithStreamAndMappedKey`.
 */
export type GlobalTableJoiner<K, KT, VL, VR, R> = (
  left: VL,
  right: VR,
  key: K,
  record: RecordView,
  tableKey: KT,
) => NotPromise<R>;

/** Gives the key of the row of another table that a row goes with, null if there is none. */
export type ForeignKeyExtractor<K, V, KO> = (value: NonNullable<V>, key: K, record: RecordView) => KO | null;

/** Works on a record; may take its time. `record` stays as it is, unlike that of synchronous functions. */
export type AsyncFunction<K, V, R> = (
  value: V,
  key: K,
  record: RecordView,
  attempt: AsyncAttempt,
) => PromiseLike<R> | R;

/** Whether values of `V` can be deletions. */
export type NullOf<V> = Extract<V, null>;

/** The same functions, as the runtime sees them. */
export type AnyMapper = (value: unknown, key: unknown, record: RecordView) => unknown;
export type AnyPredicate = (value: unknown, key: unknown, record: RecordView) => boolean;
export type AnyAction = (value: unknown, key: unknown, record: RecordView) => void;
export type AnyPairMapper = (value: unknown, key: unknown, record: RecordView) => readonly [unknown, unknown];
export type AnyInitializer = () => unknown;
export type AnyAggregator = (aggregate: unknown, value: unknown, key: unknown, record: RecordView) => unknown;
export type AnyMerger = (aggregate: unknown, other: unknown, key: unknown, record: RecordView) => unknown;
export type AnyJoiner = (left: unknown, right: unknown, key: unknown, record: RecordView) => unknown;
/** A {@link AnyJoiner} that also gets the key that was looked up in the table. */
export type AnyStreamTableJoiner = (
  left: unknown,
  right: unknown,
  key: unknown,
  record: RecordView,
  tableKey: unknown,
) => unknown;
