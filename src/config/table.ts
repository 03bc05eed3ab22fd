/** Every option of an application: how it is checked, what it is when it is left out, and what is read of it. */
import { z } from 'zod';
import type { KafkaOptions } from '../broker/kafkajs/kafka-options.js';
import { consoleLogger, isLogger, messageFirst, type GivenLogger } from '../observe/logger.js';
import type { Telemetry } from '../observe/telemetry.js';
import type { FailureDecision } from '../record/decided.js';
import { UPGRADE_FROM } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import { serverOptions } from '../serve/options.js';
import type { DeserializationHandler } from '../source/reader-topic.js';
import { engineFault } from '../store/engine-supplier.js';
import type { StoreEngine } from '../store/spec.js';
import type { ProcessingErrorHandler, ProductionErrorHandler } from '../task/error-handlers.js';
import type { ErrorOptions } from '../task/failure-options.js';
import { systemClock, type Clock } from '../time/clock.js';
import { toMilliseconds } from '../time/duration.js';
import type { TimestampExtractor } from '../processor/api/topic-functions.js';
import { isOffsetReset, OFFSET_RESETS, type OffsetReset } from '../topology/offset-reset.js';
import {
  durationOption,
  durationCheck,
  group,
  plain,
  readAs,
  required,
  wholeNumber,
  type OptionTable,
} from './option.js';
import type { KafkaStreamsOptions } from './options.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const ADDRESS = 'must be host:port, or https://host:port, as others reach this instance';
const REPLICAS = "must be at least 1, or -1 for the broker's default";

/** Of an option that holds others. */
const suchAs = (example: string): { error: (issue: { readonly code?: string | undefined }) => string | undefined } => ({
  error: ({ code }) => (code === 'invalid_type' ? `must be an object such as ${example}` : undefined),
});

const name = z.string().min(1);
const texts = z.record(z.string(), z.string(), { error: 'must be texts by name' });
const serde = z.custom<Serde<unknown>>((it) => isObjectWith(it, 'serialize', 'deserialize'), {
  error: 'must be a serde',
});
const engine = z.custom<StoreEngine>((it) => engineFault(it) === null, {
  error: ({ input }) => engineFault(input) ?? '',
});
const decisions = z.enum(['fail', 'continue', 'deadLetter'], { error: "must be 'fail', 'continue' or 'deadLetter'" });
const topicName = z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, { error: 'must be the name of a topic' });

/** Topics that an application makes. */
const madeAs = {
  partitions: z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }).optional(),
  replicationFactor: z.int().min(-1).max(32767).optional(),
  config: z.record(z.string(), z.string()).optional(),
};

function fn<F>(): z.ZodCustom<F> {
  return z.custom<F>((it) => typeof it === 'function', { error: 'must be a function' });
}

/** Left out, it is as `errors.then` says, which is found out with all options about failures in hand. */
function decision<Handler>() {
  const error = "must be 'fail', 'continue', 'deadLetter' or a function";
  return plain<FailureDecision | Handler, undefined>(z.union([decisions, fn<Handler>()], { error }), undefined);
}

/** Milliseconds without a heartbeat after which the tasks of an instance go to others. */
export function sessionTimeoutMs({ sessionTimeout = '10s' }: Partial<KafkaStreamsOptions>): number {
  return toMilliseconds(sessionTimeout, 'sessionTimeout');
}

/** Milliseconds between heartbeats: a rebalance waits for one of each member, and is to be over within a second. */
const HEARTBEAT_MS = 500;

