/** An instance over a broker in memory: its loop, its tasks and its commits are real, its group is the test. */
import { DiagnosticsChannels } from '../../../src/observe/channels.js';
import { MemoryBroker, type MemoryProducer } from '../../../src/broker/memory/memory-broker.js';
import type {
  CommittedOffset,
  FetchedRecords,
  GroupMember,
  PartitionOffset,
  PartitionReader,
  TopicPartition,
} from '../../../src/broker/port.js';
import { readConfig } from '../../../src/config.js';
import { parseTaskId, type TaskId } from '../../../src/group/ownership.js';
import { CommitMetrics, WorkMetrics } from '../../../src/observe/instance-metrics.js';
import { silentLogger } from '../../../src/observe/logger.js';
import type { Topology } from '../../../src/topology/topology.js';
import { AtLeastOnce } from '../../../src/worker/loop/at-least-once.js';
import type { EpochKeeper } from '../../../src/worker/loop/epoch-keeper.js';
import { ClosingLimit } from '../../../src/worker/loop/closing-limit.js';
import { CommitCycle } from '../../../src/worker/loop/commit-cycle.js';
import { Instance } from '../../../src/worker/loop/instance.js';
import { TaskSet } from '../../../src/worker/loop/task-set.js';
import { ThreadSlice } from '../../../src/worker/loop/thread-slice.js';
import { OneTask } from '../../task/one-task.js';

const key = ({ topic, partition }: TopicPartition): string => `${topic}-${String(partition)}`;

/** Fetches each record as it is; a partition that is paused gives none. */
class MemoryReader implements PartitionReader {
  readonly paused = new Set<string>();
  readonly bufferedBytes = 0;
  closed = false;
  private readonly positions = new Map<string, { topic: string; partition: number; offset: number }>();
  private wakeUp: () => void = () => undefined;

  constructor(private readonly broker: MemoryBroker) {}

  assign(partitions: readonly PartitionOffset[]): void {
    for (const one of partitions) this.positions.set(key(one), { ...one });
  }

  unassign(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.positions.delete(key(one));
  }

  seek(partition: PartitionOffset): void {
    this.assign([partition]);
  }

  pause(partition: TopicPartition): void {
    this.paused.add(key(partition));
  }

  resume(partition: TopicPartition): void {
    this.paused.delete(key(partition));
  }

  poll(): FetchedRecords[] {
    return [...this.positions.values()].flatMap((position) => {
      const records = this.broker.records(position.topic).slice(position.offset);
      if (records.length === 0 || this.paused.has(key(position))) return [];
      position.offset += records.length;
      return [this.broker.fetched(records)];
    });
  }

  events(): [] {
    return [];
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake(): void {
    this.wakeUp();
  }

  endOffset({ topic }: TopicPartition): number {
    return this.broker.endOffset(topic);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

export class MemoryInstance {
  readonly broker = new MemoryBroker();
  readonly producer: MemoryProducer = this.broker.producer();
  readonly reader = new MemoryReader(this.broker);
  readonly committed = new Map<string, number>();
  readonly failures: unknown[] = [];
  readonly steps: string[] = [];
  readonly tasks: TaskSet;
  readonly instance: Instance;
  /** Whether the coordinator was not heard of for too long. */
  overdue = false;
  /** What the next commit is refused with. */
  refusal: Error | null = null;
  /** Of timers and commit intervals, ms. */
  now = 0;
  /** Called at each round of the loop. */
  round: () => void = () => undefined;

  /** @param ofEach whether each task reads a topic of its own, or a partition of its own; only partition 0 has records */
  constructor(
    topologies: Readonly<Record<TaskId, Topology>>,
    private readonly ofEach: 'topic' | 'partition' = 'topic',
    /** Whether the epochs of all tasks are one. */
    together = false,
  ) {
    const config = readConfig({
      applicationId: 'test',
      kafka: { brokers: ['localhost:9092'] },
      commitInterval: 1_000,
      logger: silentLogger,
    });
    const slice = new ThreadSlice(() => undefined);
    const member = this.member();
    const clock = { now: (): number => this.now };
    const failed = (error: unknown): void => {
      this.failures.push(error);
    };
    const metrics = new CommitMetrics();
    const guarantee = { member, metrics, now: clock.now, logger: silentLogger, committed: () => undefined, failed };
    const keeper: EpochKeeper = new AtLeastOnce(guarantee);
    if (together) Object.assign(keeper, { together });
    const commits = new CommitCycle(
      member,
      keeper,
      () => this.tasks.alive,
      () => {
        this.reader.wake();
      },
    );
    this.tasks = new TaskSet({
      open: (id) => {
        const { broker, producer } = this;
        const { partition } = this.ofEach === 'topic' ? { partition: 0 } : parseTaskId(id);
        return Promise.resolve(new OneTask(topologies[id] as Topology, { id, partition, broker, producer }).task);
      },
      reader: this.reader,
      commits,
      abandon: (tasks) => this.steps.push(`abandons ${tasks.map(({ id }) => id).join(' ')}`),
      exact: false,
      maxQueueBytes: 1_000_000,
      asyncDrainTimeoutMs: 1_000,
      logger: silentLogger,
      changed: () => undefined,
      failed,
    });
    const { reader, producer, tasks } = this;
    this.instance = new Instance({
      ...{ config, slice, reader, producer, member, tasks, commits, failed },
      endedWith: () => Promise.resolve(void this.steps.push('tells')),
      steadyClock: clock,
      work: new WorkMetrics(),
      questionWait: { round: () => undefined, gives: () => undefined },
      channels: new DiagnosticsChannels('memory'),
      client: { brokers: () => [], close: () => Promise.resolve(void this.steps.push('closes')) } as never,
      purge: { committed: () => undefined, idle: () => Promise.resolve() } as never,
      background: [
        {
          poll: () => {
            this.round();
          },
          idle: () => Promise.resolve(),
        },
      ],
    });
  }

  write(topic: string, values: readonly string[]): void {
    for (const value of values) this.broker.append(topic, Buffer.from('k'), Buffer.from(value), [], 1);
    this.reader.wake();
  }

  /** Values of a topic in the order in which they were written. */
  read(topic: string): string[] {
    return this.broker.records(topic).map(({ value }) => String(value));
  }

  async stop(clean = true): Promise<void> {
    await this.instance.stop({ clean, leave: true, limit: new ClosingLimit(10_000, silentLogger) });
  }

  private member(): GroupMember {
    return {
      start: () => Promise.resolve(),
      rejoin: () => undefined,
      identity: () => null,
      overdue: () => this.overdue,
      confirmed: () => Promise.resolve(),
      commit: (offsets: readonly CommittedOffset[]) => {
        if (this.refusal !== null) return Promise.reject(this.refusal);
        for (const one of offsets) this.committed.set(key(one), one.offset);
        return Promise.resolve();
      },
      committed: () => Promise.resolve([]),
      close: ({ leave }) => Promise.resolve(void this.steps.push(leave ? 'leaves' : 'goes')),
    };
  }
}
