/** The running application: start, drain, close, and the states in between. */
import { readConfig, type Config } from './config.js';
import type { KafkaStreamsOptions } from './config/options.js';
import { asError } from './errors/as-error.js';
import { MillraceError } from './errors/error.js';
import { refuseUnknownOptions } from './errors/unknown-option.js';
import { askInstances } from './serve/ask-instances.js';
import { OptionalServer } from './serve/optional-server.js';
import { toldAddress, transportOf } from './serve/instance-transport.js';
import { reasonOf } from './errors/shown-value.js';
import { ActivityLog, NO_FLOW, type Activity } from './observe/activity.js';
import { DiagnosticsChannels } from './observe/channels.js';
import type { EventChannels } from './observe/events.js';
import { NotedEvents } from './observe/noted-events.js';
import { hasEnded, NEXT_STATES, type State } from './observe/instance-state.js';
import { guardedLogger } from './observe/logger.js';
import { checkRestoreListener, type RestoreListener } from './worker/state/restore-listener.js';
import type { AskedInstance, InstanceMetadata, InstancesAsked, KeyMetadata } from './observe/instance-metadata.js';
import type { MetricsSnapshot } from './observe/measurements.js';
import type { HistoryOptions, KeyHistory } from './query/key-history.js';
import type { QueriedRows } from './query/queried-rows.js';
import type { AskedOfAll, AskedOfKeys, Query, ScanQuery } from './query/queries.js';
import type { Answer } from './query/rows.js';
import type { ChangeFeed } from './query/change-feed.js';
import type { QueryOptions, StoreQueries, SubscribeOptions } from './query/store-queries.js';
import type { InstanceTransport } from './query/transport.js';
import { checkSerdes } from './worker/check-serdes.js';
import { tellListener } from './worker/tell-listener.js';
import { applicationQueries } from './worker/queries/application-queries.js';
import { Replacements } from './worker/replacements.js';
import { RunningApplication } from './worker/running-application.js';
import {
  queryableStores,
  type QueryableStoreType,
  type TimestampedKeyValueReader,
} from './worker/queries/store-readers.js';
import {
  checkCalled,
  checkSignals,
  decisionOf,
  exitCodeUnlessSeen,
  failureSeen,
  onEndSignals,
  type CloseOptions,
  type RunOptions,
  type UncaughtErrorHandler,
} from './worker/process-end.js';
import { toMilliseconds } from './time/duration.js';
import { checkTopology } from './topology/check-topology.js';
import { tellNotes } from './topology/notes.js';
import { storeSettings } from './topology/store-defaults.js';
import type { NotYetATopology, Topology } from './topology/topology.js';

/** One that throws, or whose promise rejects, is told to the uncaught-error handler; `replace` then leaves all as it is. */
export type StateListener = (state: State, before: State) => void;

/**
 * One instance of an application: reads, processes and writes until it is closed. Start several with the same
 * `applicationId` to share the work. Kafka Streams: `KafkaStreams`.
 *
 * A failure ends the instance (state `ERROR`) unless the uncaught-error handler says otherwise; `closed` tells.
 */
export class KafkaStreams {
  private current: State = 'CREATED';
  private running: RunningApplication | null = null;
  private readonly server: OptionalServer;
  private readonly transport: InstanceTransport;
  /** @internal What the server asks. */
  readonly queries: StoreQueries;
  /** What it runs. */
  readonly topology: Topology;
  private readonly config: Config;
  private readonly stateListeners: StateListener[] = [];
  private readonly restoreListeners: RestoreListener[] = [];
  private uncaught: UncaughtErrorHandler = () => 'shutdown';
  /** Those who wait for a change of state. */
  private readonly waiting: (() => void)[] = [];
  private paused = false;
  private replacing = false;
  private readonly replacements: Replacements;
  private ending: Promise<void> | null = null;
  private failure: Error | null = null;
  private readonly log = new ActivityLog();
  private readonly channels: EventChannels;
  private readonly end: { readonly promise: Promise<void>; readonly resolve: () => void };

