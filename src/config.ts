/** The options of an application: defaults, units, and the one place where they are checked. */
import { z } from 'zod';
import type { Clock } from './time/clock.js';
import { systemClock } from './time/clock.js';
import { problemOfDuration, toMilliseconds, type Duration } from './time/duration.js';
import { MillraceError } from './errors/error.js';
import { nearestName } from './errors/nearest-name.js';
import type { Compression, ReaderOptions } from './broker/port.js';
import type { KafkaOptions } from './broker/kafkajs/kafka-options.js';
import { kafkaProblems } from './broker/kafkajs/kafka-options.js';
import { consoleLogger, isLogger, messageFirst, type GivenLogger, type Logger } from './observe/logger.js';
import type { FailureDecision } from './record/decided.js';
import type { DeserializationHandler } from './source/reader-topic.js';
import { serverOptions, type ServerOptions } from './serve/options.js';
import { engineFault } from './store/engine-supplier.js';
import type { StoreEngine } from './store/spec.js';
import type { ProcessingErrorHandler, ProductionErrorHandler } from './task/error-handlers.js';
import { failureOptions, type DeadLetterTopic, type FailureOptions, type RetryErrors } from './task/failure-options.js';
import { UPGRADE_FROM, type UpgradeFrom } from './serde/older-formats.js';
import type { Serde } from './serde/serde.js';
import type { CreateTopics } from './topology/created-topics.js';
import type { TimestampExtractor } from './topology/node.js';
import { isOffsetReset, OFFSET_RESETS, type OffsetReset } from './topology/offset-reset.js';

/** Everything an application can be told. Kafka Streams: `StreamsConfig` (the option of the same name, with dots). */
export interface KafkaStreamsOptions {
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
  readonly errors?:
    | {
        /** A record at which a function of the topology threw is tried again: `attempts` in all, `backOff` (default 100 ms) before the second one, doubled before each further one up to `maxBackOff` (default 10 s). Its task waits, others go on. The operator that threw gets it again, not those before it; not when it has handed results on already, nor operators over windows, which may have changed one of several windows. Default: tried once. */
        readonly retry?: RetryErrors | undefined;
        /** What becomes of a record that still fails or cannot be decoded, where no handler says otherwise: `fail`, the instance fails, after a dead letter if there is a topic for it; `continue`, the record is left out, counted and logged; `deadLetter`, the same with a dead letter. Default `deadLetter` with a `deadLetterTopic`, else `fail`. */
        readonly then?: FailureDecision | undefined;
        /** Topic of dead letters: the bytes of the record as they were read, its headers, and headers that say what happened, as Kafka Streams writes them. `{ name, partitions, replicationFactor, config }`: created at start when it does not exist. Default none. Kafka Streams: `errors.dead.letter.queue.topic.name`. */
        readonly deadLetterTopic?: string | DeadLetterTopic | undefined;
      }
    | undefined;
  /** A record that cannot be decoded: of an input, or of a changelog or source topic while a store is restored from it (`record.store` tells which). Also asked about a record whose time cannot be kept (`TIMESTAMP_INVALID`). Answers as `errors.then`, or `{ then, deadLetters }` with dead letters of its own. Default: as `errors.then` says. Kafka Streams: `deserialization.exception.handler`. */
  readonly deserializationErrorHandler?: FailureDecision | DeserializationHandler | undefined;
  /** A user function that threw, of an operator, a timer or the processor of a global store; or an output that cannot be turned into bytes. Answers as `errors.then`, `retry`, or `{ then, deadLetters }`; a record that is left out is so at that operator, what came before it stands. Default: as `errors.then` says. Kafka Streams: `processing.exception.handler`. */
  readonly processingErrorHandler?: FailureDecision | ProcessingErrorHandler | undefined;
  /** A record that the broker refuses: larger than `max.message.bytes` of its topic, of a time or kind that the topic does not take. Answers as `errors.then`, or `{ then, deadLetters }`; the dead letter has the key and value of that record. Not asked about records of changelogs, without which state would be lost, nor when a broker cannot be reached, a topic may not be written to or is gone: that ends the instance. Default: as `errors.then` says. Kafka Streams: `production.exception.handler`. */
  readonly productionErrorHandler?: FailureDecision | ProductionErrorHandler | undefined;
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
  /** Default: a third of the session time-out, at most 3 s. */
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
  /** Where the other instances, and those who ask them, reach this one: `host:port`. It is told to the group, so that every instance knows who has which task and store (`streams.metadata()`). Default: where `server` listens, unless that is all addresses of the machine; else none. Kafka Streams: `application.server`. */
  readonly applicationServer?: string | undefined;
  /** Answers over HTTP how the application is: health, metrics, topology; `{}` for this machine alone, at port 8788. Needs the packages hono and @hono/node-server, and prom-client for `/metrics`. It listens from `start()` on until the application has ended. Default: no server. See [watching](watching.md). */
  readonly server?: ServerOptions | undefined;
  /** The wall clock. */
  readonly clock?: Clock | undefined;
}