export const optionTable = {
  applicationId: required(
    z
      .string({ error: 'is required: the name of the application' })
      .regex(/^[a-zA-Z0-9._-]{1,249}$/, { error: 'may hold letters, digits, ".", "_" and "-", at most 249' }),
  ),
  kafka: required<KafkaOptions>(
    z.looseObject(
      {
        brokers: z.union(
          [
            z.array(z.string()).min(1, { error: "must have at least one address such as 'host:9092'" }),
            fn<Exclude<KafkaOptions['brokers'], string[]>>(),
          ],
          {
            error: "must be a list of addresses such as ['host:9092']",
          },
        ),
      },
      { error: "is required: how to reach Kafka, e.g. { brokers: ['localhost:9092'] }" },
    ),
  ),
  startTimeout: durationOption('1m'),
  closeTimeout: durationOption('30s'),
  stateDir: plain(name, null),
  processingGuarantee: plain(
    z.enum(['at_least_once', 'exactly_once_v2'], { error: "must be 'at_least_once' or 'exactly_once_v2'" }),
    'at_least_once',
  ),
  transactionTimeout: durationOption('10s'),
  commitInterval: durationOption(({ processingGuarantee }) =>
    processingGuarantee === 'exactly_once_v2' ? 100 : 30_000,
  ),
  stateStoreCacheMaxBytes: wholeNumber(0, 10 * MIB),
  stateStoreMemoryBytes: wholeNumber(1, 64 * MIB),
  maxTaskIdle: durationOption(0, { also: -1 }),
  emitInterval: durationOption('1s'),
  asyncDrainTimeout: durationOption('10s'),
  dslStores: plain(engine, 'level'),
  dslStoreFormat: readAs(z.enum(['default', 'headers'], { error: "must be 'default' or 'headers'" }), (given) =>
    given === 'headers' ? given : null,
  ),
  upgradeFrom: plain(z.enum(UPGRADE_FROM, { error: `must be one of ${UPGRADE_FROM.join(', ')}` }), null),
  autoOffsetReset: plain(z.custom<OffsetReset>(isOffsetReset, { error: `must be ${OFFSET_RESETS}` }), 'earliest'),
  isolationLevel: plain(
    z.enum(['readUncommitted', 'readCommitted'], { error: "must be 'readUncommitted' or 'readCommitted'" }),
    'readUncommitted',
  ),
  defaultKeySerde: plain(serde, undefined),
  defaultValueSerde: plain(serde, undefined),
  timestampExtractor: plain(fn<TimestampExtractor>(), null),
  errors: plain<ErrorOptions, undefined>(
    z.strictObject(
      {
        retry: z
          .strictObject(
            {
              attempts: z
                .int({ error: 'must be a whole number' })
                .min(2, { error: 'must be at least 2, the first one included' }),
              backOff: durationCheck(),
              maxBackOff: durationCheck(),
            },
            suchAs('{ attempts: 4 }'),
          )
          .optional(),
        then: decisions.optional(),
        deadLetterTopic: z
          .union([topicName, z.strictObject({ name: topicName, ...madeAs })], {
            error: 'must be the name of a topic, or { name, partitions, replicationFactor, config } to have it created',
          })
          .optional(),
      },
      suchAs("{ retry: { attempts: 4 }, then: 'continue' }"),
    ),
    undefined,
  ),
  deserializationErrorHandler: decision<DeserializationHandler>(),
  processingErrorHandler: decision<ProcessingErrorHandler>(),
  productionErrorHandler: decision<ProductionErrorHandler>(),
  createTopics: readAs(
    z.union([z.boolean(), z.strictObject(madeAs)], {
      error: 'must be true or { partitions, replicationFactor, config }',
    }),
    (given) => (given === true ? {} : given || null),
  ),
  replicationFactor: plain(
    z
      .int({ error: 'must be a whole number' })
      .min(-1, { error: REPLICAS })
      .max(32767, { error: REPLICAS })
      .refine((it) => it !== 0, { error: REPLICAS }),
    -1,
  ),
  topicConfig: plain(texts, {}),
  windowStoreChangelogAdditionalRetention: durationOption('1d'),
  repartitionPurgeInterval: durationOption('30s'),
  groupInstanceId: plain(name, null),
  sessionTimeout: durationOption('10s', { least: 1 }),
  heartbeatInterval: durationOption((all) => Math.min(HEARTBEAT_MS, Math.floor(sessionTimeoutMs(all) / 3)), {
    least: 1,
  }),
  rebalanceTimeout: durationOption('5m', { least: 1 }),
  metadataMaxAge: durationOption('5m', { least: 1 }),
  stallTimeout: durationOption('1m', { least: 1 }),
  measureLatency: plain(z.boolean({ error: 'must be true or false' }), true),
  fetchBufferBytes: wholeNumber(1, 64 * MIB),
  fetchPartitionBytes: wholeNumber(1, MIB),
  producer: group({
    linger: durationOption('10ms'),
    batchBytes: wholeNumber(1, 64 * KIB),
    bufferBytes: wholeNumber(1, 32 * MIB),
    compression: plain(
      z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd'], { error: 'must be none, gzip, snappy, lz4 or zstd' }),
      'none',
    ),
    deliveryTimeout: durationOption('2m'),
  } satisfies OptionTable<NonNullable<KafkaStreamsOptions['producer']>>),
  logger: readAs(
    z.custom<GivenLogger>(isLogger, {
      error: 'must be a logger, with the methods debug, info (or log), warn and error',
    }),
    (given) => (given === undefined ? consoleLogger : messageFirst(given)),
  ),
  server: plain(serverOptions, null),
  telemetry: plain(
    z.custom<Telemetry>((it) => isObjectWith(it, 'watch', 'lengths'), {
      error: 'must be what openTelemetry() of millrace/opentelemetry gives',
    }),
    null,
  ),
  applicationServer: plain(
    z.string({ error: ADDRESS }).regex(/^(https:\/\/)?([^\s:/@[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, { error: ADDRESS }),
    null,
  ),
  clock: plain(
    z.custom<Clock>((it) => isObjectWith(it, 'now'), {
      error: 'must be an object with now(), such as { now: () => Date.now() }',
    }),
    systemClock,
  ),
} satisfies OptionTable<KafkaStreamsOptions>;

function isObjectWith(it: unknown, ...methods: string[]): boolean {
  if (typeof it !== 'object' || it === null) return false;
  return methods.every((method) => typeof (it as Record<string, unknown>)[method] === 'function');
}
