/** The options of operators. An option that an operator does not know is an error. */
import type { RecordView } from '../record/record-context.js';
import type { Serde } from '../serde/serde.js';
import type { StoreEngine } from '../store/spec.js';
import type { StoreBuilder } from '../store/store-builder.js';
import type { Duration } from '../time/duration.js';
import type { KeyPartitioner, Partitioner, TimestampExtractor } from '../processor/api/topic-functions.js';
import type { OffsetReset } from '../topology/offset-reset.js';

/** Options of operators that can only be named. */
export interface NamedOptions {
  /**
   * Name of the operator in the topology. Default: a prefix and a number, `KSTREAM-FILTER-0000000003`; the number depends
   * on the operators written before it. Letters, digits, `.`, `_`, `-`; at most 249. Kafka Streams: `Named`.
   */
  readonly name?: string | undefined;
}

/** Options of `process` and `processValues`. */
export interface ProcessedOptions extends NamedOptions {
  /** Names of stores to connect: those of `addStateStore`, or of other operators. Global stores need not be named. */
  readonly stores?: readonly string[] | undefined;
}

/** How a topic is read. Kafka Streams: `Consumed`. */
export interface ConsumedOptions<K, V> extends NamedOptions {
  /** Default: the application's `defaultKeySerde`. */
  readonly key?: Serde<K> | undefined;
  /** Default: the application's `defaultValueSerde`. */
  readonly value?: Serde<V> | undefined;
  /** Gives records their time. Default: the application's, which by default takes the record's own timestamp. */
  readonly timestampExtractor?: TimestampExtractor | undefined;
  /** Where reading begins when the group has no committed offset, or one that is not in the log any more: `earliest`, `latest`, `none` (an error) or `{ byDuration: '1h' }`. Default: the application's `autoOffsetReset`. */
  readonly offsetReset?: OffsetReset | undefined;
}

/** How the state of an operator is kept. Kafka Streams: `Materialized`. */
export interface MaterializedOptions<K, V> {
  /** Name of the store, which makes it queryable; its changelog topic is named after it. Default: a generated name. */
  readonly store?: string | undefined;
  /** Default: that of the stream or table it is made from. */
  readonly key?: Serde<K> | undefined;
  readonly value?: Serde<NonNullable<V>> | undefined;
  /** Hold back updates of a key until the next commit, so that only the last of them is emitted. Default: true. */
  readonly caching?: boolean | undefined;
  /** Back the store by a changelog topic; as an object: with this topic configuration. Default: true. */
  readonly logging?: boolean | Readonly<Record<string, string>> | undefined;
  /** Where the store lives: `level`, on disk, `memory`, or an engine of your own. Default: `level`. */
  readonly engine?: StoreEngine | undefined;
  /**
   * Keep headers beside each value; a processor that the store is connected to reads and writes them. Not for tables with a
   * history. Default: the application's `dslStoreFormat`.
   */
  readonly headers?: boolean | undefined;
}

/** How the history of a table is kept. Kafka Streams: `Stores.persistentVersionedKeyValueStore`. */
export interface VersionedOptions {
  /**
   * How far back the table can be asked for, behind the highest timestamp that it has seen. Updates that are older are
   * dropped and counted as late.
   */
  readonly historyRetention: Duration;
  /** History expires in stretches of this length. Default: between 2 s and 5 min, or a 24th of a long retention. */
  readonly segmentInterval?: Duration | undefined;
}

/** Options of a table with one value a key. */
export interface TableStoreOptions {
  /**
   * Keep the history of each key: an update out of order is then a version of its own time and does not replace a newer
   * one, and joins of streams find what was valid at the time of their records. Needs a store name; `caching` has no effect.
   */
  readonly versioned?: VersionedOptions | undefined;
}

/** Options of an operator that keeps one value a key. */
export interface StatefulOptions<K, V> extends NamedOptions, MaterializedOptions<K, V>, TableStoreOptions {}

/** Options of `transformValues`. */
export interface TransformValuesOptions<K, V> extends StatefulOptions<K, V> {
  /** Names of stores to connect: those of `addStateStore`, or of other operators. Global stores need not be named. */
  readonly stores?: readonly string[] | undefined;
}

/** Options of an operator that keeps one value a key and window. */
export interface WindowedOptions<K, V> extends NamedOptions, MaterializedOptions<K, V> {
  /** How long windows stay in the store, from their start. Default and least: size and grace of the windows. */
  readonly retention?: Duration | undefined;
}

/** Options of `table`. */
export interface TableOptions<K, V>
  extends ConsumedOptions<K, V>, Omit<MaterializedOptions<K, V>, 'key' | 'value'>, TableStoreOptions {}