/** What a failure may do to results. */
export type ProcessingGuarantee = 'at_least_once' | 'exactly_once_v2';

/** What is read of transactions. */
export type IsolationLevel = 'readUncommitted' | 'readCommitted';

/** The options with defaults filled in and durations in milliseconds. */
export interface Config extends FailureOptions {
  readonly applicationId: string;
  readonly kafka: KafkaOptions;
  readonly startTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly stateDir: string | null;
  /** Null: at-least-once, without transactions. */
  readonly transactionTimeoutMs: number | null;
  readonly commitIntervalMs: number;
  readonly stateStoreCacheMaxBytes: number;
  readonly stateStoreMemoryBytes: number;
  readonly maxTaskIdleMs: number;
  readonly emitIntervalMs: number;
  readonly dslStores: StoreEngine;
  readonly dslStoreFormat: 'headers' | null;
  readonly upgradeFrom: UpgradeFrom | null;
  readonly asyncDrainTimeoutMs: number;
  readonly autoOffsetReset: OffsetReset;
  readonly isolation: ReaderOptions['isolation'];
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  readonly timestampExtractor: TimestampExtractor | null;
  readonly replicationFactor: number;
  readonly topicConfig: Readonly<Record<string, string>>;
  /** Null: nothing is created. */
  readonly createTopics: CreateTopics | null;
  readonly windowStoreChangelogAdditionalRetentionMs: number;
  readonly repartitionPurgeIntervalMs: number;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  readonly stallTimeoutMs: number;
  readonly measureLatency: boolean;
  readonly fetchBufferBytes: number;
  readonly fetchPartitionBytes: number;
  readonly producer: {
    readonly lingerMs: number;
    readonly batchBytes: number;
    readonly bufferBytes: number;
    readonly compression: Compression;
    readonly deliveryTimeoutMs: number;
  };
  readonly server: ServerOptions | null;
  readonly applicationServer: string | null;
  readonly logger: Logger;
  readonly clock: Clock;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const SESSION_TIMEOUT_MS = 10_000;
const ADDRESS = 'must be host:port, as others reach this instance';

/** @param least of milliseconds; `also`: a number that is no length of time and has a meaning of its own */
function durationOf(least = 0, also?: number): z.ZodOptional<z.ZodCustom<Duration, Duration>> {
  return z
    .custom<Duration>((it) => it === also || durationProblem(it, least) === null, {
      error: ({ input }) => durationProblem(input, least) ?? '',
    })
    .optional();
}

function durationProblem(it: unknown, least: number): string | null {
  const problem = problemOfDuration(it);
  if (problem !== null || toMilliseconds(it as Duration, '') >= least) return problem;
  return `must be at least ${String(least)} ms`;
}

const duration = durationOf();
const REPLICAS = "must be at least 1, or -1 for the broker's default";
const positive = z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }).optional();
const natural = z.int({ error: 'must be a whole number' }).min(0, { error: 'must not be negative' }).optional();
const serde = z
  .custom<Serde<unknown>>((it) => isObjectWith(it, 'serialize', 'deserialize'), { error: 'must be a serde' })
  .optional();
const engine = z.custom<StoreEngine>((it) => engineFault(it) === null, {
  error: ({ input }) => engineFault(input) ?? '',
});
const fn = z.custom<(...args: never[]) => unknown>((it) => typeof it === 'function', { error: 'must be a function' });
const decisions = z.enum(['fail', 'continue', 'deadLetter'], { error: "must be 'fail', 'continue' or 'deadLetter'" });
const decision = z.union([decisions, fn], { error: "must be 'fail', 'continue', 'deadLetter' or a function" });
const topicName = z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, { error: 'must be the name of a topic' });

