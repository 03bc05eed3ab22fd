/** One running instance: the loop that takes records from Kafka through the tasks and commits them. */
import type { BatchProducer, BrokerClient, GroupMember, PartitionReader } from '../../broker/port.js';
import type { Config } from '../../config.js';
import { BrokerError } from '../../errors/broker-error.js';
import type { Clock } from '../../time/clock.js';
import type { Slice } from '../../time/slice.js';
import type { Task } from '../../task/task.js';
import type { EventChannels } from '../../observe/events.js';
import type { WorkMetrics } from '../../observe/instance-metrics.js';
import type { CommitCycle } from './commit-cycle.js';
import { stopInstance, type HowToStop, type PartsToStop } from './stop-instance.js';
import type { QuestionWait } from './question-wait.js';
import type { TaskSet } from './task-set.js';
import type { RepartitionPurge } from '../topics/repartition-purge.js';

/** Records a task may process before the next task has its turn. */
const TURN_RECORDS = 256;
/** Longest sleep of an idle loop, ms. */
const IDLE_MS = 100;

/** What has work in the loop besides the tasks. */
export interface Background {
  /** At every round; returns at once. */
  poll(): void;
  /** Resolves when nothing that a round began goes on. */
  idle(): Promise<void>;
}

export interface InstanceParts {
  readonly config: Config;
  readonly slice: Slice;
  /** Of commit intervals and timers. */
  readonly steadyClock: Clock;
  readonly client: BrokerClient;
  readonly reader: PartitionReader;
  readonly producer: BatchProducer;
  readonly member: GroupMember;
  readonly tasks: TaskSet;
  readonly commits: CommitCycle;
  readonly purge: RepartitionPurge;
  readonly work: WorkMetrics;
  readonly questionWait: Pick<QuestionWait, 'round' | 'gives'>;
  readonly channels: EventChannels;
  /** Global stores, the watch over topics, what the reader met besides records. */
  readonly background: readonly Background[];
  readonly failed: (error: unknown) => void;
  readonly endedWith: PartsToStop['endedWith'];
}

/** Kafka Streams: `StreamThread`. */
export class Instance {
  private stopping = false;
  private paused = false;
  private finished: Promise<void> = Promise.resolve();
  private lastCommit: number;
  /** Number of the task that has the next turn: a slice ends anywhere, and none must always be behind it. */
  private next = 0;

  constructor(private readonly parts: InstanceParts) {
    this.lastCommit = parts.steadyClock.now();
  }

  /** Joins the group and starts the loop; resolves when the first assignment is known. */
  async start(): Promise<void> {
    this.finished = this.loop().catch((error: unknown) => {
      this.parts.failed(error);
    });
    await this.parts.member.start();
  }

  pause(): void {
    this.paused = true;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  resume(): void {
    this.paused = false;
  }

  /** Finishes the record at hand, commits, gives the tasks up, leaves. With `clean` false nothing is committed. */
  async stop(how: HowToStop): Promise<void> {
    this.stopping = true;
    await stopInstance(this.parts, this.finished, how);
  }

  private async loop(): Promise<void> {
    const { reader, producer, tasks, background, member, slice, work, commits, questionWait } = this.parts;
    let wasOverdue = false;
    while (!this.stopping) {
      questionWait.round(performance.now());
      for (const one of background) one.poll();
      for (const fetched of reader.poll()) tasks.deliver(fetched);
      // Unheard of for the session, the tasks may be others' by now: nothing is begun until the coordinator has spoken.
      const overdue = member.overdue();
      if (wasOverdue && !overdue) producer.resume();
      wasOverdue = overdue;
      const began = performance.now();
      const count = this.paused || overdue || commits.closesAll ? 0 : this.slice();
      if (count > 0) work.worked(performance.now() - began);
      tasks.resumeDrained();
      if (!overdue) this.commitWhenDue();
      if (count > 0) {
        questionWait.gives();
        await slice.pause();
      } else await reader.wait(this.idleTime());
    }
  }

  /** Gives the tasks their turns, one after the other, for a slice of time; 0 when none had anything to do. */
  private slice(): number {
    const { tasks, slice, steadyClock, channels } = this.parts;
    const { running } = tasks;
    const measured = channels.hearsBatches;
    const now = steadyClock.now();
    slice.begin();
    let total = 0;
    let idle = 0;
    while (idle < running.length) {
      const task = running[this.next % running.length] as Task;
      this.next = (this.next + 1) % running.length;
      const began = measured ? performance.now() : 0;
      const done = (task.punctuate(now) ? 1 : 0) + task.process(TURN_RECORDS, now);
      if (measured && done > 0) {
        channels.tell('millrace:batch', { task: task.id, records: done, duration: performance.now() - began });
      }
      idle = done === 0 ? idle + 1 : 0;
      total += done;
      if (slice.over()) return Math.max(total, 1);
    }
    return total;
  }

  private commitWhenDue(): void {
    const { commits, config, tasks, steadyClock } = this.parts;
    if (commits.busy) return;
    const now = steadyClock.now();
    const due = now - this.lastCommit >= config.commitIntervalMs;
    if (!due && !tasks.running.some((task) => task.wantsCommit)) return;
    this.lastCommit = now;
    commits.commit(tasks.running).catch((error: unknown) => {
      if (error instanceof BrokerError && error.class === 'fenced') {
        config.logger.warn('a commit was refused because the group has moved on', { error: error.message });
      } else this.parts.failed(error);
    });
  }

  private idleTime(): number {
    const { config, commits, tasks, steadyClock } = this.parts;
    const now = steadyClock.now();
    let until = commits.busy ? IDLE_MS : this.lastCommit + config.commitIntervalMs - now;
    if (!this.paused) for (const task of tasks.running) until = Math.min(until, task.wallClockDue - now);
    return Math.max(1, Math.min(IDLE_MS, until));
  }
}