  /**
   * @throws MillraceError CONFIG_INVALID naming every option that is wrong
   * @throws MillraceError TOPOLOGY_INVALID for a builder in place of a topology, and for one that reads nothing
   * @throws MillraceError SERDE_MISSING that names topic or store, and the operator behind which the serde is not known any more
   */
  constructor(builder: NotYetATopology, options: KafkaStreamsOptions);
  constructor(topology: Topology, options: KafkaStreamsOptions);
  constructor(topology: Topology | NotYetATopology, options: KafkaStreamsOptions) {
    this.topology = checkTopology('KafkaStreams', topology);
    const config = readConfig(options);
    const logger = guardedLogger(config.logger, (cause) => {
      this.bystanderFailed('the logger', cause);
    });
    this.config = { ...config, logger, ...storeSettings(this.topology, config) };
    this.replacements = new Replacements(logger);
    this.channels = new NotedEvents(new DiagnosticsChannels(config.applicationId), this.log);
    checkSerdes(this.topology, this.config);
    this.server = new OptionalServer(this, this.config);
    this.transport = transportOf(config);
    this.queries = applicationQueries({
      questions: () => this.running?.questions ?? null,
      over: () => (this.isUp ? null : `the state of the instance that was asked is ${this.current}`),
      token: config.server?.token ?? null,
      transport: this.transport,
    });
    const { commitInterval } = options;
    const caches = config.stateStoreCacheMaxBytes > 0 && commitInterval === undefined;
    tellNotes(this.topology, caches ? config.commitIntervalMs : null, logger);
    let resolve: () => void = () => undefined;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    this.end = { promise, resolve };
  }

  get state(): State {
    return this.current;
  }

  /**
   * The error that ended the application, null while there is none. When nobody asks, and neither `run`, `start` nor `close`
   * threw it, the process ends with exit code 1.
   */
  get error(): Error | null {
    failureSeen(this);
    return this.failure;
  }

  /** Resolves when the application has ended, by `close` or by a failure (then `error` tells which). */
  get closed(): Promise<void> {
    return this.end.promise;
  }

  /** Is told of every change of state. */
  onStateChange(listener: StateListener): this {
    checkCalled('onStateChange()', listener);
    this.stateListeners.push(listener);
    return this;
  }

  /** Is told how the restoring of stores goes on. Kafka Streams: `setGlobalStateRestoreListener`. */
  onRestore(listener: RestoreListener): this {
    checkRestoreListener(listener);
    this.restoreListeners.push(listener);
    return this;
  }

  /** Decides about failures that nothing else handled. Default: `shutdown`. @throws MillraceError STATE_INVALID after start */
  onUncaughtError(handler: UncaughtErrorHandler): this {
    this.mustBe('CREATED', 'onUncaughtError');
    checkCalled('onUncaughtError()', handler);
    this.uncaught = handler;
    return this;
  }

  /**
   * Resolves when every assigned task processes records, at once if that is so already. What went before is restored then.
   * @throws what ended the application, or MillraceError STATE_INVALID when it was closed before
   */
  async whenRunning(): Promise<void> {
    while (this.current !== 'RUNNING') {
      if (this.current === 'ERROR' && this.error !== null) throw this.error;
      if (hasEnded(this.current)) {
        throw new MillraceError('STATE_INVALID', `the application has ended (${this.current}) and will not be RUNNING`);
      }
      await new Promise<void>((changed) => this.waiting.push(changed));
    }
  }

  /**
   * Starts, and resolves when the application has ended: by `close`, or by SIGINT or SIGTERM. The first signal finishes what is
   * at hand and commits, as `close` does; the second ends the process at once.
   * @throws what ended it, if that was a failure: as `start` and `close`, and what the uncaught-error handler was asked about
   */
  async run(options: RunOptions = {}): Promise<void> {
    this.mustBe('CREATED', 'run');
    refuseUnknownOptions('run()', options, ['signals'] satisfies (keyof RunOptions)[]);
    const { signals = ['SIGINT', 'SIGTERM'] } = options;
    checkSignals(signals);
    const ignoreSignals = onEndSignals(signals, this.config.logger, () => {
      // What it fails with is what `run` throws.
      this.close().catch(() => undefined);
    });
    try {
      await this.start();
      await this.end.promise;
    } finally {
      ignoreSignals();
    }
    if (this.error !== null) throw this.error;
  }

