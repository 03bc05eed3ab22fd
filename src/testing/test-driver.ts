/** Runs a topology without Kafka, synchronously, on the same task code as in production. */
import { MemoryBroker, type MemoryProducer } from '../broker/memory/memory-broker.js';
import type { MemoryRecord } from '../broker/memory/memory-log.js';
import { murmur2Partition } from '../broker/wire/murmur2.js';
import { MillraceError } from '../errors/error.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { RecordMetrics } from '../observe/instance-metrics.js';
import { silentLogger } from '../observe/logger.js';
import { RecordContext } from '../record/record-context.js';
import { Turn } from '../record/turn.js';
import type { Headers } from '../record/headers.js';
import { DefaultPartition } from '../sink/default-partition.js';
import type { PartitionQueue } from '../source/partition-queue.js';
import { MemoryBackend } from '../store/memory/memory-backend.js';
import { CacheBudget } from '../store/cache-budget.js';
import { openTaskState } from '../store/overlay/overlay-task-state.js';
import type { KeyValueStore, TimestampedKeyValueStore } from '../store/key-value-store.js';
import type { SessionStore } from '../store/session-store.js';
import { ownStore, type AnyStore } from '../store/any-store.js';
import type { StateStore } from '../store/state-store.js';
import type { VersionedKeyValueStore } from '../store/versioned-store.js';
import type { TimestampedWindowStore, WindowStore } from '../store/window-store.js';
import type { TaskState } from '../store/task-state.js';
import { assembleTask, type GlobalStoreFinder, type TaskSettings } from '../task/assemble-task.js';
import type { DeadLetterSettings } from '../task/dead-letters.js';
import { failureOptions, type ErrorOptions } from '../task/failure-options.js';
import { engineOf, storeOpening } from '../task/store-openings.js';
import type { Task } from '../task/task.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import { resolveSourceTopics } from '../topology/source-topics.js';
import type { StoreEngine, StoreSpec } from '../store/spec.js';
import type { TopologyNode } from '../topology/node.js';
import type { NotYetATopology, Topology } from '../topology/topology.js';
import { tellNotes } from '../topology/notes.js';
import { storeSettings } from '../topology/store-defaults.js';
import { checkTopology } from '../topology/check-topology.js';
import { checkDriverOptions } from './check-driver-options.js';
import { ComingBack } from './coming-back.js';
import { DriverLife } from './driver-life.js';
import { walkedLater } from './walked-later.js';
import { mustNotStall } from './must-not-stall.js';
import { checkWritten } from './driver-outputs.js';
import { driverInputs, topicsRead } from './driver-inputs.js';
import { TestClock } from './test-clock.js';
import type { DriverCloseOptions, TestDriverOptions } from './test-driver-options.js';
import { checkTopicOptions } from './records/check-topic-options.js';
import type { TestTopicOptions } from './records/test-record.js';
import { TestInputTopic, TestOutputTopic, type TestInputOptions } from './test-topics.js';

const TASK = '0_0';
/** What Kafka's topics take unless they are told otherwise. */
const DEAD_LETTER_BYTES = 1_048_588;
/** Beside the serdes. */
const INPUT_OPTIONS = ['start', 'autoAdvance'] as const satisfies readonly (keyof TestInputOptions<unknown, unknown>)[];
const DEFAULT_CACHE_BYTES = 10 * 1024 * 1024;

/**
 * Every record piped in is processed to the end and, unless told otherwise, committed before `pipe` returns; what goes to
 * internal topics comes back at once. Every topic has one partition, and the whole topology is one task. Topics that match
 * the pattern of a source are read as soon as something is written to them.
 * Kafka Streams: `TopologyTestDriver`.
 */
