/** The options of an application as they are given: each with its type, its meaning and its default. `table.ts` has their checks. */
import type { KafkaOptions } from '../broker/kafkajs/kafka-options.js';
import type { Compression } from '../broker/port.js';
import type { GivenLogger } from '../observe/logger.js';
import type { Telemetry } from '../observe/telemetry.js';
import type { UpgradeFrom } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import type { ServerOptions } from '../serve/options.js';
import type { StoreEngine } from '../store/spec.js';
import type { GivenFailureOptions } from '../task/failure-options.js';
import type { Clock } from '../time/clock.js';
import type { Duration } from '../time/duration.js';
import type { CreateTopics } from '../topology/created-topics.js';
import type { TimestampExtractor } from '../processor/api/topic-functions.js';
import type { OffsetReset } from '../topology/offset-reset.js';

/** Everything an application can be told. Kafka Streams: `StreamsConfig` (the option of the same name, with dots). */
export interface KafkaStreamsOptions extends GivenFailureOptions {
  /** Name of the application: its consumer group, the prefix of its internal topics and of its state folder. Required. */
  readonly applicationId: string;
  /** How to reach Kafka: kafkajs's own configuration (brokers, ssl, sasl, clientId, …). `clientId` is what the names of all connections begin with, by default `<applicationId>-<host>-<process>`; what the connection is for follows. Required. */
  readonly kafka: KafkaOptions;
  /** How long `start()` waits for a broker that cannot be reached yet or is just starting, so that services may start beside it. Each attempt has one line in the log. 0: the first attempt decides. Default 1 min. */
  readonly startTimeout?: Duration | undefined;
  /** How long `close()` may take in all, when it is not told another time. An epoch that cannot be committed by then, as no broker answers, is given up: `close()` rejects (`CLOSE_TIMED_OUT`), the state is `ERROR`, and what was processed since the last commit is processed again at the next start. Default 30 s. */
  readonly closeTimeout?: Duration | undefined;
  /** Folder of the local state. Default: `<system temp>/millrace`; give a lasting one in production. */
  readonly stateDir?: string | undefined;
  /**
   * What a failure may do to results. `at_least_once`: records may be processed twice. `exactly_once_v2`: what is written, the
   * state and the offsets of what was read become visible together, in transactions; inputs are read committed. Needs Kafka
   * 2.8 or newer. Default `at_least_once`. Kafka Streams: `processing.guarantee`.
   */
  readonly processingGuarantee?: ProcessingGuarantee | undefined;
  /** With `exactly_once_v2`: time after which the broker ends a transaction by itself, and its records are processed again. Must be longer than a user's function or promise may take, and than `commitInterval`; `transaction.max.timeout.ms` of the broker (15 min) is its limit. Default 10 s. Kafka Streams: `transaction.timeout.ms`. */
  readonly transactionTimeout?: Duration | undefined;
  /** Time between two commits. Default 30 s, with `exactly_once_v2` 100 ms. Kafka Streams: `commit.interval.ms`. */
  readonly commitInterval?: Duration | undefined;
  /** Bytes of updates held back between two commits to emit one per key, shared by all stores. 0 emits every update. Default 10 MiB. Kafka Streams: `statestore.cache.max.bytes`. */
  readonly stateStoreCacheMaxBytes?: number | undefined;
  /** Bytes of LevelDB's buffers and caches, divided over the open tasks. Default 64 MiB. */
  readonly stateStoreMemoryBytes?: number | undefined;
  /** How long a task waits for an empty partition before it goes on without it. -1: never waits. Default 0: waits only for what the broker already has. Kafka Streams: `max.task.idle.ms`. */
  readonly maxTaskIdle?: Duration | undefined;
  /** Least wall time between two emissions of what time has made final: closed windows, and rows of outer joins that found no partner. Default 1 s. Kafka Streams: two internal settings, both 1 s. */
  readonly emitInterval?: Duration | undefined;
  /** How long a task that is given up, in a rebalance or at the end, waits for records that asynchronous functions (`mapValuesAsync`, `asyncProcess`) still work on. What is not done by then is processed again by the next owner. Default 10 s. */
  readonly asyncDrainTimeout?: Duration | undefined;
  /** Where the stores of operators live that do not say so themselves: `level`, on disk, `memory`, or an engine of your own (`EngineSupplier`). Default `level`. Kafka Streams: `dsl.store.suppliers.class`. */
  readonly dslStores?: StoreEngine | undefined;
  /** What the stores of operators on disk keep beside values and times, where an operator does not say: `headers`, or nothing (`default`). The operators put no headers themselves; processors that a store is connected to may. Changelogs are read in either way, so a change needs no migration: stores on disk are rebuilt from them once. Default `default`. Kafka Streams: `dsl.store.format`. */
  readonly dslStoreFormat?: 'default' | 'headers' | undefined;
  /** While instances of an older release of Kafka Streams still run: that release, from `2.4` on. Records that they read are then written as they know them: up to `3.4` the two halves of a regrouped table's change, up to `3.3` the registrations of foreign-key joins. Set it in a first round of restarts, remove it in a second one once none of them is left. Default none. Kafka Streams: `upgrade.from`. */
  readonly upgradeFrom?: UpgradeFrom | undefined;
  /** Where a source that has no `offsetReset` of its own starts without a committed offset, or with one that is not in the log any more: `earliest`, `latest`, `none` (an error) or `{ byDuration: '1h' }` (the first record that is at most this old, else the end). Default `earliest`. Kafka Streams: `auto.offset.reset`. */
  readonly autoOffsetReset?: OffsetReset | undefined;
  /** What is read of inputs, of global tables and at restoring: `readUncommitted`, everything, or `readCommitted`, without the records of transactions that are open or were aborted. With it, the ends that lag, idling and a start at `latest` count by are those of the last stable offset: one transaction that stays open holds its partition up. Default `readUncommitted`. Kafka Streams: `isolation.level` of the consumer. */
  readonly isolationLevel?: IsolationLevel | undefined;
  /** Serde of keys where neither the operator nor its input has one. Default none: such an operator is an error at start. */
  readonly defaultKeySerde?: Serde<unknown> | undefined;
  /** The same for values. */
  readonly defaultValueSerde?: Serde<unknown> | undefined;
  /** Timestamp of records from topics. Default: the record's own; a negative one is an error. */
  readonly timestampExtractor?: TimestampExtractor | undefined;
  /** Inputs and outputs that the topology names and that do not exist are created at start, for development: `true`, with one partition, or `{ partitions, replicationFactor, config }`. Default: that one is missing is an error. */
  readonly createTopics?: boolean | CreateTopics | undefined;
  /** Replicas of internal topics. Default -1: the broker's default. */
  readonly replicationFactor?: number | undefined;
  /** Configuration of internal topics over Kafka Streams' own, e.g. `{ 'min.insync.replicas': '2' }`. */
  readonly topicConfig?: Readonly<Record<string, string>> | undefined;
  /** Added to the retention of window changelogs. Default 1 d. Kafka Streams: `windowstore.changelog.additional.retention.ms`. */
  readonly windowStoreChangelogAdditionalRetention?: Duration | undefined;
  /** Processed records of repartition topics are deleted this often. Default 30 s. */
  readonly repartitionPurgeInterval?: Duration | undefined;
  /** Name of this instance as a static member: a restart within `sessionTimeout` keeps its tasks. Default none. */
  readonly groupInstanceId?: string | undefined;
  /** After this time without a heartbeat the tasks go to others. Default 10 s. */
  readonly sessionTimeout?: Duration | undefined;
  /**
   * An instance hears of a rebalance with a heartbeat, so the others wait up to this long for it. Default 500 ms, at most a third of
   * `sessionTimeout`. Kafka Streams: 3 s.
   */
  readonly heartbeatInterval?: Duration | undefined;
  /** How long the group waits for a member to join again. Default 5 min. */
  readonly rebalanceTimeout?: Duration | undefined;
  /** How often the topics of the application are looked at: more partitions of an input, other topics that match a pattern, topics that are gone or were created again. Default 5 min. Kafka Streams: `metadata.max.age.ms`. */
  readonly metadataMaxAge?: Duration | undefined;
  /** A task that has records and makes no progress for so long is told in the log, with what it waits for, and counted in `metrics().stalls`. Default 1 min. */
  readonly stallTimeout?: Duration | undefined;
  /** Whether the age of records is measured where tasks take them from topics and write them to topics (`metrics().latency`), which costs a comparison a record at either end. false: it costs nothing. Default true. Kafka Streams: `metrics.recording.level`. */
  readonly measureLatency?: boolean | undefined;
  /** Bytes of fetched records waiting in memory, over all partitions. Default 64 MiB. */
  readonly fetchBufferBytes?: number | undefined;
  /** Bytes asked of one partition in one fetch. Default 1 MiB. */
  readonly fetchPartitionBytes?: number | undefined;
  readonly producer?:
    | {
        /** Time a batch waits for more records. Default 10 ms. */
        readonly linger?: Duration | undefined;
        /** Size at which a batch is sent. Default 64 KiB. */
        readonly batchBytes?: number | undefined;
        /** Unacknowledged bytes that all partitions share. A task whose partitions hold more than their share waits, the others go on. Default 32 MiB. */
        readonly bufferBytes?: number | undefined;
        /** Default none. */
        readonly compression?: Compression | undefined;
        /** A batch that cannot be delivered in this time fails the application. Time in which the process stood still or the event loop was blocked does not count. Default 2 min. */
        readonly deliveryTimeout?: Duration | undefined;
      }
    | undefined;
  /** Where log lines go: `console`, or a logger of pino, winston, bunyan or NestJS as it is. Default: warnings and errors go to the console, as lines on stderr; `silentLogger` keeps quiet. */
  readonly logger?: GivenLogger | undefined;
  /** Who traces and measures the application: `openTelemetry()` of `millrace/opentelemetry`. Default: nobody. See [tracing](tracing.md). */
  readonly telemetry?: Telemetry | undefined;
  /** Where the other instances, and those who ask them, reach this one: `host:port`, or `https://host:port` where what stands in front of all instances speaks TLS for them. It is told to the group, so that every instance knows who has which task and store (`streams.metadata()`). Default: where `server` listens, unless that is all addresses of the machine; else none. Kafka Streams: `application.server`. */
  readonly applicationServer?: string | undefined;
  /** Answers over HTTP how the application is: health, metrics, topology; `{}` for this machine alone, at port 8788. Needs the packages `hono` and `@hono/node-server`, and `prom-client` for `/metrics`. It listens from `start()` on until the application has ended. Default: no server. See [watching](watching.md). */
  readonly server?: ServerOptions | undefined;
  /** The wall clock. */
  readonly clock?: Clock | undefined;
}

/** What a failure may do to results. */
export type ProcessingGuarantee = 'at_least_once' | 'exactly_once_v2';

/** What is read of transactions. */
export type IsolationLevel = 'readUncommitted' | 'readCommitted';
