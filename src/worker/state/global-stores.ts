/** Tables that every instance holds whole: read from all partitions of their topics before work begins, and kept up since. */
import type {
  Admin,
  BatchProducer,
  BrokerClient,
  FlushedOffsets,
  PartitionOffset,
  PartitionReader,
  ReaderEvent,
  RecordWriter,
} from '../../broker/port.js';
import type { Config } from '../../config.js';
import { MillraceError } from '../../errors/error.js';
import { RecordContext } from '../../record/record-context.js';
import { Turn } from '../../record/turn.js';
import type { Clock } from '../../time/clock.js';
import type { Slice } from '../../time/slice.js';
import { DefaultPartition } from '../../sink/default-partition.js';
import { MemoryBackend } from '../../store/memory/memory-backend.js';
import { CacheBudget } from '../../store/cache-budget.js';
import { openTaskState } from '../../store/overlay/overlay-task-state.js';
import type { StateStore } from '../../store/state-store.js';
import { assembleTask, type GlobalStoreFinder, type TaskInput } from '../../task/assemble-task.js';
import type { DeadLetterSettings } from '../../task/dead-letters.js';
import { prepareSerdes } from '../../task/serde-uses.js';
import { storeOpening } from '../../task/store-openings.js';
import type { Task } from '../../task/task.js';
import type { Topology } from '../../topology/topology.js';
import type { InstanceMetrics } from '../instance-metrics.js';

const TASK = 'global';
/** Records processed before the loop goes on with the tasks. */
const TURN_RECORDS = 1_000;
const WAIT_MS = 100;

interface GlobalStoresParts {
  readonly topology: Topology;
  readonly config: Config;
  readonly admin: Admin;
  readonly client: BrokerClient;
  readonly metrics: InstanceMetrics;
  readonly deadLetters: DeadLetterSettings;
  /** Of the loop that runs the tasks. */
  readonly slice: Slice;
  readonly steadyClock: Clock;
}

/**
 * Global tables are kept in memory and read from the start of their topics at every start.
 * Kafka Streams: `GlobalStreamThread` with `GlobalStateManagerImpl`.
 */
export class GlobalStores {
  private task: Task | null = null;
  private reader: PartitionReader | null = null;
  /** An epoch is sealed in part; the next slice of time goes on with it. */
  private sealing = false;
  private isRead = false;

  constructor(private readonly parts: GlobalStoresParts) {}

  /** Where joins look them up; null when the topology has none. */
  get stores(): GlobalStoreFinder | null {
    const { task } = this;
    if (task === null) return null;
    return { readable: (name) => task.state.get('keyValue', name, 'timestamped'), find: (name) => this.find(name) };
  }

  /** The task that has them all, once it has read what there was at the start. */
  get whole(): Task | null {
    return this.isRead ? this.task : null;
  }

  find(name: string): StateStore | null {
    return this.task?.state.stores.find((store) => store.name === name) ?? null;
  }

  /** Reads everything that the topics hold now. */
  async start(): Promise<void> {
    const { topology, client, config } = this.parts;
    if (topology.globalStores.length === 0) return;
    const { fetchBufferBytes: maxBufferedBytes, fetchPartitionBytes: maxPartitionBytes } = config;
    const { isolation } = config;
    this.reader = client.reader({ name: TASK, isolation, maxBufferedBytes, maxPartitionBytes, maxWaitMs: WAIT_MS });
    const inputs = await this.inputs();
    const ends = await this.parts.admin.listOffsets(inputs, 'latest');
    const stores = topology.globalStores.map(({ store }) => store);
    await prepareSerdes(
      topology.globalStores.map(({ source }) => source),
      stores,
      { ...config, topology },
    );
    this.task = this.assemble(inputs);
    this.reader.assign(inputs);
    const { task, reader } = this;
    const behind = (): boolean =>
      ends.some((end) => (task.queue(end.topic, end.partition)?.committableOffset ?? 0) < this.reachable(end));
    while (behind()) {
      this.poll();
      if (behind()) await (this.ready ? this.parts.slice.pause() : reader.wait(WAIT_MS));
    }
    this.isRead = true;
    config.logger.info('global stores are read', { records: ends.reduce((sum, { offset }) => sum + offset, 0) });
  }

  /** Whether records are fetched and not processed yet. */
  get ready(): boolean {
    return this.task?.ready(this.parts.steadyClock.now()) ?? false;
  }

  /** Takes what has arrived since, for a slice of time. */
  poll(): void {
    const { reader, task } = this;
    if (reader === null || task === null) return;
    for (const event of reader.events()) this.answer(event, task, reader);
    for (const fetched of reader.poll()) {
      const queue = task.queue(fetched.topic, fetched.partition);
      if (queue !== undefined) task.add(fetched, queue);
    }
    const { slice, steadyClock } = this.parts;
    const now = steadyClock.now();
    slice.begin();
    if (!this.sealing) {
      while (task.process(TURN_RECORDS, now) > 0 && !slice.over());
      // Of a record that waits to be tried again nothing is settled yet.
      if (task.unfinished || !task.state.wantsCommit) return;
      slice.begin();
    }
    this.sealing = task.sealEpoch() === null;
    if (!this.sealing) void task.writeEpoch(NOTHING_WRITTEN);
  }