export class TopologyTestDriver {
  /** Wall clock of the driver. */
  readonly clock: TestClock;
  /** What was processed and dropped. */
  readonly metrics = new RecordMetrics();
  private readonly life = new DriverLife();
  private readonly comingBack = new ComingBack();
  private readonly broker = new MemoryBroker();
  private readonly producer: MemoryProducer;
  private readonly task: Task;
  private readonly globals: Task | null;
  private readonly outputs = new Map<string, MemoryRecord[]>();
  private readonly written = new Set<string>();
  private readonly topology: Topology;
  private readonly applicationId: string;
  private readonly commitsEachRecord: boolean;
  /** Topics that patterns match. */
  private readonly matched = new Set<string>();
  /** Goes on when a promise of a processor is settled. */
  private resuming: Promise<void> | null = null;
  /** The wall clock was moved, and not all timers that are due by it have been called. */
  private ticking = false;
  /** A record is processed, and what came of it is not committed yet. */
  private committing = false;

  constructor(builder: NotYetATopology, options?: TestDriverOptions);
  constructor(topology: Topology, options?: TestDriverOptions);
  constructor(
    given: Topology | NotYetATopology,
    private readonly options: TestDriverOptions = {},
  ) {
    const topology = checkTopology('TopologyTestDriver', given);
    checkDriverOptions(options);
    this.topology = topology;
    if (options.logger !== undefined) tellNotes(topology, null, options.logger);
    this.clock = new TestClock(options.now);
    this.applicationId = options.applicationId ?? 'test';
    this.commitsEachRecord = options.commit !== 'manual';
    this.producer = this.broker.producer();
    const cache = new CacheBudget(options.stateStoreCacheMaxBytes ?? DEFAULT_CACHE_BYTES);
    const settings = this.settings(options);
    const globalNodes = new Set(topology.globalStores.flatMap((one) => [one.source.name, one.processor.name]));
    this.globals = this.globalTask(settings, cache, globalNodes);
    const nodes = topology.nodes.filter((node) => !globalNodes.has(node.name));
    const used = new Set(topology.subTopologies().flatMap((part) => part.stores));
    const stores = [...topology.stores.values()].filter((store) => used.has(store.name));
    this.task = this.build({ ...settings, globalStores: this.globalFinder() }, cache, nodes, stores);
  }

  /** @throws MillraceError CONFIG_INVALID without the serdes of keys and values */
  inputTopic<K, V>(topic: string, options: TestInputOptions<K, V>): TestInputTopic<K, V> {
    this.life.mustBeOpen();
    checkTopicOptions(`inputTopic(${topic})`, options, INPUT_OPTIONS);
    return new TestInputTopic(topic, options, this.clock.now(), (...record) => {
      this.pipe(...record);
    });
  }

  /**
   * Also of internal topics and changelogs, by their names on the broker.
   * @throws MillraceError CONFIG_INVALID without the serdes of keys and values; TOPIC_MISSING for a topic that nothing writes to
   */
  outputTopic<K, V>(topic: string, options: TestTopicOptions<K, V>): TestOutputTopic<K, V> {
    this.life.mustBeOpen();
    // One object may describe both ends: what only writing needs is no mistake.
    checkTopicOptions(`outputTopic(${topic})`, options, INPUT_OPTIONS);
    checkWritten(topic, this.topology, this.applicationId, this.options);
    const queue = this.outputOf(topic);
    const records = (): MemoryRecord[] => {
      this.life.mustBeOpen();
      return queue;
    };
    return new TestOutputTopic(topic, options, records, () => this.whyEmpty());
  }

  private whyEmpty(): string {
    if (this.resuming === null && this.task.pending === 0) return 'ask isEmpty first';
    return 'asynchronous functions still work on records: await settle() first';
  }

  /** Names of the topics that something was written to. */
  get producedTopics(): string[] {
    return [...this.written];
  }

  /** All stores by name, global ones included; `store` gives those of `stores.custom()` themselves. */
  get stores(): ReadonlyMap<string, StateStore> {
    this.life.mustBeOpen();
    const stores = [...this.task.state.stores, ...(this.globals?.state.stores ?? [])];
    return new Map(stores.map((store) => [store.name, store]));
  }

  /** A store by name, global ones included, of whatever kind; of `stores.custom()` what `open` gave. @throws MillraceError STORE_UNAVAILABLE */
  store<S extends AnyStore = StateStore>(name: string): S {
    return ownStore(this.stateOf(name).stores.find((one) => one.name === name) as StateStore) as S;
  }

