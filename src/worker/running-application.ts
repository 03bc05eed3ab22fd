/** Puts an instance together from its configuration, and takes it apart again. */
import { connectKafka } from '../broker/kafkajs/connect.js';
import type { Admin, BrokerClient, GroupMember, PartitionReader } from '../broker/port.js';
import { murmur2Partition } from '../broker/wire/murmur2.js';
import type { Config } from '../config.js';
import { BrokerError } from '../errors/broker-error.js';
import { NO_FLOW, type ActivityLog, type Flow } from '../observe/activity.js';
import type { EventChannels } from '../observe/events.js';
import { silentLogger } from '../observe/logger.js';
import type { Measurements } from '../observe/measurements.js';
import { CacheBudget } from '../store/cache-budget.js';
import { DefaultPartition } from '../sink/default-partition.js';
import { decoratedTopicName } from '../topology/internal-topics.js';
import { SteadyClock } from '../time/steady-clock.js';
import type { Task } from '../task/task.js';
import type { Topology } from '../topology/topology.js';
import { clientIdOf } from './client-id.js';
import { ClosingLimit } from './loop/closing-limit.js';
import type { CommitCycle } from './loop/commit-cycle.js';
import type { ExactlyOnce } from './loop/exactly-once.js';
import { FirstContact } from './first-contact.js';
import { GlobalStores } from './state/global-stores.js';
import { Instance, type Background } from './loop/instance.js';
import { InstanceMetrics } from './instance-metrics.js';
import { InstanceDirectory } from './group/instance-directory.js';
import { QuestionWait } from './loop/question-wait.js';
import { LongCallLog } from './loop/long-call-log.js';
import { EventLoopDelay } from './loop/event-loop-delay.js';
import { flowOf } from './flow.js';
import { lagsOf } from './lags.js';
import { snapshot } from './metrics-snapshot.js';
import type { ReaderEvents } from './loop/reader-events.js';
import { exploreGround, type Ground } from './explore-ground.js';
import { groupPlace, type GroupPlace } from './group-place.js';
import { openCommits } from './open-commits.js';
import { openWatches } from './open-watches.js';
import { openWriter, type Writer } from './open-writer.js';
import { taskSettings } from './task-settings.js';
import { Questions } from './queries/questions.js';
import { RepartitionPurge } from './topics/repartition-purge.js';
import { restoreEvents, type RestoreListener } from './state/restore-listener.js';
import type { StallWatch } from './loop/stall-watch.js';
import { StartOffsets } from './topics/start-offsets.js';
import { StateFolder } from './state/state-folder.js';
import { StateSize } from './state/state-size.js';
import { StoreSizes } from './state/store-sizes.js';
import type { HowToStop } from './loop/stop-instance.js';
import { OutsideLetters } from './outside-letters.js';
import { refusedRecords } from './refused-records.js';
import { TaskOpener } from './state/task-opener.js';
import { TaskSet } from './loop/task-set.js';
import { SliceLength } from './loop/slice-length.js';
import { ThreadSlice } from './loop/thread-slice.js';
import type { TopicPlan } from './topics/topic-plan.js';

const FETCH_WAIT_MS = 100;
/** What the names of changelogs end with. */
const CHANGELOG = '-changelog';

export interface ApplicationEvents {
  readonly activity: ActivityLog;
  readonly channels: EventChannels;
  readonly restore: readonly RestoreListener[];
  /** The assignment begins to change, or tasks are not restored yet. */
  readonly rebalancing: () => void;
  /** Every assigned task processes records. */
  readonly running: () => void;
  /** With a decision, nobody is asked for one. */
  readonly failed: (error: unknown, decided?: 'shutdown') => void;
}

/** What was opened before the tasks: the ways in and out, and the place in the group. */
interface Work {
  readonly ground: Ground;
  readonly globals: GlobalStores;
  readonly reader: PartitionReader;
  readonly writer: Writer;
  readonly member: GroupMember;
  readonly purge: RepartitionPurge;
  readonly starts: StartOffsets;
}

