/** Puts an instance together from its configuration, and takes it apart again. */
import { connectKafka } from '../broker/kafkajs/connect.js';
import type { Admin, BrokerClient, CommittedOffset, GroupMember, PartitionReader } from '../broker/port.js';
import { murmur2Partition } from '../broker/wire/murmur2.js';
import type { Config } from '../config.js';
import { BrokerError } from '../errors/broker-error.js';
import { PROTOCOL_NAME } from '../group/membership-codec.js';
import type { TaskId } from '../group/ownership.js';
import { CacheBudget } from '../store/cache-budget.js';
import { DefaultPartition } from '../sink/default-partition.js';
import type { TaskSettings } from '../task/assemble-task.js';
import { decoratedTopicName } from '../topology/internal-topics.js';
import { SteadyClock } from '../time/steady-clock.js';
import type { Topology } from '../topology/topology.js';
import { clientIdOf } from './client-id.js';
import { AtLeastOnce } from './loop/at-least-once.js';
import { ClosingLimit } from './loop/closing-limit.js';
import { CommitCycle } from './loop/commit-cycle.js';
import { ExactlyOnce } from './loop/exactly-once.js';
import { FirstContact } from './first-contact.js';
import { GlobalStores } from './state/global-stores.js';
import { Instance } from './loop/instance.js';
import { InstanceMetrics } from './instance-metrics.js';
import { LongCallLog } from './loop/long-call-log.js';
import { Membership } from './group/membership.js';
import { snapshot, type Measurements } from './metrics-snapshot.js';
import { ReaderEvents } from './loop/reader-events.js';
import { readStore } from './queries/read-store.js';
import type { QueryableStoreType } from './queries/store-readers.js';
import { RepartitionPurge } from './topics/repartition-purge.js';
import type { RestoreListener } from './state/restore-listener.js';
import { StallWatch } from './loop/stall-watch.js';
import { StartOffsets } from './topics/start-offsets.js';
import { StateFolder } from './state/state-folder.js';
import type { HowToStop } from './loop/stop-instance.js';
import type { DeadLetterSettings } from '../task/dead-letters.js';
import { prepareDeadLetterTopic } from './topics/dead-letter-topic.js';
import { OutsideLetters } from './outside-letters.js';
import { refusedRecords } from './refused-records.js';
import { TaskOpener } from './state/task-opener.js';
import { TaskSet } from './loop/task-set.js';
import { ThreadSlice } from './loop/thread-slice.js';
import { TopicIds } from './topics/topic-ids.js';
import { TopicWatch } from './topics/topic-watch.js';
import { prepareTopics, type TopicPlan } from './topics/topic-plan.js';

const FETCH_WAIT_MS = 100;
/** What the names of changelogs end with. */
const CHANGELOG = '-changelog';

export interface ApplicationEvents {
  readonly restore: readonly RestoreListener[];
  /** The assignment begins to change, or tasks are not restored yet. */
  readonly rebalancing: () => void;
  /** Every assigned task processes records. */
  readonly running: () => void;
  /** With a decision, nobody is asked for one. */
  readonly failed: (error: unknown, decided?: 'shutdown') => void;
}

/** Everything that exists between `start` and `stop`. */
export class RunningApplication {
  private readonly numbers = new InstanceMetrics();
  private readonly client: BrokerClient;
  private readonly stopping = new AbortController();
  private readonly firstContact: FirstContact;
  private readonly longCalls: LongCallLog;
  private readonly slice: ThreadSlice;
  private readonly steadyClock: SteadyClock;
  private readonly folder: StateFolder;
  private readonly defaultPartition = new DefaultPartition(murmur2Partition);
  private readonly outsideLetters: OutsideLetters;
  private instance: Instance | null = null;
  private plan: { readonly current: TopicPlan } | null = null;
  private tasks: TaskSet | null = null;
  private globals: GlobalStores | null = null;
  private opener: TaskOpener | null = null;
  private reader: PartitionReader | null = null;
  private stalls: StallWatch | null = null;
  private settled = false;
  private membership: Membership | null = null;
  private group: GroupMember | null = null;
  /** Changelogs that were deleted and created again since the last assignment. */
  private readonly recreated = new Set<string>();

  constructor(
    private readonly topology: Topology,
    private readonly config: Config,
    private readonly events: ApplicationEvents,
  ) {
    this.steadyClock = new SteadyClock(config.clock);
    const longCalls = new LongCallLog(config.logger, config.sessionTimeoutMs);
    this.longCalls = longCalls;
    this.slice = new ThreadSlice((milliseconds) => {
      longCalls.took(milliseconds);
    });
    const { startTimeoutMs, logger } = config;
    this.firstContact = new FirstContact({ timeoutMs: startTimeoutMs, logger, signal: this.stopping.signal });
    const kafka = { ...config.kafka, clientId: clientIdOf(config) };
    this.client = connectKafka(kafka, this.firstContact.connectionLogger);
    this.outsideLetters = new OutsideLetters({ client: this.client, config, defaultPartition: this.defaultPartition });
    this.folder = new StateFolder(config.stateDir, config.applicationId, config.logger);
  }