  /**
   * Checks and creates topics, joins the group and begins to work. Waits for a broker that is not up yet, for
   * `startTimeout`. Resolves when the first assignment is known;
   * restoring goes on until the state is `RUNNING`. When `close` comes first, it resolves when all is closed.
   * @throws MillraceError TOPIC_MISSING, PARTITIONS_MISMATCHED, INTERNAL_TOPIC_INVALID, BROKER_UNREACHABLE,
   *   BROKER_AUTHENTICATION, STORE_LOCKED, STATE_INVALID when it was started before; the state is then `ERROR`
   */
  async start(): Promise<void> {
    this.mustBe('CREATED', 'start');
    this.config.telemetry?.watch(this);
    this.moveTo('REBALANCING');
    try {
      await this.server.open();
      await this.startInstance();
    } catch (error) {
      // What close() interrupts fails, and that is no failure.
      if (this.current === 'PENDING_SHUTDOWN' || this.current === 'NOT_RUNNING') {
        await this.end.promise;
        if (this.failure === null) return;
      }
      await this.fail(error);
      throw this.error ?? error;
    }
  }

  /**
   * Finishes the records at hand, commits, and gives the tasks up. Resolves when all is closed; calling it again waits
   * for the same end, by the time-out that was given first.
   * @throws MillraceError CONFIG_INVALID for options that it does not have, before anything is closed
   * @throws MillraceError CLOSE_TIMED_OUT when the last epoch could not be committed in that time, or what else the last commit
   *   failed with: it is processed again at the next start, or by the instance that takes over. All is closed then too; the
   *   state is `ERROR` and `error` says the same. A rejection that nobody handles ends the process with an exit code that is
   *   not 0
   */
  async close(options: CloseOptions = {}): Promise<void> {
    refuseUnknownOptions('close()', options, ['timeout', 'leaveGroup'] satisfies (keyof CloseOptions)[]);
    if (hasEnded(this.current)) return;
    const leave = options.leaveGroup ?? this.config.groupInstanceId === null;
    const { timeout } = options;
    const limitMs = timeout === undefined ? this.config.closeTimeoutMs : toMilliseconds(timeout, 'close.timeout');
    this.ending ??= this.shutDown(leave, limitMs);
    await this.ending;
  }

  /** Stops processing; membership, fetching and restoring go on. */
  pause(): void {
    this.paused = true;
    this.running?.pause();
  }