  /** A store of the Processor API. @throws MillraceError STORE_UNAVAILABLE when there is none, or it is of another kind */
  keyValueStore<K, V>(name: string): KeyValueStore<K, V> {
    return this.stateOf(name).get('keyValue', name);
  }

  /** The store of a table or an aggregation: its rows have timestamps. @throws as {@link keyValueStore} */
  timestampedKeyValueStore<K, V>(name: string): TimestampedKeyValueStore<K, V> {
    return this.stateOf(name).get('keyValue', name, 'timestamped');
  }

  /** A window store of a join or the Processor API. @throws as {@link keyValueStore} */
  windowStore<K, V>(name: string): WindowStore<K, V> {
    return this.stateOf(name).get('window', name);
  }

  /** The store of a windowed aggregation: its rows have timestamps. @throws as {@link keyValueStore} */
  timestampedWindowStore<K, V>(name: string): TimestampedWindowStore<K, V> {
    return this.stateOf(name).get('window', name, 'timestamped');
  }

  /** The store of a session aggregation. @throws as {@link keyValueStore} */
  sessionStore<K, V>(name: string): SessionStore<K, V> {
    return this.stateOf(name).get('session', name);
  }

  /** The store of a versioned table. @throws as {@link keyValueStore} */
  versionedStore<K, V>(name: string): VersionedKeyValueStore<K, V> {
    return this.stateOf(name).get('versioned', name);
  }

  /**
   * Commits what was processed, as an instance does once every commit interval: caches tell what they held back, and changed
   * keys go to the changelogs. What that sends to internal topics is processed, and waits for the next commit.
   * @throws MillraceError STATE_INVALID while a promise of a processor is waited for
   */
  commit(): void {
    this.life.mustBeAlive();
    if (this.task.isWaiting()) {
      throw new MillraceError(
        'STATE_INVALID',
        'a processor returned a promise that is still open: await settle() before commit()',
      );
    }
    this.committing = true;
    this.run();
  }

  /**
   * Waits for everything that asynchronous functions and the promises of processors work on, and for what comes of it. Their
   * timers are real ones. Until then `pipe` and `advanceWallClock` may return before everything has happened.
   * @throws what a function or a promise failed with, unless `processingErrorHandler` lets processing go on
   */
  async settle(): Promise<void> {
    this.life.mustBeAlive();
    this.run();
    while (this.resuming !== null || this.task.pending > 0) {
      await (this.resuming ?? this.task.nextFinished());
      this.run();
    }
    await this.settleGlobals();
  }

  /** Records of global stores that wait to be tried again. */
  private async settleGlobals(): Promise<void> {
    while (this.globals?.unfinished === true) {
      await this.globals.settled();
      this.globals.process(Infinity, this.clock.now());
    }
  }

  /**
   * Moves the wall clock, and does what waits for it: timers of processors that are due. Nothing else calls those, not even of a
   * timer that is due at the start.
   */
  advanceWallClock(by: Duration): void {
    this.life.mustBeAlive();
    this.clock.advance(by);
    this.ticking = true;
    this.run();
  }

  /**
   * Closes processors and stores. Nothing can be asked of the driver afterwards; to close it again does nothing.
   * @throws MillraceError STATE_INVALID while asynchronous functions still work on records (`settle` waits for them), or what
   * one of them has failed with; all is closed then, too
   */
  async close({ abandon = false, ...more }: DriverCloseOptions = {}): Promise<void> {
    refuseUnknownOptions('close()', more, ['abandon']);
    try {
      if (!abandon && this.life.isWell) {
        this.run();
        this.life.mustNotLeave(this.unfinished);
      }
    } finally {
      if (this.life.end()) {
        await this.task.close();
        await this.globals?.close();
      }
    }
  }

  /** Records that somebody works on, or that wait to be tried again. */
  private get unfinished(): number {
    return this.task.pending + (this.resuming === null ? 0 : 1) + (this.globals?.unfinished === true ? 1 : 0);
  }

