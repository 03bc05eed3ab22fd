/** Runs a topology without Kafka, synchronously, on the same task code as in production. */
import { MemoryBroker, type MemoryProducer } from '../broker/memory/memory-broker.js';
import type { MemoryRecord } from '../broker/memory/memory-log.js';
import { murmur2Partition } from '../broker/wire/murmur2.js';
import { MillraceError } from '../errors/error.js';
import { RecordMetrics } from '../observe/instance-metrics.js';
import { silentLogger, type Logger } from '../observe/logger.js';
import { RecordContext } from '../record/record-context.js';
import type { Headers } from '../record/headers.js';
import type { Serde } from '../serde/serde.js';
import { DefaultPartition } from '../sink/default-partition.js';
import type { DeserializationHandler } from '../source/reader-topic.js';
import { MemoryBackend } from '../store/memory/memory-backend.js';
import { CacheBudget } from '../store/overlay/cache-budget.js';
import { openTaskState } from '../store/overlay/overlay-task-state.js';
import type { StateStore } from '../store/state-store.js';
import type { TaskState } from '../store/task-state.js';
import { assembleTask, type TaskInput, type TaskSettings } from '../task/assemble-task.js';
import type { ProcessingErrorHandler } from '../task/error-handlers.js';
import { storeOpening } from '../task/store-openings.js';
import type { Task } from '../task/task.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import { brokerTopicName } from '../topology/internal-topics.js';
import type { StoreSpec } from '../store/spec.js';
import type { TimestampExtractor, TopologyNode } from '../topology/node.js';
import type { Topology } from '../topology/topology.js';
import { TestClock } from './test-clock.js';
import { TestInputTopic, TestOutputTopic, type TestInputOptions, type TestTopicOptions } from './test-topics.js';

/** What a test may set; the meaning of each is that of `KafkaStreamsOptions`. */
export interface TestDriverOptions {
  /** Default `test`. */
  readonly applicationId?: string;
  /** Wall clock at the start, ms since the epoch. Default: now. It moves only by `advanceWallClock`. */
  readonly now?: number;
  readonly defaultKeySerde?: Serde<unknown>;
  readonly defaultValueSerde?: Serde<unknown>;
  readonly timestampExtractor?: TimestampExtractor;
  readonly deserializationErrorHandler?: 'fail' | 'continue' | DeserializationHandler;
  readonly processingErrorHandler?: 'fail' | 'continue' | ProcessingErrorHandler;
  /** Default 10 MiB. Every record is committed by itself, so caches are flushed after each one. */
  readonly stateStoreCacheMaxBytes?: number;
  /** Default 0: what time has made final is emitted with the record that brings it about. */
  readonly emitInterval?: Duration;
  readonly logger?: Logger;
}

const TASK = '0_0';
const DEFAULT_CACHE_BYTES = 10 * 1024 * 1024;

/**
 * Every record piped in is processed to the end and committed before `pipe` returns; what goes to internal topics
 * comes back at once. Every topic has one partition, and the whole topology is one task.
 * Kafka Streams: `TopologyTestDriver`.
 */
export class TopologyTestDriver {
  /** Wall clock of the driver. */
  readonly clock: TestClock;
  /** What was processed and dropped. */
  readonly metrics = new RecordMetrics();
  private readonly broker = new MemoryBroker();
  private readonly producer: MemoryProducer;
  private readonly task: Task;
  private readonly globals: Task | null;
  private readonly outputs = new Map<string, MemoryRecord[]>();
  private readonly applicationId: string;

  constructor(
    private readonly topology: Topology,
    options: TestDriverOptions = {},
  ) {
    this.clock = new TestClock(options.now);
    this.applicationId = options.applicationId ?? 'test';
    this.producer = this.broker.producer();
    const cache = new CacheBudget(options.stateStoreCacheMaxBytes ?? DEFAULT_CACHE_BYTES);
    const settings = this.settings(options);
    const globalNodes = new Set(topology.globalStores.flatMap((one) => [one.source.name, one.processor.name]));
    this.globals = this.globalTask(settings, cache, globalNodes);
    const nodes = topology.nodes.filter((node) => !globalNodes.has(node.name));
    const globalStores =
      this.globals === null ? null : { readable: this.globals.state.timestampedKeyValue.bind(this.globals.state) };
    this.task = this.build({ ...settings, globalStores }, cache, nodes, [...topology.stores.values()]);
  }

  inputTopic<K, V>(topic: string, options: TestInputOptions<K, V>): TestInputTopic<K, V> {
    return new TestInputTopic(topic, options, this.clock.now(), (...record) => {
      this.pipe(...record);
    });
  }

  /** Also of internal topics and changelogs, by their names on the broker. */
  outputTopic<K, V>(topic: string, options: TestTopicOptions<K, V>): TestOutputTopic<K, V> {
    return new TestOutputTopic(topic, options, this.outputOf(topic));
  }

  /** Names of the topics that something was written to. */
  get producedTopics(): string[] {
    return [...this.outputs.keys()];
  }

