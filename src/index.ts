/** The front door: what an application imports. Everything that is not here is free to change. */

// What a user writes: sources, operators, and the options and functions that they take.
export { StreamsBuilder, type BuildOptions, type StreamsBuilderOptions } from './dsl/streams-builder.js';
export { KStream } from './dsl/stream.js';
export { KTable } from './dsl/table.js';
export { GlobalKTable } from './dsl/global-table.js';
export { KGroupedStream } from './dsl/grouped-stream.js';
export { KGroupedTable } from './dsl/grouped-table.js';
export { CogroupedKStream } from './dsl/cogrouped-stream.js';
export { SessionWindowedCogroupedKStream } from './dsl/session-windowed-cogrouped-stream.js';
export { TimeWindowedCogroupedKStream } from './dsl/time-windowed-cogrouped-stream.js';
export { TimeWindowedKStream } from './dsl/time-windowed-stream.js';
export { SessionWindowedKStream } from './dsl/session-windowed-stream.js';
export type { AsyncOptions, RetryOptions } from './dsl/async-options.js';
export type {
  Action,
  Aggregator,
  AsyncFunction,
  DeletingAggregator,
  ForeignKeyExtractor,
  GlobalTableJoiner,
  Guard,
  Initializer,
  Joiner,
  Merger,
  NotPromise,
  PairMapper,
  Predicate,
  Reducer,
  ValueMapper,
} from './processor/api/functions.js';
export type {
  ExtractableRecord,
  KeyPartitioner,
  Partitioner,
  TimestampExtractor,
} from './processor/api/topic-functions.js';
export { BranchedKStream, type BranchedOptions, type Branches, type SplitOptions } from './dsl/branched.js';
export type {
  BufferLimits,
  LimitedBuffer,
  StrictBuffer,
  SuppressOptions,
  SuppressUntilTimeLimit,
  SuppressUntilWindowCloses,
  TableWithoutWindows,
} from './dsl/suppressed.js';
export type {
  ConsumedOptions,
  ForeignKeyJoinOptions,
  GlobalConsumedOptions,
  GlobalTableOptions,
  GroupedOptions,
  JoinedOptions,
  MaterializedOptions,
  NamedOptions,
  PrintedOptions,
  ProcessedOptions,
  ProducedOptions,
  RepartitionedOptions,
  StatefulOptions,
  StreamJoinedOptions,
  TableOptions,
  TableStoreOptions,
  VersionedOptions,
  TransformValuesOptions,
  WindowedOptions,
} from './dsl/options.js';

// The Processor API: processors of one's own, their context, their records, their stores.
export type {
  FixedKeyProcessor,
  FixedKeyProcessorSupplier,
  Processor,
  ProcessorSupplier,
  Supplier,
} from './processor/api/processor.js';
export type {
  Cancellable,
  FixedKeyProcessorContext,
  ProcessingContext,
  ProcessorContext,
  PunctuationType,
  Punctuator,
  RecordMetadata,
  ScheduleOptions,
} from './processor/api/processor-context.js';
export type { ValueTransformer, ValueTransformerSupplier } from './processor/api/value-transformer.js';
export type { ProcessorWrapper } from './processor/api/processor-wrapper.js';
export { Record, type FixedKeyRecord, type ForwardableRecord, type ReadOnlyRecord } from './processor/api/record.js';
export {
  stores,
  type CachingStoreOptions,
  type CustomStoreOptions,
  type LruOptions,
  type SessionStoreOptions,
  type StoreOptions,
  type VersionedStoreOptions,
  type WindowStoreOptions,
} from './dsl/stores.js';

// A topology written by hand, node by node.
export {
  TopologyBuilder,
  type GlobalStoreOptions,
  type ReadOnlyStoreOptions,
  type SinkOptions,
  type SourceOptions,
  type TopologyBuilderOptions,
} from './dsl/topology-builder.js';

// What it becomes: a topology, which can be printed, tested and run.
export { Topology } from './topology/topology.js';
export type { DescribedNode, DescribedSubTopology, TopologyDescription } from './topology/describe.js';
export type { OffsetReset } from './topology/offset-reset.js';
export { timestampExtractors } from './topology/timestamp-extractors.js';
export type { Optimization, Optimize } from './topology/optimise/optimize.js';

// Time: windows, and lengths of time as they are written in options.
export { JoinWindows, type JoinWindowsOptions } from './time/join-windows.js';
export { TimeWindows, type TimeWindowsOptions } from './time/time-windows.js';
export { SlidingWindows, type SlidingWindowsOptions } from './time/sliding-windows.js';
export { UnlimitedWindows, type UnlimitedWindowsOptions } from './time/unlimited-windows.js';
export type { EmitStrategy } from './time/emit-strategy.js';
export type { AlignedWindows, FixedWindows } from './time/windows.js';
export { SessionWindows, type SessionWindowsOptions } from './time/session-windows.js';
export { Windowed, type Window } from './record/windowed.js';
export { duration, type Duration } from './time/duration.js';
export type { Clock } from './time/clock.js';

// Bytes and values, and what is known of a record beside them.
export { serdes } from './serde/serdes.js';
export type { Serde } from './serde/serde.js';
export type { JsonOptions } from './serde/json.js';
export type { StringOptions } from './serde/string.js';
export type { OtherEncoding } from './serde/text-encoding.js';
export type { ValidationOptions } from './serde/validated.js';
export type { SchemaIssue } from './serde/schema-message.js';
export type { SchemaVerdict, StandardSchema } from './serde/standard-schema.js';
export type { CloudEvent, CloudEventExtension } from './serde/cloud-event.js';
export type { CloudEventsOptions } from './serde/cloud-events.js';
export {
  headerText,
  NO_HEADERS,
  textHeader,
  type Header,
  type Headers,
  type WritableHeaders,
} from './record/headers.js';
export type { RecordView } from './record/record-context.js';
export type { AsyncAttempt } from './record/async-attempt.js';

