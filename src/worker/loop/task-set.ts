/** The tasks of one instance, from the moment they are assigned until they are given up. */
import type { FetchedRecords, PartitionOffset, PartitionReader, TopicPartition } from '../../broker/port.js';
import { compareTaskIds, type TaskId } from '../../group/ownership.js';
import type { Logger } from '../../observe/logger.js';
import type { PartitionQueue } from '../../source/partition-queue.js';
import type { Task } from '../../task/task.js';
import { monotonicNow } from '../../time/monotonic.js';
import type { CommitCycle } from './commit-cycle.js';

/** Opens a task: its state, restored, and its place in the input. */
export type OpenTask = (id: TaskId, cancel: AbortSignal) => Promise<Task>;

interface Opening {
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

interface TaskSetParts {
  readonly open: OpenTask;
  readonly reader: PartitionReader;
  readonly commits: CommitCycle;
  /** Drops what these tasks wrote and what is not acknowledged. */
  readonly abandon: (tasks: readonly Task[]) => void;
  /** What a task did must not become durable as long as a record is half done. */
  readonly exact: boolean;
  readonly maxQueueBytes: number;
  /** How long a task that is given up waits for its asynchronous functions, ms. */
  readonly asyncDrainTimeoutMs: number;
  readonly logger: Logger;
  /** Told whenever a task came or went. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** A task is either opening (restoring) or running. Kafka Streams: `TaskManager` with its `Tasks`. */
export class TaskSet {
  private readonly openings = new Map<TaskId, Opening>();
  private readonly tasks = new Map<TaskId, Task>();
  /** Running tasks in the order of their ids. */
  private ordered: readonly Task[] = [];
  private readonly byPartition = new Map<string, Task>();
  private readonly paused = new Set<string>();
  /** Tasks that take no further record and are not closed yet. */
  private readonly leaving = new Set<Task>();
  /** All tasks are being closed, to be opened again after that; resolves with whether they are still ours. */
  private replaying: Promise<boolean> | null = null;
  /** When tasks stopped running that do not run any more, monotonic ms. */
  private readonly leftAt = new Map<TaskId, number>();
  /** What the nodes of tasks were given that are gone. */
  private readonly gone = new Map<string, number>();

  constructor(private readonly parts: TaskSetParts) {}

  get running(): readonly Task[] {
    return this.ordered;
  }

  /** Those that may have something to commit: running ones, and those that are about to be closed. */
  get alive(): readonly Task[] {
    return this.leaving.size === 0 ? this.ordered : [...this.ordered, ...this.leaving];
  }

  /** Everything that is assigned, running or not. */
  get owned(): TaskId[] {
    return [...this.tasks.keys(), ...this.openings.keys()].sort(compareTaskIds);
  }

  /** Assigned, and not running yet. */
  get opening(): TaskId[] {
    return [...this.openings.keys()];
  }

  /** Of tasks that ran here and do not any more: how long ago they stopped, ms. */
  get left(): Record<TaskId, number> {
    const now = monotonicNow();
    return Object.fromEntries([...this.leftAt].map(([id, at]) => [id, Math.round(now - at)]));
  }

  /** Partitions that are not fetched, since enough of them waits. */
  get pausedPartitions(): number {
    return this.paused.size;
  }

  /** Records that each node was given since the start, by its name. */
  get taken(): ReadonlyMap<string, number> {
    const totals = new Map(this.gone);
    for (const task of this.ordered) task.countInto(totals);
    return totals;
  }

  /** Whether some task is not running yet. */
  get isOpening(): boolean {
    return this.openings.size > 0;
  }

