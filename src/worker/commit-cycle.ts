/** The commit of one instance, as an epoch: everything that was processed so far becomes durable together. */
import type { BatchProducer, CommittedOffset, GroupMember } from '../broker/port.js';
import type { Task } from '../task/task.js';
import type { Clock } from '../time/clock.js';
import type { CommitMetrics } from '../observe/instance-metrics.js';

/**
 * One commit at a time; later callers wait for their turn. The order is what makes at-least-once hold:
 *
 * 1. caches are flushed downstream, in slices of time, each task taking no record meanwhile; then at once changed keys are
 *    appended to the changelogs, and stores start a new epoch;
 * 2. awaited: outputs and changelog records are acknowledged, then the input offsets are committed;
 * 3. last: each task's LevelDB gets the epoch and its changelog offsets in one batch.
 *
 * Records go on being processed during 2 and 3. A crash anywhere leaves on disk an older state with the offsets that
 * belong to it, and the changelog brings it up.
 */
export class CommitCycle {
  private turn: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly producer: BatchProducer,
    private readonly member: GroupMember,
    private readonly clock: Clock,
    private readonly metrics: CommitMetrics,
    /** Told after every commit, for the purge of repartition topics. */
    private readonly committed: (offsets: readonly CommittedOffset[]) => void,
  ) {}

  /** Whether a commit is under way or waits. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  /** Commits these tasks. @throws BrokerError when it could not be done; then nothing of it counts as committed */
  commit(tasks: readonly Task[]): Promise<void> {
    this.waiting += 1;
    const mine = this.turn.then(() => this.run(tasks));
    this.turn = mine
      .catch(() => undefined) // the caller of `commit` gets the error; the next one must have its turn all the same
      .finally(() => {
        this.waiting -= 1;
      });
    return mine;
  }

  /** Resolves when no commit is under way. */
  idle(): Promise<void> {
    return this.turn;
  }

  private async run(tasks: readonly Task[]): Promise<void> {
    const started = this.clock.now();
    const changed = tasks.filter((task) => task.needsCommit);
    if (changed.length === 0) return;
    do {
      await this.member.confirmed();
      await this.flushCaches(changed);
    } while (this.member.overdue());
    // From the last flush of the caches to here nothing was awaited: the offsets are those of what was flushed.
    const offsets = changed.flatMap((task) => task.sealEpoch());
    const flushed = await this.producer.flush();
    if (offsets.length > 0) await this.member.commit(offsets);
    await Promise.all(changed.map((task) => Promise.resolve(task.writeEpoch(flushed))));
    this.committed(offsets);
    this.metrics.committed(this.clock.now() - started);
  }

  /**
   * Flushes until nothing that a record began is unfinished and no record waits for its topic to be looked up any more. The
   * tasks take no further record until they are sealed; others go on meanwhile.
   */
  private async flushCaches(tasks: readonly Task[]): Promise<void> {
    for (;;) {
      for (const task of tasks) await task.flush();
      const unsettled = tasks.filter((task) => task.unsettled);
      if (unsettled.length === 0) return;
      for (const task of unsettled) await task.settle();
    }
  }
}
