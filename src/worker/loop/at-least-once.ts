/** At-least-once: the epoch of each task becomes durable by itself, so that no task waits for another one's broker. */
import type { CommittedOffset, FlushedOffsets, GroupMember } from '../../broker/port.js';
import { BrokerError } from '../../errors/broker-error.js';
import type { CommitMetrics } from '../../observe/instance-metrics.js';
import type { Logger } from '../../observe/logger.js';
import type { Task } from '../../task/task.js';
import type { EpochKeeper, EpochOutcome, SealedEpoch } from './epoch-keeper.js';

/** How long the tasks of one commit wait for each other, to need one request only. */
const TOGETHER_MS = 1_000;
/** The same for those that were left behind: an outage ends for many of them at once. */
const GATHER_MS = 20;

interface Flushed extends SealedEpoch {
  readonly flushed: FlushedOffsets;
}

interface Behind {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface AtLeastOnceParts {
  readonly member: Pick<GroupMember, 'commit'>;
  readonly metrics: CommitMetrics;
  /** Monotonic, ms. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Told after every commit, for the purge of repartition topics. */
  readonly committed: (offsets: readonly CommittedOffset[]) => void;
  /** Told what went wrong for a task that was left behind, unless the group had moved on. */
  readonly failed: (error: Error) => void;
}

/**
 * For each task, in this order: what it wrote is acknowledged, its input offsets are committed, its LevelDB gets the epoch.
 * The tasks of one commit go together as long as none keeps the others waiting for long.
 */
export class AtLeastOnce implements EpochKeeper {
  readonly together = false;
  readonly lost = false;
  readonly pending = false;
  private readonly behind = new Map<Task, Behind>();
  /** Of those behind, what is flushed and waits for its commit. */
  private gathered: Flushed[] = [];

  constructor(private readonly parts: AtLeastOnceParts) {}

  isBehind(task: Task): boolean {
    // One that waits to try a record again may do so for long.
    return this.behind.has(task) || task.retrying;
  }

  async caughtUp(task: Task): Promise<void> {
    await this.behind.get(task)?.done;
  }

  async idle(): Promise<void> {
    await Promise.allSettled([...this.behind.values()].map(({ done }) => done));
  }

  async keep(sealed: readonly SealedEpoch[]): Promise<EpochOutcome> {
    const begun = this.parts.now();
    const ready: Flushed[] = [];
    const open = new Set(sealed);
    let failure: Error | null = null;
    let together = true;
    let gather: () => void = () => undefined;
    const gathered = new Promise<void>((resolve) => (gather = resolve));
    for (const epoch of sealed) {
      epoch.task.writer.flush().then(
        (flushed) => {
          open.delete(epoch);
          if (together) ready.push({ ...epoch, flushed });
          else this.flushed({ ...epoch, flushed });
          if (open.size === 0) gather();
        },
        (error: unknown) => {
          open.delete(epoch);
          if (together) failure ??= error as Error;
          else this.settle([epoch], error as Error);
          if (open.size === 0) gather();
        },
      );
    }
    if (open.size === 0) gather();
    await within(TOGETHER_MS, gathered);
    together = false;
    for (const { task } of open) this.leaveBehind(task);
    if (ready.length > 0) await this.commit(ready, begun);
    // Typescript does not see that the callbacks above may have set it.
    if ((failure as Error | null) !== null) throw failure as unknown as Error;
    return 'committed';
  }

  private leaveBehind(task: Task): void {
    let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
    const done = new Promise<void>((onDone, onError) => {
      resolve = onDone;
      reject = onError;
    });
    // Whoever waits hears of a failure; it is told to `failed` in any case.
    done.catch(() => undefined);
    this.behind.set(task, { done, resolve, reject });
    this.parts.logger.debug('a task is left behind by a commit until its broker answers', { task: task.id });
  }

  /** What was left behind is acknowledged at last. */
  private flushed(epoch: Flushed): void {
    this.gathered.push(epoch);
    if (this.gathered.length > 1) return;
    const begun = this.parts.now();
    setTimeout(() => {
      const late = this.gathered;
      this.gathered = [];
      this.commit(late, begun).then(
        () => {
          this.settle(late, null);
        },
        (error: unknown) => {
          this.settle(late, error as Error);
        },
      );
    }, GATHER_MS);
  }

  private settle(epochs: readonly SealedEpoch[], error: Error | null): void {
    for (const { task } of epochs) {
      const behind = this.behind.get(task);
      this.behind.delete(task);
      if (error === null) behind?.resolve();
      else behind?.reject(error);
    }
    if (error === null) return;
    if (error instanceof BrokerError && error.class === 'fenced') {
      const tasks = epochs.map(({ task }) => task.id);
      this.parts.logger.warn('a commit was abandoned, since its tasks were given up', { tasks, error: error.message });
    } else this.parts.failed(error);
  }

  private async commit(epochs: readonly Flushed[], begun: number): Promise<void> {
    const { member, metrics, now, committed } = this.parts;
    const offsets = epochs.flatMap((epoch) => epoch.offsets);
    if (offsets.length > 0) await member.commit(offsets);
    await Promise.all(epochs.map(({ task, flushed }) => Promise.resolve(task.writeEpoch(flushed))));
    committed(offsets);
    metrics.committed(now() - begun);
  }
}

async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
