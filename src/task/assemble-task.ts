/** Builds a task from its sub-topology: sources, nodes, sinks and the queues in front of them. */
import type { BatchProducer, RecordWriter, TopicPartition } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import type { RecordMetrics } from '../observe/instance-metrics.js';
import type { RecordLatency } from '../observe/record-latency.js';
import type { Logger } from '../observe/logger.js';
import { NO_EVENTS, type EventChannels } from '../observe/events.js';
import type { TaskTracing, Tracing } from '../observe/telemetry.js';
import type { OperatorStores, TableRows } from '../processor/context.js';
import { LongCalls } from '../processor/long-calls.js';
import type { RunningNode } from '../processor/node.js';
import { PendingWork } from '../processor/pending-work.js';
import { PassNode } from '../processor/stream/pass.js';
import type { Decided } from '../record/decided.js';
import type { RecordContext } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { Windowed } from '../record/windowed.js';
import { olderFormats, type UpgradeFrom } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import type { Clock } from '../time/clock.js';
import { forKeys } from '../serde/prepared.js';
import { withDefaultSerde } from '../serde/wrapping.js';
import type { DefaultPartition } from '../sink/default-partition.js';
import { TopicWriter } from '../sink/topic-writer.js';
import { MeasuredQueue } from '../source/measured-queue.js';
import { PartitionGroup } from '../source/partition-group.js';
import { PartitionQueue } from '../source/partition-queue.js';
import {
  ReaderTopic,
  type DeserializationHandler,
  type RecordTarget,
  type UndecodableRecord,
} from '../source/reader-topic.js';
import { UnreadValues } from '../source/unread-values.js';
import { readOnly } from '../store/read-only.js';
import type { StoreEngine } from '../store/spec.js';
import type { StateStore } from '../store/state-store.js';
import type { TaskState } from '../store/task-state.js';
import { brokerTopicName } from '../topology/internal-topics.js';
import type { SinkNode, SourceNode, TopologyNode } from '../topology/node.js';
import type { TimestampExtractor } from '../processor/api/topic-functions.js';
import type { Topology } from '../topology/topology.js';
import { whoLostSerde } from '../topology/lost-serde.js';
import { writtenAtText } from '../topology/written-at.js';
import { DeadLetters, NO_DEAD_LETTERS, type DeadLetterSettings } from './dead-letters.js';
import type { ProcessingErrorHandler, RetryPolicy } from './error-handlers.js';
import { carriesFarTimes } from './far-times.js';
import { ignoresValues } from './ignored-values.js';
import { MeasuredSink } from './measured-sink.js';
import { createNode } from './operator-factory.js';
import { RunningSink } from './sink-node.js';
import { TaskContext } from './task-context.js';
import { EPOCH_NAME, NO_EPOCH } from './epoch-mark.js';
import { unpackTimes, type SavedTimes } from './packed-times.js';
import { SourceBytes } from './source-bytes.js';
import { Task } from './task.js';
import { TracedMerges } from './tracing/traced-merges.js';
import { TracedSource } from './tracing/traced-source.js';
import { TurnAges, type TurnEnds } from './turn-ages.js';

/** What tasks of one application have in common. */
export interface TaskSettings {
  readonly applicationId: string;
  readonly topology: Topology;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  readonly timestampExtractor: TimestampExtractor | null;
  readonly deserializationErrorHandler: DeserializationHandler;
  readonly processingErrorHandler: ProcessingErrorHandler;
  /** Before that handler is asked. Default null: a record is tried once. */
  readonly retry?: RetryPolicy | null;
  /** Default: none can be written. */
  readonly deadLetters?: DeadLetterSettings;
  /** Somebody may ask for the bytes of a record that failed. Default false. */
  readonly keepsSourceBytes?: boolean;
  readonly maxTaskIdleMs: number;
  readonly clock: Clock;
  /** Of timers and intervals: it does not jump. */
  readonly steadyClock: Clock;
  readonly emitIntervalMs: number;
  /** Release of Kafka Streams whose instances still run beside this one. Default: null, none. */
  readonly upgradeFrom?: UpgradeFrom | null;
  /** Of the thread that the tasks run on. Default: nobody wants to know. */
  readonly longCalls?: LongCalls;
  readonly dslStores: StoreEngine;
  /** Of stores on disk for which nobody said what stands in front of their values; null: as the operator would have it. */
  readonly dslStoreFormat: 'headers' | null;
  /** Asks for the task's turn, though there may be no new record. */
  readonly wake: () => void;
  readonly producer: BatchProducer;
  readonly defaultPartition: DefaultPartition;
  readonly metrics: RecordMetrics;
  /** Measures the age of records where they are read and written. Default: null, nobody does. */
  readonly latency?: RecordLatency | null;
  /** Are told of records that failed. Default: nobody is. */
  readonly events?: EventChannels;
  /** Follows records. Default: null, nobody does. */
  readonly tracing?: Tracing | null;
  readonly logger: Logger;
  readonly endOffset: (partition: TopicPartition) => number;
  /** Finds global stores. Null for tasks of global stores themselves. */
  readonly globalStores: GlobalStoreFinder | null;
  /** What processors of the user's get to see of a store. Default: the store itself. */
  readonly storeView?: (store: StateStore) => StateStore;
}