  resume(): void {
    this.paused = false;
    this.running?.resume();
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** What was counted and measured since the start, as plain numbers. */
  metrics(): MetricsSnapshot {
    const measured = this.running?.metrics() ?? RunningApplication.noMetrics();
    return { applicationId: this.config.applicationId, state: this.current, ...measured };
  }

  /** What its nodes were given, what waits for it, and what happened to it of late: what the dashboard shows. */
  activity(): Activity {
    return { ...(this.running?.flow() ?? NO_FLOW), occurrences: this.log.latest };
  }

  /**
   * Asks a store: that of a table or an aggregate without windows, or another kind, given by `type`. What is asked is answered
   * from the parts that this instance holds, asynchronously; the answer is a copy. One that was made goes on working when tasks
   * come and go. Kafka Streams: `KafkaStreams.store`.
   * @param type as in `queryableStores.session<string, number>()`
   * @throws MillraceError STORE_UNAVAILABLE before the start, when there is no such store (it names those that there are), or when it
   *   is of another kind
   */
  store<K, V>(name: string): TimestampedKeyValueReader<K, V>;
  store<Reader>(name: string, type: QueryableStoreType<Reader>): Reader;
  store(name: string, type: QueryableStoreType<unknown> = queryableStores.timestampedKeyValue()): unknown {
    return this.started(name).store(name, type);
  }

  /**
   * Asks a store wherever its parts are: the instance that has the key is asked over HTTP (option `server`), and asked again while
   * its task moves, as long as `timeout` says. Kafka Streams: `KafkaStreams.query`, which asks this instance alone.
   * @param query as in `queries.key<string, number>('ann')`; walks (`range`, `prefix`, …) give rows for `for await`
   * @throws QueryError whose `reason` says why there is no answer; that there is nothing is an answer
   */
  query<Result>(store: string, query: Query<Result>, options?: QueryOptions): Promise<Answer<Result>>;
  query<Row>(store: string, query: ScanQuery<Row>, options?: QueryOptions): QueriedRows<Row>;
  query(store: string, query: AskedOfKeys | AskedOfAll, options?: QueryOptions): unknown {
    return this.queries.query(store, query, options);
  }

  /**
   * Follows the changes of a store, from now on, as they are made on any instance (option `server`). Changes may come twice, and be
   * missing where a task moves: then `partitions` tells which are followed from here on.
   * @throws QueryError
   */
  subscribe<K, V>(store: string, options?: SubscribeOptions<K>): ChangeFeed<K, V> {
    return this.queries.subscribe(store, options) as ChangeFeed<K, V>;
  }

  /**
   * What a key was set to, the newest first, as far as the changelog of the store still tells; it is read beside the tasks, by a
   * consumer of its own. Of windows and sessions: all those of the key.
   * @throws QueryError UNKNOWN_QUERY_TYPE for a store without a changelog; UNREACHABLE when nothing could be read in time
   */
  history<K, V>(store: string, key: K, options?: HistoryOptions): Promise<KeyHistory<K, V>> {
    return this.queries.history(store, key, options) as Promise<KeyHistory<K, V>>;
  }

  /** Where the server of the option `server` listens, `http://127.0.0.1:8788`; null without that option and before the start. */
  get serverUrl(): string | null {
    return this.server.url;
  }

  /**
   * The instances of the application that told the group where they can be asked (`applicationServer`), this one first, with how far
   * it is behind. Empty before the start. Kafka Streams: `metadataForAllStreamsClients`, `allLocalStorePartitionLags`.
   */
  metadata(): readonly InstanceMetadata[] {
    return this.running?.questions.instances() ?? [];
  }

  /**
   * The same, after each of the others was asked over HTTP (option `server`) what it runs and how far it is behind. One that does not
   * answer within `timeout` (2 s) is as `metadata` has it, with a `problem`.
   */
  askInstances(options: InstancesAsked = {}): Promise<readonly AskedInstance[]> {
    return askInstances(this.metadata(), this.transport, this.config.server?.token ?? null, options);
  }

  /**
   * Which instance has a key of a store, by the default partitioner. Kafka Streams: `queryMetadataForKey`.
   * @throws MillraceError STORE_UNAVAILABLE before the start, and when there is no such store
   */
  queryMetadataForKey(store: string, key: unknown): KeyMetadata {
    return this.started(store).keyMetadata(store, key);
  }

  private started(store: string): RunningApplication['questions'] {
    if (this.running !== null) return this.running.questions;
    throw new MillraceError('STORE_UNAVAILABLE', `store ${store} cannot be read before start()`, { store });
  }

  private async startInstance(): Promise<void> {
    const applicationServer = toldAddress(this.config) ?? this.server.address;
    const running = new RunningApplication(
      this.topology,
      { ...this.config, applicationServer },
      {
        activity: this.log,
        channels: this.channels,
        restore: this.restoreListeners,
        rebalancing: () => {
          if (this.current === 'RUNNING') this.moveTo('REBALANCING');
        },
        running: () => {
          // While it is being replaced, that all of its tasks are gone does not mean that all is well.
          if (this.current === 'REBALANCING' && !this.replacing) this.moveTo('RUNNING');
        },
        failed: (error, decided) => {
          void this.handleFailure(running, error, decided);
        },
      },
    );
    this.running = running;
    await running.start();
    if (this.paused) running.pause();
  }

  private async handleFailure(from: RunningApplication, error: unknown, decided?: 'shutdown'): Promise<void> {
    if (this.running !== from || this.ending !== null) return;
    const reason = asError(error);
    this.config.logger.error('the instance failed', { error: reason.message, stack: reason.stack });
    const decision = decided ?? decisionOf(this.uncaught, reason, this.config.logger);
    this.channels.tell('millrace:error', { error: reason, decision });
    if (decision !== 'shutdown') this.log.failed(reason);
    if (decision === 'shutdown-application') {
      // It ends like the others, when the group tells it to; until then it only keeps its membership.
      this.failure ??= reason;
      from.requestShutdown();
      return;
    }
    if (decision === 'shutdown') {
      await this.fail(reason);
      return;
    }
    this.moveTo('REBALANCING');
    this.replacing = true;
    try {
      await from.stop({ clean: false, leave: true, limitMs: this.config.closeTimeoutMs });
      if (!this.isEnding) {
        this.running = null;
        await this.replacements.wait();
      }
      this.replacing = false;
      if (!this.isEnding) await this.startInstance();
    } catch (again) {
      await this.fail(again);
    }
  }

  private get isUp(): boolean {
    return this.current === 'REBALANCING' || this.current === 'RUNNING';
  }

  private get isEnding(): boolean {
    return this.ending !== null;
  }

  /** Of a function that is only told things: the instance itself is well. */
  private bystanderFailed(what: string, cause: unknown): void {
    const error = new MillraceError('PROCESSING_FAILED', `${what} failed: ${reasonOf(cause)}`, { cause });
    // Not amid what it was told of.
    queueMicrotask(() => {
      void this.handleBystander(error);
    });
  }

  /** As a failure, but that `replace` has nothing to replace: work goes on. */
  private async handleBystander(error: Error): Promise<void> {
    this.config.logger.error(error.message, { stack: error.stack });
    if (this.ending !== null || !this.isUp) return;
    const decision = decisionOf(this.uncaught, error, this.config.logger);
    if (decision === 'replace') return;
    this.failure ??= error;
    if (decision === 'shutdown-application' && this.running !== null) this.running.requestShutdown();
    else await this.fail(error);
  }

  private async fail(error: unknown): Promise<void> {
    this.failure ??= asError(error);
    // Whoever closes it already waits for the same end.
    if (!this.isUp) return;
    this.log.failed(error);
    this.moveTo('PENDING_ERROR');
    this.ending = this.stopQuietly();
    await this.ending;
    exitCodeUnlessSeen(this);
    this.moveTo('ERROR');
    this.end.resolve();
  }

  /** Stops without a commit; what goes wrong meanwhile is only logged, since the failure itself is what counts. */
  private async stopQuietly(): Promise<void> {
    try {
      await this.running?.stop({ clean: false, leave: true, limitMs: this.config.closeTimeoutMs });
    } catch (error) {
      this.config.logger.warn('closing after a failure met another error', { error: String(error) });
    }
  }

  private async shutDown(leave: boolean, limitMs: number): Promise<void> {
    this.moveTo('PENDING_SHUTDOWN');
    this.replacements.cancel();
    try {
      await this.running?.stop({ clean: true, leave, limitMs });
      this.moveTo('NOT_RUNNING');
    } catch (error) {
      this.failure = asError(error);
      this.config.logger.error('closing failed', { error: this.failure.message });
      this.moveTo('ERROR');
      throw this.failure;
    } finally {
      this.end.resolve();
    }
  }

  private moveTo(state: State): void {
    const before = this.current;
    if (before === state) return;
    if (!NEXT_STATES[before].includes(state)) {
      throw new MillraceError('STATE_INVALID', `the application cannot go from ${before} to ${state}`);
    }
    this.current = state;
    this.config.logger.info('state changed', { from: before, to: state });
    this.log.add('state', `${before} → ${state}`);
    this.channels.tell('millrace:state', { state, before });
    if (hasEnded(state)) this.server.close();
    for (const changed of this.waiting.splice(0)) changed();
    for (const listener of this.stateListeners) {
      tellListener(listener, [state, before], (error) => {
        this.bystanderFailed('a state listener', error);
      });
    }
  }

  private mustBe(state: State, call: string): void {
    if (this.current === state) return;
    const ended = hasEnded(this.current);
    const hint = ended ? 'make a new KafkaStreams to start again' : 'it was started before';
    throw new MillraceError(
      'STATE_INVALID',
      `${call}() is only allowed in state ${state}, not in ${this.current}; ${hint}`,
    );
  }
}