/** Everything that exists between `start` and `stop`. */
export class RunningApplication {
  private readonly numbers: InstanceMetrics;
  private readonly client: BrokerClient;
  private readonly stopping = new AbortController();
  private readonly firstContact: FirstContact;
  private readonly longCalls: LongCallLog;
  private readonly slice: ThreadSlice;
  private readonly steadyClock: SteadyClock;
  private readonly folder: StateFolder;
  private readonly stateSize: StateSize;
  private readonly storeSizes: StoreSizes;
  private readonly directory: InstanceDirectory;
  /** What may be asked from outside. */
  readonly questions: Questions;
  private readonly cache: CacheBudget;
  private readonly loopDelay: EventLoopDelay;
  private readonly questionWait: QuestionWait;
  private readonly defaultPartition = new DefaultPartition(murmur2Partition);
  private readonly outsideLetters: OutsideLetters;
  private instance: Instance | null = null;
  private plan: { readonly current: TopicPlan } | null = null;
  private tasks: TaskSet | null = null;
  private globals: GlobalStores | null = null;
  private opener: TaskOpener | null = null;
  private reader: PartitionReader | null = null;
  private writer: Writer | null = null;
  private stalls: StallWatch | null = null;
  private settled = false;
  private place: GroupPlace | null = null;
  private exactlyOnce: ExactlyOnce | null = null;
  private readerEvents: ReaderEvents | null = null;
  /** Changelogs that were deleted and created again since the last assignment. */
  private readonly recreated = new Set<string>();
  /** What an instance meets that ends already is met again by whoever goes on. */
  private readonly failed: ApplicationEvents['failed'] = (error, decided) => {
    if (!this.stopping.signal.aborted) this.outsideLetters.ended(error);
    this.events.failed(error, decided);
  };

  constructor(
    private readonly topology: Topology,
    private readonly config: Config,
    private readonly events: ApplicationEvents,
  ) {
    this.numbers = new InstanceMetrics(config.telemetry?.lengths(config.applicationId) ?? null, (duration) => {
      events.channels.tell('millrace:commit', { duration });
    });
    this.loopDelay = new EventLoopDelay(this.numbers.loopDelay);
    this.questionWait = new QuestionWait(this.numbers.queryWait);
    this.steadyClock = new SteadyClock(config.clock);
    const longCalls = new LongCallLog(config.logger, config.sessionTimeoutMs);
    this.longCalls = longCalls;
    const took = (milliseconds: number): void => {
      longCalls.took(milliseconds);
    };
    const sliceLength = new SliceLength();
    this.slice = new ThreadSlice(took, undefined, sliceLength);
    const { startTimeoutMs, logger } = config;
    this.firstContact = new FirstContact({ timeoutMs: startTimeoutMs, logger, signal: this.stopping.signal });
    const kafka = { ...config.kafka, clientId: clientIdOf(config) };
    this.client = connectKafka(kafka, this.firstContact.connectionLogger, (text) => {
      events.activity.add('broker', text);
    });
    this.outsideLetters = new OutsideLetters({ client: this.client, config, defaultPartition: this.defaultPartition });
    this.folder = new StateFolder(config.stateDir, config.applicationId, config.logger);
    this.directory = new InstanceDirectory(config.applicationServer);
    this.questions = new Questions({
      ...{ topology, config, directory: this.directory, sliceLength, questionWait: this.questionWait },
      running: () => this.tasks?.running ?? [],
      plan: () => this.plan?.current ?? null,
      global: (global) => this.globals?.find(global) ?? null,
      globalTask: () => this.globals?.whole ?? null,
      overdue: () => this.place?.member.overdue() === true,
      caching: config.stateStoreCacheMaxBytes > 0,
      lags: () =>
        lagsOf({
          ...{ running: this.tasks?.running ?? [], reader: this.reader },
          ...{ brokers: this.client.brokers(), restoring: this.numbers.restore.now },
        }),
      changelogs: {
        // What goes wrong there is the answer to whoever asked, and no line in the log.
        connect: () => connectKafka(kafka, silentLogger),
        isolation: config.isolation,
        signal: this.stopping.signal,
      },
    });
    this.stateSize = new StateSize(this.folder.path, this.steadyClock);
    this.storeSizes = new StoreSizes(() => this.tasksHere, this.steadyClock, logger);
    this.cache = new CacheBudget(config.stateStoreCacheMaxBytes);
  }

  static noMetrics(): Measurements {
    return snapshot(new InstanceMetrics());
  }

  /**
   * Each step needs what those before it made. Whatever a step opened is closed by `stop`, however far this came.
   * @throws MillraceError what one of the steps found wrong
   */
  async start(): Promise<void> {
    const { topology, config, client, firstContact, outsideLetters } = this;
    this.longCalls.start();
    this.loopDelay.start();
    const processId = await this.folder.lock();
    const ground = await exploreGround({ topology, config, client, firstContact, outsideLetters });
    this.plan = ground.plan;
    const globals = await this.startGlobalStores(ground);
    const reader = (this.reader = this.openReader('main'));
    const writer = (this.writer = await this.startWriter(ground, processId));
    const member = this.takePlace(ground, processId);
    const work: Work = {
      ...{ ground, globals, reader, member, writer },
      purge: this.createPurge(ground.admin),
      starts: new StartOffsets({ topology, config, admin: ground.admin }),
    };
    const commits = this.createCommits(work);
    const tasks = this.createTasks(work, commits);
    const background = [globals, ...this.createWatches(work, tasks), this.stateSize, this.storeSizes];
    await this.startLoop(work, commits, tasks, background);
  }