/** Topics that an application makes. */
const madeAs = {
  partitions: positive,
  replicationFactor: z.int().min(-1).max(32767).optional(),
  config: z.record(z.string(), z.string()).optional(),
};

const schema = z.strictObject({
  applicationId: z
    .string({ error: 'is required: the name of the application' })
    .regex(/^[a-zA-Z0-9._-]{1,249}$/, { error: 'may hold letters, digits, ".", "_" and "-", at most 249' }),
  kafka: z.looseObject(
    {
      brokers: z.union([z.array(z.string()).min(1), fn], {
        error: "must be a list of addresses such as ['host:9092']",
      }),
    },
    { error: "is required: how to reach Kafka, e.g. { brokers: ['localhost:9092'] }" },
  ),
  startTimeout: duration,
  closeTimeout: duration,
  stateDir: z.string().min(1).optional(),
  processingGuarantee: z
    .enum(['at_least_once', 'exactly_once_v2'], { error: "must be 'at_least_once' or 'exactly_once_v2'" })
    .optional(),
  transactionTimeout: duration,
  commitInterval: duration,
  stateStoreCacheMaxBytes: natural,
  stateStoreMemoryBytes: positive,
  maxTaskIdle: durationOf(0, -1),
  emitInterval: duration,
  dslStores: engine.optional(),
  dslStoreFormat: z.enum(['default', 'headers'], { error: "must be 'default' or 'headers'" }).optional(),
  upgradeFrom: z.enum(UPGRADE_FROM, { error: `must be one of ${UPGRADE_FROM.join(', ')}` }).optional(),
  asyncDrainTimeout: duration,
  autoOffsetReset: z.custom<OffsetReset>(isOffsetReset, { error: `must be ${OFFSET_RESETS}` }).optional(),
  isolationLevel: z
    .enum(['readUncommitted', 'readCommitted'], { error: "must be 'readUncommitted' or 'readCommitted'" })
    .optional(),
  defaultKeySerde: serde,
  defaultValueSerde: serde,
  timestampExtractor: fn.optional(),
  errors: z
    .strictObject({
      retry: z
        .strictObject({
          attempts: z
            .int({ error: 'must be a whole number' })
            .min(2, { error: 'must be at least 2, the first one included' }),
          backOff: duration,
          maxBackOff: duration,
        })
        .optional(),
      then: decisions.optional(),
      deadLetterTopic: z
        .union([topicName, z.strictObject({ name: topicName, ...madeAs })], {
          error: 'must be the name of a topic, or { name, partitions, replicationFactor, config } to have it created',
        })
        .optional(),
    })
    .optional(),
  deserializationErrorHandler: decision.optional(),
  processingErrorHandler: decision.optional(),
  productionErrorHandler: decision.optional(),
  replicationFactor: z
    .int({ error: 'must be a whole number' })
    .min(-1, { error: REPLICAS })
    .max(32767, { error: REPLICAS })
    .refine((it) => it !== 0, { error: REPLICAS })
    .optional(),
  topicConfig: z.record(z.string(), z.string(), { error: 'must be texts by name' }).optional(),
  createTopics: z
    .union([z.boolean(), z.strictObject(madeAs)], {
      error: 'must be true or { partitions, replicationFactor, config }',
    })
    .optional(),
  windowStoreChangelogAdditionalRetention: duration,
  repartitionPurgeInterval: duration,
  groupInstanceId: z.string().min(1).optional(),
  sessionTimeout: durationOf(1),
  heartbeatInterval: durationOf(1),
  rebalanceTimeout: durationOf(1),
  metadataMaxAge: durationOf(1),
  stallTimeout: durationOf(1),
  measureLatency: z.boolean({ error: 'must be true or false' }).optional(),
  fetchBufferBytes: positive,
  fetchPartitionBytes: positive,
  producer: z
    .strictObject({
      linger: duration,
      batchBytes: positive,
      bufferBytes: positive,
      compression: z
        .enum(['none', 'gzip', 'snappy', 'lz4', 'zstd'], { error: 'must be none, gzip, snappy, lz4 or zstd' })
        .optional(),
      deliveryTimeout: duration,
    })
    .optional(),
  logger: z
    .custom<GivenLogger>(isLogger, {
      error: 'must be a logger, with the methods debug, info (or log), warn and error',
    })
    .optional(),
  server: serverOptions.optional(),
  applicationServer: z
    .string({ error: ADDRESS })
    .regex(/^([^\s:/@[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, { error: ADDRESS })
    .optional(),
  clock: z.custom<Clock>((it) => isObjectWith(it, 'now'), { error: 'must have now()' }).optional(),
});

/** Checks the options and fills in defaults. @throws MillraceError CONFIG_INVALID naming every option that is wrong */
export function readConfig(options: KafkaStreamsOptions): Config {
  const problems = problemsOf(options);
  if (problems.length > 0) {
    throw new MillraceError('CONFIG_INVALID', `the options of KafkaStreams are not valid: ${problems.join('; ')}`, {
      option: problems[0]?.split(' ', 1)[0],
    });
  }
  const given = options;
  const sessionTimeoutMs = milliseconds(given.sessionTimeout, SESSION_TIMEOUT_MS, 'sessionTimeout');
  const producer = given.producer ?? {};
  const { exact, commitIntervalMs, transactionTimeoutMs } = guaranteed(given);
  return {
    applicationId: given.applicationId,
    kafka: given.kafka,
    startTimeoutMs: milliseconds(given.startTimeout, 60_000, 'startTimeout'),
    closeTimeoutMs: milliseconds(given.closeTimeout, 30_000, 'closeTimeout'),
    stateDir: given.stateDir ?? null,
    transactionTimeoutMs,
    commitIntervalMs,
    stateStoreCacheMaxBytes: given.stateStoreCacheMaxBytes ?? 10 * MIB,
    stateStoreMemoryBytes: given.stateStoreMemoryBytes ?? 64 * MIB,
    maxTaskIdleMs: given.maxTaskIdle === -1 ? -1 : milliseconds(given.maxTaskIdle, 0, 'maxTaskIdle'),
    emitIntervalMs: milliseconds(given.emitInterval, 1_000, 'emitInterval'),
    dslStores: given.dslStores ?? 'level',
    dslStoreFormat: given.dslStoreFormat === 'headers' ? 'headers' : null,
    upgradeFrom: given.upgradeFrom ?? null,
    asyncDrainTimeoutMs: milliseconds(given.asyncDrainTimeout, 10_000, 'asyncDrainTimeout'),
    autoOffsetReset: given.autoOffsetReset ?? 'earliest',
    isolation: exact || given.isolationLevel === 'readCommitted' ? 'committed' : 'uncommitted',
    defaultKeySerde: given.defaultKeySerde,
    defaultValueSerde: given.defaultValueSerde,
    timestampExtractor: given.timestampExtractor ?? null,
    ...failureOptions(given),
    replicationFactor: given.replicationFactor ?? -1,
    topicConfig: given.topicConfig ?? {},
    createTopics: given.createTopics === true ? {} : given.createTopics || null,
    windowStoreChangelogAdditionalRetentionMs: milliseconds(
      given.windowStoreChangelogAdditionalRetention,
      86_400_000,
      'windowStoreChangelogAdditionalRetention',
    ),
    repartitionPurgeIntervalMs: milliseconds(given.repartitionPurgeInterval, 30_000, 'repartitionPurgeInterval'),
    groupInstanceId: given.groupInstanceId ?? null,
    sessionTimeoutMs,
    heartbeatIntervalMs: milliseconds(
      given.heartbeatInterval,
      Math.min(3_000, Math.floor(sessionTimeoutMs / 3)),
      'heartbeatInterval',
    ),
    rebalanceTimeoutMs: milliseconds(given.rebalanceTimeout, 300_000, 'rebalanceTimeout'),
    stallTimeoutMs: milliseconds(given.stallTimeout, 60_000, 'stallTimeout'),
    measureLatency: given.measureLatency ?? true,
    metadataMaxAgeMs: milliseconds(given.metadataMaxAge, 300_000, 'metadataMaxAge'),
    fetchBufferBytes: given.fetchBufferBytes ?? 64 * MIB,
    fetchPartitionBytes: given.fetchPartitionBytes ?? MIB,
    producer: {
      lingerMs: milliseconds(producer.linger, 10, 'producer.linger'),
      batchBytes: producer.batchBytes ?? 64 * KIB,
      bufferBytes: producer.bufferBytes ?? 32 * MIB,
      compression: producer.compression ?? 'none',
      deliveryTimeoutMs: milliseconds(producer.deliveryTimeout, 120_000, 'producer.deliveryTimeout'),
    },
    server: given.server ?? null,
    applicationServer: given.applicationServer ?? null,
    logger: given.logger === undefined ? consoleLogger : messageFirst(given.logger),
    clock: given.clock ?? systemClock,
  };
}

function guaranteed(given: KafkaStreamsOptions): Pick<Config, 'commitIntervalMs' | 'transactionTimeoutMs'> & {
  readonly exact: boolean;
} {
  const exact = given.processingGuarantee === 'exactly_once_v2';
  const commitIntervalMs = milliseconds(given.commitInterval, exact ? 100 : 30_000, 'commitInterval');
  const timeoutMs = milliseconds(given.transactionTimeout, 10_000, 'transactionTimeout');
  const refuse = (option: string, problem: string): never => {
    throw new MillraceError('CONFIG_INVALID', `the options of KafkaStreams are not valid: ${option} ${problem}`, {
      option,
    });
  };
  if (!exact && given.transactionTimeout !== undefined) {
    refuse('transactionTimeout', "is only for processingGuarantee: 'exactly_once_v2'");
  }
  if (exact && given.isolationLevel === 'readUncommitted') {
    refuse('isolationLevel', "cannot be readUncommitted with processingGuarantee: 'exactly_once_v2'; leave it out");
  }
  if (exact && commitIntervalMs >= timeoutMs) {
    refuse(
      'commitInterval',
      `(${String(commitIntervalMs)} ms) must be below transactionTimeout (${String(timeoutMs)} ms): the broker would end every transaction before its commit`,
    );
  }
  return { exact, commitIntervalMs, transactionTimeoutMs: exact ? timeoutMs : null };
}

function milliseconds(given: Duration | undefined, standard: number, option: string): number {
  return given === undefined ? standard : toMilliseconds(given, option);
}

function isObjectWith(it: unknown, ...methods: string[]): boolean {
  if (typeof it !== 'object' || it === null) return false;
  return methods.every((method) => typeof (it as Record<string, unknown>)[method] === 'function');
}

type Issue = z.core.$ZodIssue;

/** All at once, so that nobody has to start as often as there are mistakes; each begins with the name of its option. */
function problemsOf(options: KafkaStreamsOptions): string[] {
  if (typeof options !== 'object' || (options as unknown) === null) {
    return ["options must be an object such as { applicationId: 'my-app', kafka: { brokers: ['localhost:9092'] } }"];
  }
  const issues = schema.safeParse(options).error?.issues ?? [];
  const problems = issues.flatMap(describeIssue);
  const { kafka, sessionTimeout, heartbeatInterval } = options as Partial<KafkaStreamsOptions>;
  if (typeof kafka === 'object' && (kafka as unknown) !== null) problems.push(...kafkaProblems(kafka));
  const session = lengthOf(sessionTimeout ?? SESSION_TIMEOUT_MS);
  const heartbeat = lengthOf(heartbeatInterval);
  if (session !== null && heartbeat !== null && heartbeat >= session) {
    problems.push(
      `heartbeatInterval (${String(heartbeat)} ms) must be shorter than sessionTimeout (${String(session)} ms), a third of it or less`,
    );
  }
  return problems;
}

/** Milliseconds, null of what is no duration: that is told elsewhere. */
function lengthOf(given: Duration | undefined): number | null {
  return given === undefined || problemOfDuration(given) !== null ? null : toMilliseconds(given, '');
}

function describeIssue(issue: Issue): string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownAt(place);
    const prefix = place === '' ? '' : `${place}.`;
    return issue.keys.map((key) => `${prefix}${key} is not an option${suggestion(key, known)}`);
  }
  return [`${place} ${issue.message}`];
}

function knownAt(place: string): string[] {
  const { producer, errors, server } = schema.shape;
  if (place === 'server') return Object.keys(server.unwrap().shape);
  if (place === 'producer') return Object.keys(producer.unwrap().shape);
  if (place === 'errors') return Object.keys(errors.unwrap().shape);
  if (place === 'errors.retry') return Object.keys(errors.unwrap().shape.retry.unwrap().shape);
  return place === '' ? Object.keys(schema.shape) : [];
}

function suggestion(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  return near === null ? '' : ` (did you mean ${near}?)`;
}