/** The global stores of an instance, as tasks find them. */
export interface GlobalStoreFinder extends Pick<OperatorStores, 'readable'> {
  find(name: string): StateStore | null;
}

/** One input partition and where reading begins. */
export interface TaskInput extends TopicPartition {
  /** Name of the source node. */
  readonly source: string;
  readonly offset: number;
  /** -1 when unknown. */
  readonly partitionTime: number;
  /** Times that operators had observed, as `packTimes` wrote them. */
  readonly operatorTimes: ReadonlyMap<string, number>;
  /** What the text beside the offset had no room for. Default: nothing. */
  readonly timePages?: readonly ReadonlyMap<string, number>[];
}

export interface TaskToAssemble {
  readonly id: string;
  readonly nodes: readonly TopologyNode[];
  readonly inputs: readonly TaskInput[];
  readonly state: TaskState;
  readonly record: RecordContext;
  /** The one that the state was opened with. */
  readonly turn: Turn;
  /** Default: null, there is none. */
  readonly stateDir?: string | null;
  /** The nodes of global stores: no timers, and nobody waits for them. */
  readonly global?: boolean;
}

type SerdeSettings = Pick<TaskSettings, 'defaultKeySerde' | 'defaultValueSerde' | 'topology'>;

export function assembleTask(settings: TaskSettings, parts: TaskToAssemble): Task {
  const stores = storesOf(parts.state, settings.globalStores, settings.storeView);
  const { clock, steadyClock, emitIntervalMs, metrics, logger, globalStores } = settings;
  const global = parts.global === true;
  let group: PartitionGroup | null = null;
  const tracing = global ? null : (settings.tracing?.task(settings.applicationId, parts.id) ?? null);
  const writer = settings.producer.writer({ name: `task ${parts.id}`, drained: settings.wake });
  const letters = new DeadLetters({
    settings: settings.deadLetters ?? NO_DEAD_LETTERS,
    writer: global ? null : writer,
    defaultPartition: settings.defaultPartition,
    clock,
    counted: () => (metrics.deadLetters += 1),
  });
  const sources = new SourceBytes(
    (topic, partition) => group?.queues.find((one) => one.topic === topic && one.partition === partition),
    settings.keepsSourceBytes ?? false,
  );
  const context = new TaskContext({
    applicationId: settings.applicationId,
    taskId: parts.id,
    record: parts.record,
    turn: parts.turn,
    longCalls: settings.longCalls ?? new LongCalls(),
    stores,
    clock,
    steadyClock,
    emitIntervalMs,
    olderFormats: olderFormats(settings.upgradeFrom ?? null),
    handler: settings.processingErrorHandler,
    retry: settings.retry ?? null,
    letters,
    sources,
    metrics,
    logger,
    tracing,
    events: settings.events ?? NO_EVENTS,
    committedTimes: latestTimes(parts.inputs),
    wake: settings.wake,
    stateDir: parts.stateDir ?? null,
    defaultKeySerde: settings.defaultKeySerde,
    defaultValueSerde: settings.defaultValueSerde,
    work: new PendingWork(),
    global,
    streamTime: () => group?.streamTime ?? -1,
    globalStore: global ? (name) => stores.find(name) : readOnlyStores(globalStores, settings.storeView),
  });
  const latency = settings.latency ?? null;
  const ages = latency === null ? null : new TurnAges(clock);
  const sinks: RunningSink[] = [];
  const running = new Map<string, RunningNode>();
  const merges = tracing === null ? null : new TracedMerges(tracing);
  for (const node of parts.nodes) {
    const one =
      node.type === 'processor'
        ? createNode(node.name, node.operator, context, node.stores, merges)
        : endNode(node, settings, context, writer, ages, tracing);
    if (one instanceof RunningSink) sinks.push(one);
    running.set(node.name, one);
    if (node.type !== 'source') for (const parent of node.parents) running.get(parent)?.addChild(one);
  }
  const fetched = (queue: PartitionQueue): void => {
    group?.noteFetched(queue);
    settings.wake();
  };
  const openQueue = (input: Omit<TaskInput, 'operatorTimes' | 'timePages'>): PartitionQueue => {
    const source = parts.nodes.find((node) => node.type === 'source' && node.name === input.source) as SourceNode;
    const target = (running.get(input.source) as RunningNode).passage;
    const topic = readerTopic(source, input.topic, settings, context, target, parts.nodes);
    const { partition, offset, partitionTime } = input;
    if (latency === null || ages === null) return new PartitionQueue(topic, partition, offset, partitionTime, fetched);
    return ages.add(new MeasuredQueue(topic, partition, offset, partitionTime, fetched, latency.source(input.topic)));
  };
  group = new PartitionGroup(parts.inputs.map(openQueue), settings.maxTaskIdleMs);
  for (const node of running.values()) node.init();
  if (tracing !== null) {
    context.accompany({
      name: 'tracing',
      close: () => {
        tracing.close();
      },
    });
  }
  return new Task({
    id: parts.id,
    record: parts.record,
    turn: parts.turn,
    group,
    openQueue: (source, topic, partition) => openQueue({ source, topic, partition, offset: 0, partitionTime: -1 }),
    context,
    nodes: [...running.values(), ...context.companions],
    state: parts.state,
    sinks,
    letters,
    sources,
    writer,
    metrics,
    turnEnds: tracing === null ? ages : tracedTurns(tracing, ages),
    asyncWork: context.asyncWork,
    endOffset: settings.endOffset,
    epochOf: ({ topic, partition }) => {
      const input = parts.inputs.find((one) => one.topic === topic && one.partition === partition);
      return input?.operatorTimes.get(EPOCH_NAME) ?? NO_EPOCH;
    },
  });
}