  private pipe(
    topic: string,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void {
    this.life.mustBeAlive();
    const record = this.broker.append(topic, key, value, headers, timestamp);
    if (!this.enqueue(record)) {
      throw new MillraceError(
        'TOPIC_MISSING',
        `no source of the topology reads ${topic}; it reads: ${topicsRead(this.topology, this.applicationId).join(', ')}`,
        { topic },
      );
    }
    this.run();
  }

  /** As `proceed`; what that fails with is the end of the driver, as it would be of an application. */
  private run(): void {
    this.comingBack.begin();
    try {
      this.proceed();
    } catch (error) {
      this.life.die(error);
      throw error;
    }
  }

  /** Processes until nothing is left to do, or something has to be waited for; then it goes on by itself. */
  private proceed(): void {
    while (!this.task.isWaiting()) {
      if (!this.committing && !this.processOne()) return;
      if (this.task.isWaiting()) break;
      if (!this.committing) continue;
      if (!this.task.unfinished) this.task.flushCaches();
      if (this.task.isWaiting()) break;
      if (this.task.unfinished) {
        this.task.process(0, this.clock.now());
        continue;
      }
      this.committing = false;
      this.task.sealEpoch();
      void this.task.writeEpoch(this.producer.offsets());
      this.deliver();
    }
    this.resuming ??= this.task.settled().then(() => {
      this.resuming = null;
      this.run();
    });
  }

  /** Processes a record, or the timers that are due; false when there is nothing to do. */
  private processOne(): boolean {
    const now = this.clock.now();
    const done = this.punctuate(now) || this.task.process(1, now) > 0;
    if (done) this.comingBack.processed();
    if (!this.commitsEachRecord) {
      this.deliver();
      return done || this.task.isWaiting();
    }
    if (!done && !this.task.needsCommit) return false;
    // Waited for without being done, it is a record at hand.
    this.committing = done || !this.task.isWaiting();
    return true;
  }

  private punctuate(now: number): boolean {
    if (!this.ticking) return false;
    this.ticking = this.task.punctuate(now);
    return this.ticking;
  }

  /** Hands on what was written. */
  private deliver(): void {
    for (const record of this.producer.takeWritten()) {
      this.written.add(record.topic);
      this.outputOf(record.topic).push(record);
      if (this.enqueue(record)) this.comingBack.returned(record.topic);
    }
  }

  /** Gives a record to whoever reads its topic; false when nobody does. */
  private enqueue(record: MemoryRecord): boolean {
    const fetched = this.broker.fetched([record]);
    const queue = this.task.queue(record.topic, 0) ?? this.openMatched(record.topic);
    if (queue !== undefined) {
      this.task.add(fetched, queue);
      mustNotStall(this.task);
      return true;
    }
    const globalQueue = this.globals?.queue(record.topic, 0);
    if (this.globals === null || globalQueue === undefined) return false;
    this.globals.add(fetched, globalQueue);
    mustNotStall(this.globals);
    this.globals.process(Infinity, this.clock.now());
    return true;
  }

  /** The queue of a topic that was not known until now, if the pattern of a source matches it. */
  private openMatched(topic: string): PartitionQueue | undefined {
    if (!this.topology.nodes.some((node) => node.type === 'source' && node.topics instanceof RegExp)) return undefined;
    const sources = resolveSourceTopics(this.topology, this.applicationId, [...this.matched, topic]);
    for (const [source, topics] of sources) {
      if (!topics.includes(topic)) continue;
      this.matched.add(topic);
      return this.task.addPartition(source, topic, 0);
    }
    return undefined;
  }

  private stateOf(name: string): TaskState {
    this.life.mustBeOpen();
    for (const task of [this.task, this.globals]) {
      if (task?.state.stores.some((one) => one.name === name) === true) return task.state;
    }
    const known = [...this.stores.keys()];
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      `there is no store ${name}; the topology has ${known.length === 0 ? 'none' : known.join(', ')}`,
      { store: name },
    );
  }

  private outputOf(topic: string): MemoryRecord[] {
    let queue = this.outputs.get(topic);
    if (queue === undefined) this.outputs.set(topic, (queue = []));
    return queue;
  }