/** Options of `addGlobalStore`: records have their own timestamps, and the topic is always read from the start. */
export type GlobalConsumedOptions<K, V> = Omit<ConsumedOptions<K, V>, 'timestampExtractor' | 'offsetReset'>;

/**
 * Options of `globalTable`. Its rows have the timestamps of their records, and its topic is always read from the start:
 * extractors and reset policies do not apply, as in Kafka Streams, which takes them and ignores them.
 */
export interface GlobalTableOptions<K, V> extends Omit<ConsumedOptions<K, V>, 'timestampExtractor' | 'offsetReset'> {
  /** Name of the store, which makes it queryable. Default: a generated name. */
  readonly store?: string | undefined;
  /** Where the store lives: `level`, on disk, `memory`, or an engine of your own. Default: `level`. */
  readonly engine?: StoreEngine | undefined;
  /** Keep headers beside each value. Default: the application's `dslStoreFormat`. */
  readonly headers?: boolean | undefined;
}

/** How records are written to a topic. Kafka Streams: `Produced`. */
export interface ProducedOptions<K, V> extends NamedOptions {
  /** Default: that of the stream, else the application's default. */
  readonly key?: Serde<NonNullable<K>> | undefined;
  readonly value?: Serde<NonNullable<V>> | undefined;
  /** Chooses the partition. Default: by a hash of the key, as Kafka does; of windowed keys only the inner key counts. */
  readonly partitioner?: Partitioner | undefined;
}

/** How a stream or table is grouped. Kafka Streams: `Grouped`. */
export interface GroupedOptions<K, V> {
  /** Name of the repartition topic, if one is needed: `<name>-repartition`; also of the operator that chooses the key. */
  readonly name?: string | undefined;
  /** Default: that of the stream, unless the key is changed. */
  readonly key?: Serde<K> | undefined;
  readonly value?: Serde<NonNullable<V>> | undefined;
}

/** How a stream is repartitioned. Kafka Streams: `Repartitioned`. */
export interface RepartitionedOptions<K, V> {
  /** The topic is `<name>-repartition`. Default: a generated name. */
  readonly name?: string | undefined;
  readonly key?: Serde<NonNullable<K>> | undefined;
  readonly value?: Serde<NonNullable<V>> | undefined;
  /** Number of partitions of the topic. Default: as many as the topics it is written from have. */
  readonly partitions?: number | undefined;
  readonly partitioner?: Partitioner | undefined;
}

/** How a stream is joined with a table. Kafka Streams: `Joined`. */
export interface JoinedOptions<K, V> extends NamedOptions {
  /** Serde of the stream's keys, should the stream have to be repartitioned. Default: the stream's. */
  readonly key?: Serde<K> | undefined;
  /** Serde of the stream's values, should the stream have to be repartitioned. Default: the stream's. */
  readonly value?: Serde<NonNullable<V>> | undefined;
  /**
   * Hold records back until the stream is this much further in time, so that updates of the table that come late are found;
   * they are then joined in the order of their timestamps. A record that is later than that is joined at once. The table
   * must be versioned, with at least as much history. What is held back is kept in a store `<name of the join>-Buffer` with
   * a changelog. Default: none, each record is joined as it comes. Kafka Streams: `Joined.withGracePeriod`.
   */
  readonly grace?: Duration | undefined;
}

/** How two streams are joined. Kafka Streams: `StreamJoined`. */
export interface StreamJoinedOptions<K, V, VO> extends NamedOptions {
  /**
   * The stores are called `<store>-this-join-store`, `<store>-other-join-store` and the like, and their changelog topics
   * after them. Default: generated names.
   */
  readonly store?: string | undefined;
  /** Serde of the keys of both streams, in the stores and where they have to be repartitioned. Default: that of each stream. */
  readonly key?: Serde<NonNullable<K>> | undefined;
  /** Serde of the values of this stream. Default: the stream's. */
  readonly value?: Serde<NonNullable<V>> | undefined;
  /** Serde of the values of the other stream. Default: the other stream's. */
  readonly otherValue?: Serde<NonNullable<VO>> | undefined;
  /** Back the stores by changelog topics; as an object: with this topic configuration. Default: true. */
  readonly logging?: boolean | Readonly<Record<string, string>> | undefined;
  /** Where the stores live: `level`, on disk, `memory`, or an engine of your own. Default: `level`. Kafka Streams: `withDslStoreSuppliers`. */
  readonly engine?: StoreEngine | undefined;
  /**
   * The store of this stream's records in place of the join's own, made by `stores.window(…)` with `retainDuplicates: true`,
   * the `windowSize` of the join's windows (`before` and `after`) and a `retention` of that and the grace. Its name, engine,
   * logging and topic configuration are used, and its serdes where `key` and `value` are not given; it is not cached. The
   * store of records that wait for a partner is called `<name>-left-shared-join-store` or `<name>-outer-shared-join-store`
   * and lives where it does, unless `engine` is given. Kafka Streams: `withThisStoreSupplier`.
   */
  readonly thisStore?: StoreBuilder | undefined;
  /** The same for the records of the other stream. Kafka Streams: `withOtherStoreSupplier`. */
  readonly otherStore?: StoreBuilder | undefined;
}