function tracedTurns(tracing: TaskTracing, ages: TurnAges | null): TurnEnds {
  return {
    turnEnded(unfinished) {
      ages?.turnEnded();
      tracing.turnEnded(unfinished);
    },
  };
}

/** Only partitions that moved are committed, so the latest of what stands beside them counts. */
function latestTimes(inputs: readonly TaskInput[]): SavedTimes {
  const saved = inputs.map(({ operatorTimes, timePages = [] }) => unpackTimes(operatorTimes, timePages));
  return {
    get(name) {
      let latest: number | undefined;
      for (const one of saved) {
        const time = one.get(name);
        if (time !== undefined && time > (latest ?? -1)) latest = time;
      }
      return latest;
    },
  };
}

/** Where records come in or go out. */
function endNode(
  node: SourceNode | SinkNode,
  settings: TaskSettings,
  context: TaskContext,
  writer: RecordWriter,
  ages: TurnAges | null,
  tracing: TaskTracing | null,
): RunningNode {
  if (node.type === 'source') {
    return tracing === null ? new PassNode(node.name, context) : new TracedSource(node.name, context, tracing);
  }
  const topic = topicOf(node, settings);
  const latency = settings.latency ?? null;
  const writing = topicWriter(node, topic, settings, writer);
  if (latency === null || ages === null) return new RunningSink(node.name, context, writing);
  const histogram = latency.sink(node.name, typeof topic === 'string' ? topic : null);
  return ages.add(new MeasuredSink(node.name, context, writing, histogram));
}

function topicOf(node: SinkNode, { topology, applicationId }: TaskSettings): SinkNode['topic'] {
  return typeof node.topic === 'string' ? brokerTopicName(topology, applicationId, node.topic) : node.topic;
}

function topicWriter(
  node: SinkNode,
  topic: SinkNode['topic'],
  settings: TaskSettings,
  writer: RecordWriter,
): TopicWriter {
  const { defaultPartition } = settings;
  const internal = topic !== node.topic;
  const [key, value] = serdesOf(node, settings);
  return new TopicWriter(
    { node: node.name, topic, key, value, partitioner: node.partitioner, internal },
    writer,
    defaultPartition,
  );
}

function readerTopic(
  node: SourceNode,
  topic: string,
  settings: TaskSettings,
  context: TaskContext,
  target: RecordTarget,
  nodes: readonly TopologyNode[],
): ReaderTopic {
  const [key, given] = serdesOf(node, settings);
  const internal = isRepartition(node, settings.topology);
  // What others have written must be decoded, to know that it can be.
  const value = internal && ignoresValues(node, nodes) ? UnreadValues.of(given) : given;
  const farTimes = carriesFarTimes(node, nodes);
  // Global tables take the timestamps of their records too, as in Kafka Streams.
  const global = settings.topology.globalStores.some(({ source }) => source.name === node.name);
  const extractor = internal || global ? null : (node.timestampExtractor ?? settings.timestampExtractor);
  const reports = {
    undecodable: (error: MillraceError, record: UndecodableRecord, answer: Decided): void => {
      context.failures.undecodable(error, record, answer);
    },
    negativeTimestamp: (name: string, partition: number, offset: number, timestamp: number): void => {
      settings.metrics.dropped('negative-timestamp');
      settings.logger.warn('dropped a record: the timestamp extractor gave a negative timestamp', {
        topic: name,
        partition,
        offset,
        timestamp,
        node: node.name,
      });
    },
  };
  const { deserializationErrorHandler } = settings;
  const handler = deserializationErrorHandler;
  return new ReaderTopic(topic, node.name, key, value, extractor, handler, reports, target, settings.clock, farTimes);
}