  static noMetrics(): Measurements {
    return snapshot(new InstanceMetrics(), [], null, 0);
  }

  async start(): Promise<void> {
    const { topology, config, client, slice, steadyClock } = this;
    this.longCalls.start();
    const processId = await this.folder.lock();
    const admin = client.admin({ isolation: config.isolation });
    const plan: { current: TopicPlan } = (this.plan = {
      current: await this.firstContact.make(() => prepareTopics(topology, config, admin)),
    });
    const deadLetters = await this.deadLetters(admin);
    const ids = new TopicIds(admin);
    await ids.changed([...plan.current.partitions.keys()]);
    const common = { topology, config, admin, client, slice, steadyClock };
    this.globals = new GlobalStores({ ...common, metrics: this.numbers, deadLetters });
    await this.globals.start();

    const reader = this.openReader('main');
    this.reader = reader;
    const writing = {
      name: 'producer',
      lingerMs: config.producer.lingerMs,
      batchBytes: config.producer.batchBytes,
      maxBufferedBytes: config.producer.bufferBytes,
      compression: config.producer.compression,
      deliveryTimeoutMs: config.producer.deliveryTimeoutMs,
      metadataMaxAgeMs: config.metadataMaxAgeMs,
      // What an instance writes that has lost its tasks unheard would undo what their new owners write.
      mayLeave: () => this.group?.overdue() !== true,
      refused: refusedRecords({
        config,
        deadLetters,
        outside: this.outsideLetters,
        isChangelog: (name) => plan.current.internalTopics.has(name) && name.endsWith(CHANGELOG),
        metrics: this.numbers.records,
      }),
    };
    const transactions =
      config.transactionTimeoutMs === null
        ? null
        : client.transactions({
            ...writing,
            transactionalId: `${config.applicationId}-${processId}-1`,
            transactionTimeoutMs: config.transactionTimeoutMs,
            broken: (error) => {
              exactlyOnce?.broken(error);
            },
          });
    await transactions?.begin();
    const producer = transactions ?? client.producer(writing);
    await producer.lookUp([
      ...plan.current.partitions.keys(),
      ...(deadLetters.topic === null ? [] : [deadLetters.topic]),
    ]);
    const purge = this.createPurge(admin);
    const member = this.member(client, admin, plan, processId);
    const committing = {
      member,
      metrics: this.numbers.commits,
      now: () => steadyClock.now(),
      logger: config.logger,
      committed: (offsets: readonly CommittedOffset[]) => {
        purge.committed(offsets);
      },
      failed: this.events.failed,
    };
    const exactlyOnce =
      transactions === null
        ? null
        : new ExactlyOnce({
            ...committing,
            producer: transactions,
            tasks: () => tasks,
            transactionTimeoutMs: config.transactionTimeoutMs ?? 0,
            stopping: this.stopping.signal,
          });
    const commits = new CommitCycle(member, exactlyOnce ?? new AtLeastOnce(committing), () => tasks.alive);
    const settings: TaskSettings = {
      applicationId: config.applicationId,
      topology,
      defaultKeySerde: config.defaultKeySerde,
      defaultValueSerde: config.defaultValueSerde,
      timestampExtractor: config.timestampExtractor,
      deserializationErrorHandler: config.deserializationErrorHandler,
      processingErrorHandler: config.processingErrorHandler,
      retry: config.retry,
      keepsSourceBytes: config.keepsSourceBytes,
      deadLetters,
      maxTaskIdleMs: config.maxTaskIdleMs,
      clock: config.clock,
      steadyClock,
      emitIntervalMs: config.emitIntervalMs,
      upgradeFrom: config.upgradeFrom,
      longCalls: this.longCalls.calls,
      dslStores: config.dslStores,
      dslStoreFormat: config.dslStoreFormat,
      wake: () => {
        reader.wake();
      },
      producer,
      defaultPartition: this.defaultPartition,
      metrics: this.numbers.records,
      logger: config.logger,
      endOffset: (partition) => reader.endOffset(partition),
      globalStores: this.globals.stores,
    };
    const starts = new StartOffsets({ topology, config, admin });
    const recreated = (topics: readonly string[]): void => {
      events.restart(topics);
      const changelogs = topics.filter((topic) => plan.current.internalTopics.has(topic));
      for (const topic of changelogs) this.recreated.add(topic);
      if (changelogs.length > 0)
        member.rejoin(`internal topics were deleted and created again: ${changelogs.join(', ')}`);
    };
    const opener = new TaskOpener({
      settings,
      config,
      plan,
      admin,
      starts,
      ids,
      recreated,
      member,
      folder: this.folder,
      reader: this.openReader('restore'),
      cache: new CacheBudget(config.stateStoreCacheMaxBytes),
      listeners: this.events.restore,
      metrics: this.numbers.restore,
      slice,
      commit:
        exactlyOnce === null
          ? null
          : async () => {
              const outcome = await commits.commit(tasks.running);
              if (outcome !== 'committed') throw new BrokerError('abortable', 'the transaction was given up');
            },
    });
    this.opener = opener;
    const tasks: TaskSet = new TaskSet({
      open: (id, cancel) => opener.open(id, cancel),
      reader,
      commits,
      abandon: (tasks) => {
        producer.abandon(tasks.map(({ writer }) => writer));
      },
      exact: exactlyOnce !== null,
      maxQueueBytes: 2 * config.fetchPartitionBytes,
      asyncDrainTimeoutMs: config.asyncDrainTimeoutMs,
      logger: config.logger,
      changed: () => {
        this.tellState();
      },
      failed: this.events.failed,
    });
    this.tasks = tasks;
    const { globals, numbers: metrics } = this;
    const { failed } = this.events;
    const events: ReaderEvents = new ReaderEvents({
      config,
      topology,
      admin,
      reader,
      tasks,
      starts,
      ids,
      metrics,
      topicsChanged: () => {
        watch.lookSoon();
      },
    });
    const watch: TopicWatch = new TopicWatch({
      topology,
      applicationId: config.applicationId,
      admin,
      ids,
      plan,
      intervalMs: config.metadataMaxAgeMs,
      clock: steadyClock,
      logger: config.logger,
      changed: (reason) => {
        member.rejoin(reason);
      },
      recreated,
      seen: (topics) => {
        events.revive(topics);
      },
      failed,
    });
    const stalls = new StallWatch({
      tasks,
      endOffset: (partition) => reader.endOffset(partition),
      clock: steadyClock,
      stallMs: config.stallTimeoutMs,
      paused: () => this.instance?.isPaused ?? false,
      overdue: () => member.overdue(),
      logger: config.logger,
    });
    this.stalls = stalls;
    this.instance = new Instance({
      config,
      slice,
      steadyClock,
      client,
      reader,
      producer,
      member,
      tasks,
      commits,
      purge,
      background: [globals, watch, events, stalls],
      failed,
    });
    await this.instance.start();
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
    try {
      await this.outsideLetters.close(how.limitMs);
      if (this.instance === null) await this.client.close();
      else await this.instance.stop({ ...how, limit: new ClosingLimit(how.limitMs, this.config.logger) });
    } finally {
      this.longCalls.stop();
      await this.opener?.close();
      await this.globals?.close();
      await this.folder.unlock();
    }
  }