  /** A store by name, global ones included. @throws MillraceError STORE_UNAVAILABLE */
  store<S extends StateStore>(name: string): S {
    for (const task of [this.task, this.globals]) {
      const store = task?.state.stores.find((one) => one.name === name);
      if (store !== undefined) return store as S;
    }
    const known = [...this.topology.stores.keys(), ...this.topology.globalStores.map((one) => one.store.name)];
    throw new MillraceError('STORE_UNAVAILABLE', `there is no store ${name}; the topology has: ${known.join(', ')}`);
  }

  /** Waits for everything that asynchronous functions work on, and for what comes of it. Their timers are real ones. */
  async settle(): Promise<void> {
    this.runAll();
    while (this.task.pending > 0) {
      await this.task.nextFinished();
      this.runAll();
    }
  }

  advanceWallClock(by: Duration): void {
    this.clock.advance(by);
  }

  /** Closes the stores. */
  async close(): Promise<void> {
    await this.task.close();
    await this.globals?.close();
  }

  private pipe(topic: string, key: Buffer | null, value: Buffer | null, headers: Headers, timestamp: number): void {
    const record = this.broker.append(topic, key, value, headers, timestamp);
    if (!this.enqueue(record)) {
      throw new MillraceError(
        'TOPIC_MISSING',
        `no source of the topology reads ${topic}; it reads: ${this.task.partitions.map((one) => one.topic).join(', ')}`,
        { topic },
      );
    }
    this.runAll();
  }

  private runAll(): void {
    while (this.task.process(1, this.clock.now()) > 0) {
      this.task.flushCaches();
      this.task.sealEpoch();
      void this.task.writeEpoch(this.producer.offsets());
      for (const record of this.producer.takeWritten()) {
        this.outputOf(record.topic).push(record);
        this.enqueue(record);
      }
    }
  }

  /** Gives a record to whoever reads its topic; false when nobody does. */
  private enqueue(record: MemoryRecord): boolean {
    const fetched = this.broker.fetched([record]);
    const queue = this.task.queue(record.topic, 0);
    if (queue !== undefined) {
      this.task.add(fetched, queue);
      return true;
    }
    const globalQueue = this.globals?.queue(record.topic, 0);
    if (this.globals === null || globalQueue === undefined) return false;
    this.globals.add(fetched, globalQueue);
    this.globals.process(Infinity, this.clock.now());
    return true;
  }

  private outputOf(topic: string): MemoryRecord[] {
    let queue = this.outputs.get(topic);
    if (queue === undefined) this.outputs.set(topic, (queue = []));
    return queue;
  }

  private settings(options: TestDriverOptions): TaskSettings {
    return {
      applicationId: this.applicationId,
      topology: this.topology,
      defaultKeySerde: options.defaultKeySerde,
      defaultValueSerde: options.defaultValueSerde,
      timestampExtractor: options.timestampExtractor ?? null,
      deserializationErrorHandler: decision(options.deserializationErrorHandler),
      processingErrorHandler: decision(options.processingErrorHandler),
      maxTaskIdleMs: 0,
      clock: this.clock,
      wake: () => {
        // Nobody sleeps here: `settle` waits for the task itself.
      },
      emitIntervalMs: toMilliseconds(options.emitInterval ?? 0, 'emitInterval'),
      producer: this.producer,
      defaultPartition: new DefaultPartition(murmur2Partition),
      metrics: this.metrics,
      logger: options.logger ?? silentLogger,
      // Nothing arrives later: an empty queue is never waited for.
      endOffset: ({ topic }) => this.task.queue(topic, 0)?.fetchedOffset ?? 0,
      globalStores: null,
    };
  }

  private globalTask(settings: TaskSettings, cache: CacheBudget, names: ReadonlySet<string>): Task | null {
    if (names.size === 0) return null;
    const nodes = this.topology.nodes.filter((node) => names.has(node.name));
    return this.build(
      settings,
      cache,
      nodes,
      this.topology.globalStores.map((one) => one.store),
    );
  }

  private build(
    settings: TaskSettings,
    cache: CacheBudget,
    nodes: readonly TopologyNode[],
    specs: readonly StoreSpec[],
  ): Task {
    const record = new RecordContext();
    const state: TaskState = openTaskState({
      task: TASK,
      partition: 0,
      context: record,
      clock: this.clock,
      stores: specs.map((spec) => storeOpening(spec, settings)),
      backends: { level: new MemoryBackend(), memory: new MemoryBackend() },
      cache,
      warn: (message) => {
        settings.logger.warn(message);
      },
    });
    // In memory it is done on return.
    void state.prepare();
    return assembleTask(settings, { id: TASK, nodes, inputs: this.inputs(nodes), state, record });
  }

  private inputs(nodes: readonly TopologyNode[]): TaskInput[] {
    return nodes.flatMap((node): TaskInput[] => {
      if (node.type !== 'source') return [];
      if (node.topics instanceof RegExp) return [];
      return node.topics.map((topic) => ({
        topic: brokerTopicName(this.topology, this.applicationId, topic),
        partition: 0,
        source: node.name,
        offset: 0,
        partitionTime: -1,
        operatorTimes: new Map(),
      }));
    });
  }
}

function decision<A extends unknown[]>(
  given: 'fail' | 'continue' | ((...args: A) => 'fail' | 'continue') | undefined,
): (...args: A) => 'fail' | 'continue' {
  return typeof given === 'function' ? given : () => given ?? 'fail';
}