// The running application: its options, its states, and who is told or asked what.
export { KafkaStreams, type StateListener } from './app.js';
export type { State } from './observe/instance-state.js';
export type { DiagnosticEvents, DiagnosticName } from './observe/events.js';
export type { Telemetry } from './observe/telemetry.js';
export type { Activity, Flow, Occurrence, OccurrenceKind } from './observe/activity.js';
export type { IsolationLevel, ProcessingGuarantee, KafkaStreamsOptions } from './config/options.js';
export type { CreateTopics } from './topology/created-topics.js';
export type { UpgradeFrom } from './serde/older-formats.js';
export type { KafkaOptions } from './broker/kafkajs/kafka-options.js';
export type { Compression } from './broker/port.js';
export type { DeadLetter, FailureAnswer, FailureDecision, FailureResponse } from './record/decided.js';
export type { DeserializationHandler, UndecodableRecord } from './source/reader-topic.js';
export type {
  FailedRecord,
  ProcessingErrorHandler,
  ProductionErrorHandler,
  UnwritableRecord,
} from './task/error-handlers.js';
export type { DeadLetterTopic, ErrorOptions, RetryErrors } from './task/failure-options.js';
export type { RestoreListener, RestoreProgress } from './worker/state/restore-listener.js';
export type {
  Measurements,
  MetricsSnapshot,
  SinkMeasurements,
  SourceMeasurements,
  Stall,
  TaskMeasurements,
} from './observe/measurements.js';
export type {
  AskedInstance,
  InputLag,
  InstanceLags,
  InstanceMetadata,
  InstancesAsked,
  KeyMetadata,
  StoreLag,
  TaskOwner,
} from './observe/instance-metadata.js';
export type { HistogramSnapshot } from './observe/histogram.js';
export type { Restoring } from './observe/restore-metrics.js';
export {
  consoleLogger,
  loggerFrom,
  loggerWith,
  silentLogger,
  type GivenLogger,
  type LogFields,
  type Logger,
  type LoggerWithLog,
  type LogLevel,
} from './observe/logger.js';
export type {
  CloseOptions,
  EndSignal,
  RunOptions,
  UncaughtDecision,
  UncaughtErrorHandler,
} from './worker/process-end.js';

// State: how a store is described, and how it is read from outside and in tests.
export type { StoreEngine, StoreFormat, StoreKind, StoreSpec } from './store/spec.js';
export type { EnginePlace, EngineSupplier } from './store/engine-supplier.js';
export type { BackendEntry, KeyRange, StateBackend } from './store/backend.js';
export type { WriteBatch } from './store/write-batch.js';
export type { RowScan } from './worker/queries/row-scan.js';
export {
  queryableStores,
  type KeyValueReader,
  type KeyValueRow,
  type QueryableKind,
  type QueryableStoreType,
  type SessionReader,
  type KeyValueWithHeadersReader,
  type RowWithHeaders,
  type SessionWithHeadersReader,
  type WindowRowWithHeaders,
  type WindowWithHeadersReader,
  type TimestampedKeyValueReader,
  type TimestampedRow,
  type TimestampedWindowReader,
  type TimestampedWindowRow,
  type VersionedReader,
  type WindowReader,
  type WindowRow,
} from './worker/queries/store-readers.js';
export { queries, type Query, type QueryOrder, type ScanQuery } from './query/queries.js';
export type { HistoryOptions, HistoryRow, KeyHistory } from './query/key-history.js';
export type { QueryOptions, SubscribeOptions } from './query/store-queries.js';
export type { ChangeEvent, ChangeFeed, FellBehind, FollowedPartitions, StoreUpdate } from './query/change-feed.js';
export type { QueriedRows } from './query/queried-rows.js';
export type { Answer, StoredRow, StoredVersion, StoredWindow } from './query/rows.js';
export { Position, type Offsets } from './query/position.js';
export { QueryError, type QueryFailure } from './query/query-error.js';
export type { StateStore, ValueAndTimestamp, ValueTimestampHeaders } from './store/state-store.js';
export type { StoreBuilder } from './store/store-builder.js';
export type { AnyStore } from './store/any-store.js';
export type { CustomStore, CustomStoreContext, RestoredChange } from './store/custom-store.js';
export type { VersionedKeyValueStore, VersionedPut, VersionedRecord } from './store/versioned-store.js';
export type {
  KeyValueStore,
  ReadOnlyKeyValueStore,
  TimestampedKeyValueStore,
  TimestampedKeyValueStoreWithHeaders,
} from './store/key-value-store.js';
export type {
  TimestampedWindowEntry,
  TimestampedWindowStore,
  TimestampedWindowStoreWithHeaders,
  WindowEntry,
  WindowEntryWithHeaders,
  WindowStore,
} from './store/window-store.js';
export type {
  ReadOnlySessionStore,
  SessionEntry,
  SessionEntryWithHeaders,
  SessionStore,
  SessionStoreWithHeaders,
  ValueAndHeaders,
} from './store/session-store.js';
export type { StoreScan } from './store/scan.js';

// What can go wrong: one base class, one table of codes.
export { MillraceError, type ErrorPlace } from './errors/error.js';
export { BrokerError, type BrokerErrorClass } from './errors/broker-error.js';
export { ERROR_CODES, type ErrorCode } from './errors/codes.js';