  /** Begins to open tasks; they run when their state is restored. */
  open(ids: readonly TaskId[]): void {
    for (const id of ids) {
      const cancel = new AbortController();
      const done = this.begin(id, cancel).then(
        (task) => this.opened(id, task, cancel.signal),
        (error: unknown) => {
          // A replay may have given its place to another opening meanwhile.
          if (this.openings.get(id)?.cancel === cancel) this.openings.delete(id);
          if (!cancel.signal.aborted) this.parts.failed(error);
        },
      );
      this.openings.set(id, { cancel, done });
    }
    this.parts.changed();
  }

  /**
   * Closes all tasks as they are and opens them again: they go on from what is committed. Those that are being closed for
   * good find out by their commit.
   * @param restart called when they are closed; gives whether they are still ours: if not, they are not opened
   */
  async replay(restart: () => Promise<boolean>): Promise<boolean> {
    const ids = this.owned;
    const going = this.stop(ids);
    const cancelled = this.cancelOpening(ids);
    const closed = async (): Promise<boolean> => {
      await cancelled;
      await this.parts.commits.idle();
      await this.closeAll(going);
      return restart();
    };
    const replaying = closed();
    this.replaying = replaying;
    this.open(ids);
    try {
      return await replaying;
    } finally {
      if (this.replaying === replaying) this.replaying = null;
    }
  }

  /**
   * Commits and closes tasks: what they did stands.
   * @param limitMs for the commit; what is not committed by then is dropped, since its brokers do not answer. Default: no limit
   * @throws BrokerError when the commit failed, for those of which it did; all are closed then too
   */
  async close(ids: readonly TaskId[], limitMs = Number.POSITIVE_INFINITY): Promise<void> {
    const going = this.stop(ids);
    for (const task of going) {
      this.leaving.add(task);
      task.state.writeNext();
    }
    await this.cancelOpening(ids);
    try {
      await Promise.all(going.map((task) => task.finishPending(this.parts.asyncDrainTimeoutMs)));
      // A task whose processor is still waited for is given up as it is; what it did since the last commit is done again.
      const finished = going.filter((task) => !this.isHalfDone(task));
      const rest = going.filter((task) => !finished.includes(task));
      for (const task of rest) this.leaving.delete(task);
      if (this.parts.exact && rest.length > 0) this.drop(rest, 'since they still wait for promises');
      await this.commitLast(finished, limitMs);
    } finally {
      for (const task of going) this.leaving.delete(task);
      await this.closeAll(going);
    }
  }

