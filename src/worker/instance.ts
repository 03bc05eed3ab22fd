/** One running instance: the loop that takes records from Kafka through the tasks and commits them. */
import type { BatchProducer, BrokerClient, GroupMember, PartitionReader } from '../broker/port.js';
import type { Config } from '../config.js';
import { BrokerError } from '../errors/broker-error.js';
import type { CommitCycle } from './commit-cycle.js';
import type { TaskSet } from './task-set.js';
import type { RepartitionPurge } from './repartition-purge.js';

/** How long the loop may keep the thread before timers and sockets get their turn, ms. */
const SLICE_MS = 10;
/** Records a task may process before the next task has its turn. */
const TURN_RECORDS = 256;
/** Longest sleep of an idle loop, ms. */
const IDLE_MS = 100;

export interface InstanceParts {
  readonly config: Config;
  readonly client: BrokerClient;
  readonly reader: PartitionReader;
  readonly producer: BatchProducer;
  readonly member: GroupMember;
  readonly tasks: TaskSet;
  readonly commits: CommitCycle;
  readonly purge: RepartitionPurge;
  /** What else has work in the loop: global stores, the watch over topics, what the reader met besides records. */
  readonly background: readonly { poll(): void; idle(): Promise<void> }[];
  readonly failed: (error: unknown) => void;
}

/** Kafka Streams: `StreamThread`. */
export class Instance {
  private stopping = false;
  private paused = false;
  private finished: Promise<void> = Promise.resolve();
  private lastCommit: number;

  constructor(private readonly parts: InstanceParts) {
    this.lastCommit = parts.config.clock.now();
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

  resume(): void {
    this.paused = false;
  }

  /** Finishes the record at hand, commits, gives the tasks up, leaves. With `clean` false nothing is committed. */
  async stop({ clean, leave }: { readonly clean: boolean; readonly leave: boolean }): Promise<void> {
    const { tasks, member, reader, producer, purge } = this.parts;
    this.stopping = true;
    await this.finished;
    let failure: unknown;
    try {
      if (clean) await tasks.close(tasks.owned);
      else await tasks.abandon();
    } catch (error) {
      failure = error;
      await tasks.abandon();
    }
    await purge.idle();
    for (const one of this.parts.background) await one.idle();
    const closed = await Promise.allSettled([member.close({ leave }), reader.close(), producer.close()]);
    await this.parts.client.close();
    if (failure !== undefined) throw failure as Error;
    const refused = closed.find((one) => one.status === 'rejected');
    if (clean && refused !== undefined) throw refused.reason as Error;
  }

  private async loop(): Promise<void> {
    const { reader, producer, tasks, background, member } = this.parts;
    while (!this.stopping) {
      for (const one of background) one.poll();
      for (const fetched of reader.poll()) tasks.deliver(fetched);
      // Unheard of for the session, the tasks may be others' by now: nothing is begun until the coordinator has spoken.
      const overdue = member.overdue();
      const count = this.paused || overdue ? 0 : this.slice();
      tasks.resumeDrained();
      if (!overdue) this.commitWhenDue();
      if (producer.full) await producer.drained();
      else if (count > 0) await nextTurn();
      else await reader.wait(this.idleTime());
    }
  }

  /** Lets each task process records, in turns, for at most a slice of time. */
  private slice(): number {
    const { tasks, producer, config } = this.parts;
    const now = config.clock.now();
    const end = performance.now() + SLICE_MS;
    let total = 0;
    for (const task of tasks.running) if (task.punctuate(now)) total += 1;
    for (;;) {
      let round = 0;
      for (const task of tasks.running) round += task.process(TURN_RECORDS, now);
      total += round;
      if (round === 0 || producer.full || performance.now() >= end) return total;
    }
  }

  private commitWhenDue(): void {
    const { commits, config, tasks } = this.parts;
    if (commits.busy) return;
    const now = config.clock.now();
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
    const { config, commits, tasks } = this.parts;
    const now = config.clock.now();
    let until = commits.busy ? IDLE_MS : this.lastCommit + config.commitIntervalMs - now;
    if (!this.paused) for (const task of tasks.running) until = Math.min(until, task.wallClockDue - now);
    return Math.max(1, Math.min(IDLE_MS, until));
  }
}

/** Lets timers and sockets have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