  pause(): void {
    this.instance?.pause();
  }

  resume(): void {
    this.instance?.resume();
  }

  /** @throws the first error of a clean stop; an unclean one gives up what is not committed */
  async stop(how: Omit<HowToStop, 'limit'> & { readonly limitMs: number }): Promise<void> {
    this.stopping.abort();
    this.questions.followed.end();
    try {
      await this.outsideLetters.close(how.limitMs);
      if (this.instance === null) await this.client.close();
      else await this.instance.stop({ ...how, limit: new ClosingLimit(how.limitMs, this.config.logger) });
    } finally {
      this.longCalls.stop();
      this.loopDelay.stop();
      await this.opener?.close();
      await this.globals?.close();
      await this.folder.unlock();
    }
  }

  /** Asks all instances to stop, this one included: it hears of it through the group like the others. */
  requestShutdown(): void {
    this.place?.membership.requestShutdown();
  }

  metrics(): Measurements {
    const { config, tasks, writer, stopping } = this;
    return snapshot(this.numbers, {
      running: tasks?.running,
      reader: this.reader,
      producer: {
        buffered: writer?.producer.bufferedBytes ?? 0,
        capacity: config.producer.bufferBytes,
        waiting: tasks?.running.filter((task) => task.writer.full).length ?? 0,
      },
      fetchCapacity: config.fetchBufferBytes,
      pausedPartitions: tasks?.pausedPartitions,
      longestStall: this.longCalls.longestStall,
      brokers: stopping.signal.aborted ? [] : this.client.brokers(),
      stalls: this.stalls,
      cache: this.cache,
      stores: this.storeSizes.measure(),
      stateBytes: this.stateSize.bytes,
    });
  }

  flow(): Flow {
    const { tasks, reader } = this;
    return tasks === null || reader === null ? NO_FLOW : flowOf(tasks, reader);
  }

  /** Whoever has stores. */
  private get tasksHere(): readonly Task[] {
    const running = this.tasks?.running ?? [];
    const whole = this.globals?.whole ?? null;
    return whole === null ? running : [...running, whole];
  }

  private async startGlobalStores({ admin, deadLetters }: Ground): Promise<GlobalStores> {
    const { topology, config, client, slice, steadyClock, numbers: metrics } = this;
    const globals = new GlobalStores({ topology, config, client, slice, steadyClock, metrics, admin, deadLetters });
    this.globals = globals;
    await globals.start();
    return globals;
  }

  private startWriter({ plan, deadLetters }: Ground, processId: string): Promise<Writer> {
    const { client, config } = this;
    return openWriter({
      ...{ client, config, processId },
      topics: [...plan.current.partitions.keys(), ...(deadLetters.topic === null ? [] : [deadLetters.topic])],
      // What an instance writes that has lost its tasks unheard would undo what their new owners write.
      mayLeave: () => this.place?.member.overdue() !== true,
      refused: refusedRecords({
        config,
        deadLetters,
        defaultPartition: this.defaultPartition,
        isChangelog: (name) => plan.current.internalTopics.has(name) && name.endsWith(CHANGELOG),
        metrics: this.numbers.records,
      }),
      broken: (error) => {
        this.exactlyOnce?.broken(error);
      },
    });
  }

  private takePlace({ admin, plan }: Ground, processId: string): GroupMember {
    const { topology, config, client, folder, recreated, longCalls, directory } = this;
    const { activity, channels } = this.events;
    const metrics = this.numbers.rebalances;
    this.place = groupPlace({
      ...{
        topology,
        config,
        client,
        folder,
        recreated,
        longCalls,
        admin,
        plan,
        processId,
        metrics,
        directory,
        activity,
        channels,
      },
      failed: this.failed,
      tasks: () => this.tasks as TaskSet,
      rebalancing: () => {
        this.settled = false;
        this.events.rebalancing();
      },
      settled: () => {
        this.settled = true;
        this.tellState();
      },
    });
    return this.place.member;
  }

  private createCommits({ member, purge, reader, writer: { transactions } }: Work): CommitCycle {
    const { config, steadyClock, stopping } = this;
    const { commits, exactlyOnce } = openCommits({
      ...{ config, member, purge, reader, transactions },
      tasks: () => this.tasks as TaskSet,
      metrics: this.numbers.commits,
      now: () => steadyClock.now(),
      stopping: stopping.signal,
      failed: this.failed,
    });
    this.exactlyOnce = exactlyOnce;
    return commits;
  }