  /** Nothing goes on outside of `poll`. */
  idle(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.task?.close();
  }

  /** What the log held at the start may have been deleted since. */
  private reachable({ topic, partition, offset }: PartitionOffset): number {
    const end = this.reader?.endOffset({ topic, partition }) ?? -1;
    return end < 0 ? offset : Math.min(end, offset);
  }

  /** A global table shows what its topic holds: after records are deleted it goes on with what is left, after a new start of the log it begins anew. */
  private answer(event: ReaderEvent, task: Task, reader: PartitionReader): void {
    if (event.type === 'failed') throw event.error;
    if (event.type === 'doubtful-topic') return;
    const { topic, partition } = event;
    const { topology, config } = this.parts;
    const stores = topology.globalStores.filter((one) => one.topic === topic).map(({ store }) => store.name);
    if (event.type === 'unknown-topic') {
      throw new MillraceError(
        'TOPIC_MISSING',
        `topic ${topic} of global store ${stores.join(', ')} does not exist any more; create it again and restart the application`,
        { topic, partition },
      );
    }
    const { offset, logStart, logEnd } = event;
    const queue = task.queue(topic, partition);
    if (queue === undefined) return;
    if (offset > logEnd) for (const store of stores) task.state.wipe(store);
    const rows = offset > logEnd ? 'its rows are read anew' : 'its rows stay';
    config.logger.warn(
      `offset ${String(offset)} of ${topic}-${String(partition)} is not in the log, which holds ${String(logStart)} to ${String(logEnd)}; global store ${stores.join(', ')} goes on at ${String(logStart)}, ${rows}`,
    );
    task.seek(queue, logStart);
    reader.seek({ topic, partition, offset: logStart });
  }

  private async inputs(): Promise<TaskInput[]> {
    const { topology, admin } = this.parts;
    const sources = new Map(topology.globalStores.map((one) => [one.topic, one.source.name]));
    const topics = await admin.describeTopics([...sources.keys()]);
    const partitions = topics.flatMap(({ topic, partitions: count }) =>
      Array.from({ length: count }, (_, partition) => ({ topic, partition })),
    );
    const starts = await admin.listOffsets(partitions, 'earliest');
    const nothing = { partitionTime: -1, operatorTimes: new Map<string, number>() };
    return starts.map((start) => ({ ...start, source: sources.get(start.topic) as string, ...nothing }));
  }

  private assemble(inputs: readonly TaskInput[]): Task {
    const { topology, config, metrics } = this.parts;
    const names = new Set(topology.globalStores.flatMap((one) => [one.source.name, one.processor.name]));
    const record = new RecordContext();
    const turn = new Turn(record, this.parts.slice);
    const memory = new MemoryBackend();
    const state = openTaskState({
      task: TASK,
      partition: 0,
      context: record,
      turn,
      stores: topology.globalStores.map((one) => storeOpening(one.store, config)),
      backends: { level: memory, memory },
      cache: new CacheBudget(0),
      warn: (message: string) => {
        config.logger.warn(message);
      },
    });
    const settings = {
      ...config,
      topology,
      steadyClock: this.parts.steadyClock,
      // A partition of one topic never waits for one of another.
      maxTaskIdleMs: -1,
      wake: (): void => {
        // Its nodes have nothing that goes on beside a record.
      },
      producer: READ_ONLY,
      defaultPartition: new DefaultPartition(() => 0),
      metrics: metrics.records,
      deadLetters: this.parts.deadLetters,
      endOffset: (): number => 0,
      globalStores: null,
    };
    const nodes = topology.nodes.filter((node) => names.has(node.name));
    return assembleTask(settings, { id: TASK, nodes, inputs, state, record, turn, global: true });
  }
}

const NOTHING_WRITTEN: FlushedOffsets = { lastOffset: () => -1 };

function refuse(): never {
  throw new MillraceError('TOPOLOGY_INVALID', 'the processor of a global store cannot write to topics');
}

const NOTHING_TO_WRITE: RecordWriter = {
  name: TASK,
  full: false,
  append: refuse,
  partitionCount: refuse,
  lookUp: refuse,
  flush: refuse,
  end: () => undefined,
};

/** Global stores have no changelog of their own and their processors no sinks. */
const READ_ONLY: BatchProducer = {
  bufferedBytes: 0,
  writer: () => NOTHING_TO_WRITE,
  partitionCount: refuse,
  lookUp: refuse,
  flush: refuse,
  abandon: refuse,
  resume: refuse,
  close: refuse,
};