/** How two tables are joined by a foreign key. Kafka Streams: `TableJoined`, `Materialized`. */
export interface ForeignKeyJoinOptions<K, KO, VR> extends StatefulOptions<K, VR> {
  /**
   * How the left table is partitioned, if not by Kafka's default: chooses the partition of a left key. The value that it gets
   * is always null, and it must choose exactly one, or return null for the default. Default: where the left row came from.
   */
  readonly partitioner?: KeyPartitioner<K> | undefined;
  /** The same for the right table and its keys. Default: Kafka's. */
  readonly otherPartitioner?: KeyPartitioner<KO> | undefined;
}

/** How records are printed. Kafka Streams: `Printed`. */
export interface PrintedOptions<K, V> extends NamedOptions {
  /** Stands in brackets before each record. Default: the name of the operator before. */
  readonly label?: string | undefined;
  /** Text of a record. Default: `<key>, <value>`. */
  readonly mapper?: ((value: V, key: K, record: RecordView) => string) | undefined;
  /** Takes a line. Default: `console.log`. */
  readonly write?: ((line: string) => void) | undefined;
}

export const NAMED = ['name'] as const satisfies readonly (keyof NamedOptions)[];

export const PROCESSED = [...NAMED, 'stores'] as const satisfies readonly (keyof ProcessedOptions)[];

export const CONSUMED = [
  ...NAMED,
  'key',
  'value',
  'timestampExtractor',
  'offsetReset',
] as const satisfies readonly (keyof ConsumedOptions<unknown, unknown>)[];

export const MATERIALIZED = [
  'store',
  'key',
  'value',
  'caching',
  'logging',
  'engine',
  'headers',
] as const satisfies readonly (keyof MaterializedOptions<unknown, unknown>)[];

export const VERSIONED = ['historyRetention', 'segmentInterval'] as const satisfies readonly (keyof VersionedOptions)[];

export const STATEFUL = [...NAMED, ...MATERIALIZED, 'versioned'] as const satisfies readonly (keyof StatefulOptions<
  unknown,
  unknown
>)[];

export const TRANSFORM_VALUES = [...STATEFUL, 'stores'] as const satisfies readonly (keyof TransformValuesOptions<
  unknown,
  unknown
>)[];

export const WINDOWED = [...NAMED, ...MATERIALIZED, 'retention'] as const satisfies readonly (keyof WindowedOptions<
  unknown,
  unknown
>)[];

export const TABLE = [
  ...CONSUMED,
  'store',
  'caching',
  'logging',
  'engine',
  'headers',
  'versioned',
] as const satisfies readonly (keyof TableOptions<unknown, unknown>)[];

export const GLOBAL_CONSUMED = [...NAMED, 'key', 'value'] as const satisfies readonly (keyof GlobalConsumedOptions<
  unknown,
  unknown
>)[];

export const GLOBAL_TABLE = [
  ...NAMED,
  'key',
  'value',
  'store',
  'engine',
  'headers',
] as const satisfies readonly (keyof GlobalTableOptions<unknown, unknown>)[];

export const PRODUCED = [...NAMED, 'key', 'value', 'partitioner'] as const satisfies readonly (keyof ProducedOptions<
  unknown,
  unknown
>)[];

export const GROUPED = ['name', 'key', 'value'] as const satisfies readonly (keyof GroupedOptions<unknown, unknown>)[];

export const REPARTITIONED = [
  'name',
  'key',
  'value',
  'partitions',
  'partitioner',
] as const satisfies readonly (keyof RepartitionedOptions<unknown, unknown>)[];

export const JOINED = [...NAMED, 'key', 'value', 'grace'] as const satisfies readonly (keyof JoinedOptions<
  unknown,
  unknown
>)[];

export const STREAM_JOINED = [
  ...NAMED,
  'store',
  'key',
  'value',
  'otherValue',
  'thisStore',
  'otherStore',
  'logging',
  'engine',
] as const satisfies readonly (keyof StreamJoinedOptions<unknown, unknown, unknown>)[];

export const FOREIGN_KEY_JOIN = [
  ...STATEFUL,
  'partitioner',
  'otherPartitioner',
] as const satisfies readonly (keyof ForeignKeyJoinOptions<unknown, unknown, unknown>)[];

export const PRINTED = [...NAMED, 'label', 'mapper', 'write'] as const satisfies readonly (keyof PrintedOptions<
  unknown,
  unknown
>)[];