  /** Asks all instances to stop, this one included: it hears of it through the group like the others. */
  requestShutdown(): void {
    this.membership?.requestShutdown();
  }

  metrics(): Measurements {
    const { numbers, tasks, reader, longCalls, client, stopping } = this;
    return snapshot(
      numbers,
      tasks?.running ?? [],
      reader,
      longCalls.longestStall,
      stopping.signal.aborted ? [] : client.brokers(),
      this.stalls,
    );
  }

  /** @throws MillraceError STORE_UNAVAILABLE */
  store<Reader>(name: string, type: QueryableStoreType<Reader>): Reader {
    return readStore(name, type, {
      topology: this.topology,
      config: this.config,
      running: () => this.tasks?.running ?? [],
      partitions: (subTopology) => this.plan?.current.tasks.get(subTopology) ?? 0,
      global: (global) => this.globals?.find(global) ?? null,
    });
  }

  private async deadLetters(admin: Admin): Promise<DeadLetterSettings> {
    return {
      topic: this.config.deadLetterTopic?.name ?? null,
      mostBytes: await prepareDeadLetterTopic(this.config, admin),
      outside: (letter) => {
        this.outsideLetters.add(letter);
      },
    };
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

  private member(client: BrokerClient, admin: Admin, plan: { current: TopicPlan }, processId: string): GroupMember {
    const { topology, config } = this;
    const { groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs, heartbeatIntervalMs } = config;
    const options = {
      groupId: config.applicationId,
      instanceId: groupInstanceId,
      protocol: PROTOCOL_NAME,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      heartbeatMs: heartbeatIntervalMs,
      pulse: this.longCalls.pulse,
    };
    const set = (): TaskSet => this.tasks as TaskSet;
    const handler = (this.membership = new Membership({
      applicationId: config.applicationId,
      recreated: this.recreated,
      topology,
      get tasks() {
        return set();
      },
      processId,
      tasksOnDisk: (): TaskId[] => this.folder.tasks(),
      replan: () => prepareTopics(topology, config, admin),
      plan,
      rejoin: (reason) => {
        member.rejoin(reason);
      },
      rebalancing: () => {
        this.settled = false;
        this.events.rebalancing();
      },
      settled: () => {
        this.settled = true;
        this.tellState();
      },
      failed: this.events.failed,
      logger: config.logger,
    }));
    const member = client.group(options, handler);
    this.group = member;
    return member;
  }

  private tellState(): void {
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