  private async commitLast(tasks: readonly Task[], limitMs: number): Promise<void> {
    if (tasks.length === 0) return;
    const timer =
      limitMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => this.drop(tasks, 'since brokers do not answer'), limitMs);
    try {
      const outcome = await this.parts.commits.finish(tasks);
      if (outcome === 'committed') return;
      const ids = tasks.map(({ id }) => id);
      this.parts.logger.warn(
        'tasks are given up without their last commit; their next owner processes those records again',
        {
          tasks: ids,
          outcome,
        },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  private isHalfDone(task: Task): boolean {
    return task.isWaiting() || (this.parts.exact && task.pending > 0);
  }

  /** Of those that are done already nothing is dropped: all that they wrote is acknowledged. */
  private drop(tasks: readonly Task[], why: string): void {
    this.parts.logger.warn(`tasks are given up without their last commit, ${why}`, {
      tasks: tasks.map(({ id }) => id),
    });
    this.parts.abandon(tasks);
  }

  /** Closes all tasks without a commit: they are not ours any more, and nothing of what they did may leave from here on. */
  async abandon(): Promise<void> {
    const ids = this.owned;
    const going = this.stop(ids);
    this.parts.abandon([...going, ...this.leaving]);
    await this.cancelOpening(ids);
    await this.parts.commits.idle();
    await this.closeAll(going);
  }

  /** Hands fetched records to the task that reads them; those of a task that has just gone are let go. */
  deliver(fetched: FetchedRecords): void {
    const key = partitionKey(fetched);
    const task = this.byPartition.get(key);
    const queue = task?.queue(fetched.topic, fetched.partition);
    if (task === undefined || queue === undefined) return;
    task.add(fetched, queue);
    if (queue.bufferedBytes > this.parts.maxQueueBytes) {
      this.paused.add(key);
      this.parts.reader.pause(fetched);
    }
  }

  /** The queue that holds a partition's records, undefined when no running task reads it. */
  queueOf(partition: TopicPartition): PartitionQueue | undefined {
    return this.byPartition.get(partitionKey(partition))?.queue(partition.topic, partition.partition);
  }

  /** Goes on at another offset, reader and task alike, so that position, lag and what is committed agree. */
  seek(position: PartitionOffset): void {
    const task = this.byPartition.get(partitionKey(position));
    const queue = task?.queue(position.topic, position.partition);
    if (task === undefined || queue === undefined) return;
    task.seek(queue, position.offset);
    this.parts.reader.seek(position);
  }

  /** Lets partitions be fetched again whose queues have emptied. */
  resumeDrained(): void {
    for (const key of this.paused) {
      const task = this.byPartition.get(key);
      const queue = task?.partitions.find((one) => partitionKey(one) === key);
      if (queue !== undefined && queue.bufferedBytes > this.parts.maxQueueBytes / 2) continue;
      this.paused.delete(key);
      if (queue !== undefined) this.parts.reader.resume(queue);
    }
  }

  private async begin(id: TaskId, cancel: AbortController): Promise<Task> {
    if (this.replaying !== null && !(await this.replaying)) cancel.abort();
    cancel.signal.throwIfAborted();
    return this.parts.open(id, cancel.signal);
  }

  private async opened(id: TaskId, task: Task, cancelled: AbortSignal): Promise<void> {
    if (cancelled.aborted) {
      await task.close();
      return;
    }
    this.openings.delete(id);
    this.leftAt.delete(id);
    this.tasks.set(id, task);
    this.reorder();
    for (const queue of task.partitions) this.byPartition.set(partitionKey(queue), task);
    this.parts.reader.assign(
      task.partitions.map(({ topic, partition, committableOffset: offset }) => ({ topic, partition, offset })),
    );
    this.parts.logger.info('task is running', { task: id });
    this.parts.changed();
  }

  /** From here on these tasks get no more records. */
  private stop(ids: readonly TaskId[]): Task[] {
    const going: Task[] = [];
    for (const id of ids) {
      const task = this.tasks.get(id);
      if (task === undefined) continue;
      going.push(task);
      task.countInto(this.gone);
      this.tasks.delete(id);
      this.leftAt.set(id, monotonicNow());
      this.parts.reader.unassign(task.partitions);
      for (const queue of task.partitions) {
        this.byPartition.delete(partitionKey(queue));
        this.paused.delete(partitionKey(queue));
      }
    }
    this.reorder();
    return going;
  }

  private async cancelOpening(ids: readonly TaskId[]): Promise<void> {
    const leaving = ids.map((id) => [id, this.openings.get(id)] as const);
    for (const [id, one] of leaving) {
      one?.cancel.abort();
      this.openings.delete(id);
    }
    await Promise.all(leaving.flatMap(([, one]) => (one === undefined ? [] : [one.done])));
  }

  private async closeAll(tasks: readonly Task[]): Promise<void> {
    const failures: unknown[] = [];
    for (const task of tasks) {
      try {
        await task.close();
        this.parts.logger.info('task is closed', { task: task.id });
      } catch (error) {
        // The others must not stay open, with their folders locked, because of this one.
        failures.push(error);
      }
    }
    if (tasks.length > 0) this.parts.changed();
    if (failures.length > 0) throw failures[0] as Error;
  }

  private reorder(): void {
    this.ordered = [...this.tasks.keys()].sort(compareTaskIds).map((id) => this.tasks.get(id) as Task);
  }
}

function partitionKey({ topic, partition }: TopicPartition): string {
  return `${topic}-${String(partition)}`;
}