  private createTasks(work: Work, commits: CommitCycle): TaskSet {
    const { config } = this;
    const { reader, writer } = work;
    const opener = (this.opener = this.createOpener(work, commits));
    const tasks = new TaskSet({
      open: (id, cancel) => opener.open(id, cancel),
      reader,
      commits,
      abandon: (given) => {
        writer.producer.abandon(given.map((task) => task.writer));
      },
      exact: writer.transactions !== null,
      maxQueueBytes: 2 * config.fetchPartitionBytes,
      asyncDrainTimeoutMs: config.asyncDrainTimeoutMs,
      logger: config.logger,
      changed: () => {
        this.tellState();
      },
      failed: this.failed,
    });
    this.tasks = tasks;
    return tasks;
  }

  private createOpener(work: Work, commits: CommitCycle): TaskOpener {
    const { topology, config, slice, steadyClock, defaultPartition, folder } = this;
    const { ground, reader, writer, member, starts } = work;
    const { producer } = writer;
    return new TaskOpener({
      settings: taskSettings(config, {
        ...{ topology, steadyClock, producer, defaultPartition },
        deadLetters: ground.deadLetters,
        longCalls: this.longCalls.calls,
        wake: () => {
          reader.wake();
        },
        metrics: this.numbers.records,
        latency: config.measureLatency ? this.numbers.latency : null,
        events: this.events.channels,
        endOffset: (partition) => reader.endOffset(partition),
        globalStores: work.globals.stores,
      }),
      ...{ config, member, starts, folder, slice, restoreSlice: new ThreadSlice() },
      ...{ plan: ground.plan, admin: ground.admin, ids: ground.ids },
      recreated: (topics) => {
        this.recreatedTopics(topics);
      },
      reader: this.openReader('restore'),
      cache: this.cache,
      listeners: [...this.events.restore, restoreEvents(this.events.channels)],
      metrics: this.numbers.restore,
      commit:
        writer.transactions === null
          ? null
          : async () => {
              const outcome = await commits.commit(this.tasks?.running ?? []);
              if (outcome !== 'committed') throw new BrokerError('abortable', 'the transaction was given up');
            },
    });
  }

  private createWatches({ ground, reader, member, starts }: Work, tasks: TaskSet): readonly Background[] {
    const { topology, config, steadyClock, numbers: metrics } = this;
    const { topics, reading, stalls } = openWatches({
      ...{ topology, config, ground, reader, member, tasks, starts, metrics, steadyClock },
      activity: this.events.activity,
      channels: this.events.channels,
      paused: () => this.instance?.isPaused ?? false,
      recreated: (names) => {
        this.recreatedTopics(names);
      },
      failed: this.failed,
    });
    this.readerEvents = reading;
    this.stalls = stalls;
    return [topics, reading, stalls];
  }

  private async startLoop(
    work: Work,
    commits: CommitCycle,
    tasks: TaskSet,
    background: readonly Background[],
  ): Promise<void> {
    const { config, slice, steadyClock, client } = this;
    const { reader, writer, member, purge } = work;
    this.instance = new Instance({
      ...{ config, slice, steadyClock, client, reader, member, tasks, commits, purge, background },
      producer: writer.producer,
      work: this.numbers.work,
      questionWait: this.questionWait,
      channels: this.events.channels,
      failed: this.failed,
      endedWith: async (failure) => {
        this.outsideLetters.ended(failure);
        await this.outsideLetters.close(config.closeTimeoutMs);
      },
    });
    await this.instance.start();
  }

  /** Reads these from their new beginning; tasks that write to changelogs among them are opened anew. */
  private recreatedTopics(topics: readonly string[]): void {
    this.readerEvents?.restart(topics);
    const changelogs = topics.filter((topic) => this.plan?.current.internalTopics.has(topic));
    for (const topic of changelogs) this.recreated.add(topic);
    if (changelogs.length > 0)
      this.place?.member.rejoin(`internal topics were deleted and created again: ${changelogs.join(', ')}`);
  }

  private openReader(name: string): PartitionReader {
    const { fetchBufferBytes, fetchPartitionBytes } = this.config;
    return this.client.reader({
      name,
      isolation: this.config.isolation,
      maxBufferedBytes: fetchBufferBytes,
      maxPartitionBytes: fetchPartitionBytes,
      maxWaitMs: FETCH_WAIT_MS,
    });
  }

  private tellState(): void {
    this.questions.followed.tasksChanged();
    if (this.tasks === null || !this.settled || this.tasks.isOpening) this.events.rebalancing();
    else this.events.running();
  }

  private createPurge(admin: Admin): RepartitionPurge {
    const { topology, config } = this;
    const topics = [...topology.repartitionTopics.keys()].map((name) => decoratedTopicName(config.applicationId, name));
    return new RepartitionPurge(
      admin,
      new Set(topics),
      config.repartitionPurgeIntervalMs,
      this.steadyClock,
      config.logger,
    );
  }
}