  private settings(options: TestDriverOptions): TaskSettings {
    const stores = storeSettings(this.topology, {
      dslStores: options.dslStores ?? 'level',
      dslStoreFormat: options.dslStoreFormat === 'headers' ? 'headers' : null,
    });
    return {
      applicationId: this.applicationId,
      topology: this.topology,
      defaultKeySerde: options.defaultKeySerde,
      defaultValueSerde: options.defaultValueSerde,
      timestampExtractor: options.timestampExtractor ?? null,
      ...failureOptions(options),
      deadLetters: this.deadLetters(options.errors?.deadLetterTopic),
      maxTaskIdleMs: 0,
      clock: this.clock,
      steadyClock: this.clock,
      wake: () => {
        // Nobody sleeps here: `settle` waits for the task itself.
      },
      emitIntervalMs: toMilliseconds(options.emitInterval ?? 0, 'emitInterval'),
      ...stores,
      upgradeFrom: options.upgradeFrom ?? null,
      producer: this.producer,
      defaultPartition: new DefaultPartition(murmur2Partition),
      metrics: this.metrics,
      logger: options.logger ?? silentLogger,
      tracing: options.telemetry?.tracing ?? null,
      ...(options.refuseSynchronousWalks === true && { storeView: (store) => this.asOnDisk(store, stores.dslStores) }),
      // Nothing arrives later: an empty queue is never waited for.
      endOffset: ({ topic }) => this.task.queue(topic, 0)?.fetchedOffset ?? 0,
      globalStores: null,
    };
  }

  /** A store as processors see it in production, where that of every engine but `memory` is on disk. */
  private asOnDisk(store: StateStore, standard: StoreEngine): StateStore {
    const spec =
      this.topology.stores.get(store.name) ??
      this.topology.globalStores.find((one) => one.store.name === store.name)?.store;
    return spec !== undefined && engineOf(spec, standard) !== 'memory' ? walkedLater(store) : store;
  }

  private deadLetters(topic: ErrorOptions['deadLetterTopic']): DeadLetterSettings {
    return {
      topic: (typeof topic === 'object' ? topic.name : topic) ?? null,
      mostBytes: DEAD_LETTER_BYTES,
      outside: ({ topic: name, key, value, headers, timestamp }) => {
        this.outputOf(name).push(this.broker.append(name, key, value, headers, timestamp));
        this.written.add(name);
      },
    };
  }

  private globalTask(settings: TaskSettings, cache: CacheBudget, names: ReadonlySet<string>): Task | null {
    if (names.size === 0) return null;
    const nodes = this.topology.nodes.filter((node) => names.has(node.name));
    const stores = this.topology.globalStores.map((one) => one.store);
    return this.build(settings, cache, nodes, stores, true);
  }

  private globalFinder(): GlobalStoreFinder | null {
    const { globals } = this;
    if (globals === null) return null;
    return {
      readable: (name) => globals.state.get('keyValue', name, 'timestamped'),
      find: (name) => globals.state.stores.find((store) => store.name === name) ?? null,
    };
  }

  private build(
    settings: TaskSettings,
    cache: CacheBudget,
    nodes: readonly TopologyNode[],
    specs: readonly StoreSpec[],
    global = false,
  ): Task {
    const record = new RecordContext();
    const turn = new Turn(record);
    const state: TaskState = openTaskState({
      task: TASK,
      partition: 0,
      context: record,
      turn,
      clock: this.clock,
      stores: specs.map((spec) => storeOpening(spec, settings)),
      backends: { level: new MemoryBackend(), memory: new MemoryBackend() },
      ...{ cache, home: { applicationId: this.applicationId, folders: null } },
      warn: (message) => {
        settings.logger.warn(message);
      },
    });
    // In memory it is done on return.
    void state.prepare();
    return assembleTask(settings, {
      id: TASK,
      nodes,
      inputs: driverInputs(this.topology, this.applicationId, nodes),
      state,
      record,
      turn,
      global,
    });
  }
}