function isRepartition({ topics }: SourceNode, { repartitionTopics }: Topology): boolean {
  return !(topics instanceof RegExp) && topics.some((topic) => repartitionTopics.has(topic));
}

/** @throws MillraceError SERDE_MISSING */
export function serdesOf(
  node: SourceNode | SinkNode,
  { defaultKeySerde, defaultValueSerde, topology }: SerdeSettings,
): [Serde<unknown>, Serde<unknown>] {
  const key = withDefaultSerde(node.key, defaultKeySerde);
  const value = withDefaultSerde(node.value, defaultValueSerde);
  if (key !== undefined && value !== undefined) return [forKeys(key), value];
  throw missingSerde(node, key === undefined ? 'key' : 'value', topology);
}

function missingSerde(node: SourceNode | SinkNode, part: 'key' | 'value', topology: Topology): MillraceError {
  const topics = node.type === 'source' ? node.topics : node.topic;
  const where =
    typeof topics === 'function'
      ? 'topics that a function names'
      : topics instanceof RegExp
        ? String(topics)
        : [topics].flat().join(', ');
  const lost = whoLostSerde(topology, node, part);
  const why = lost === null ? '' : `: behind ${lost} it is not known what ${part}s look like`;
  const call = node.type === 'source' ? `stream(${where}, ` : `to(${where}, `;
  const how = repartitionOf(node, topology)
    ? `to the operator that needs it, as in groupBy(…, { ${part}: … }) or repartition({ ${part}: … })`
    : `where the topic is ${node.type === 'source' ? 'read' : 'written'}, as in ${call}{ ${part}: … })`;
  return new MillraceError(
    'SERDE_MISSING',
    `${node.type} ${node.name} has no ${part} serde for ${where}${why}; pass one ${how}, or set default${part === 'key' ? 'Key' : 'Value'}Serde${writtenAtText(topology, node.name)}`,
    { node: node.name },
  );
}

function repartitionOf(node: SourceNode | SinkNode, topology: Topology): boolean {
  if (node.type === 'source') return isRepartition(node, topology);
  return typeof node.topic === 'string' && topology.repartitionTopics.has(node.topic);
}

function storesOf(
  state: TaskState,
  globals: GlobalStoreFinder | null,
  view: (store: StateStore) => StateStore = (store) => store,
): OperatorStores {
  const own = new Map(state.stores.map((store) => [store.name, store.kind]));
  return {
    get: state.get,
    kindOf: (name) => own.get(name) ?? state.get('keyValue', name, 'timestamped').kind,
    find: (name) => {
      const store = state.stores.find((one) => one.name === name);
      return store === undefined ? null : view(store);
    },
    readable: (name) => {
      if (own.get(name) === 'window') return windowRows(state, name);
      if (own.get(name) === 'session') return sessionRows(state, name);
      if (own.get(name) === 'versioned') return state.get('versioned', name);
      return globals === null || own.has(name) ? state.get('keyValue', name, 'timestamped') : globals.readable(name);
    },
  };
}

/** Global stores as processors of tasks see them: each is kept up by its own processor alone. */
function readOnlyStores(
  globals: GlobalStoreFinder | null,
  view: (store: StateStore) => StateStore = (store) => store,
): (name: string) => StateStore | null {
  if (globals === null) return () => null;
  return (name) => {
    const store = globals.find(name);
    return store === null ? null : view(readOnly(store));
  };
}

/** A windowed table, to be looked up by the windowed keys of a stream. */
function windowRows(state: TaskState, name: string): TableRows {
  const store = state.get('window', name, 'timestamped');
  return {
    get(key) {
      const { key: inner, window } = key as Windowed<unknown>;
      return store.peek(inner, window.start);
    },
  };
}

/** A table of sessions; a row has the time of the session's end. */
function sessionRows(state: TaskState, name: string): TableRows {
  const store = state.get('session', name);
  return {
    get(key) {
      const { key: inner, window } = key as Windowed<unknown>;
      const value = store.fetchSession(inner, window.start, window.end);
      return value === null ? null : { value, timestamp: window.end };
    },
  };
}
