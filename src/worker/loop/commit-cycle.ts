/** When and in which order the tasks of one instance end their epochs; `EpochKeeper` makes them durable. */
import type { GroupMember } from '../../broker/port.js';
import type { Task } from '../../task/task.js';
import type { EpochKeeper, EpochOutcome, SealedEpoch } from './epoch-keeper.js';

/**
 * One commit at a time; later callers wait for their turn. The order is what makes a guarantee hold:
 *
 * 1. caches are flushed downstream, then changed keys are appended to the changelogs, and stores start a new epoch: in slices
 *    of time, each task taking no record meanwhile, and no task at all where the epochs of all are one;
 * 2. awaited: outputs and changelog records are acknowledged, then the input offsets are committed;
 * 3. last: each task's LevelDB gets the epoch and its changelog offsets in one batch.
 *
 * Records are processed again during 2 and 3. A crash anywhere leaves on disk an older state with the offsets that
 * belong to it, and the changelog brings it up. A task that is behind with 2, as it waits for a broker, is left out of
 * commits until it has caught up.
 */
export class CommitCycle {
  private turn: Promise<void> = Promise.resolve();
  private waiting = 0;
  private closing = false;

  constructor(
    private readonly member: Pick<GroupMember, 'overdue' | 'confirmed'>,
    private readonly keeper: EpochKeeper,
    /** Every task that is not closed, where the guarantee is one for all of them. */
    private readonly all: () => readonly Task[] = () => [],
    /** Told when a task may go on that took no record. */
    private readonly released: () => void = () => undefined,
  ) {}

  /** Whether a commit is under way or waits. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  /**
   * Whether the one epoch of all tasks is being closed: what any of them wrote now would be committed without the offset that
   * it came from, so none may take a record or call a timer.
   */
  get closesAll(): boolean {
    return this.closing;
  }

  /**
   * Commits these tasks, as far as they are not behind. Resolves when the next commit may begin,
   * with what became of this one.
   * @throws BrokerError when it could not be done; then nothing of it counts as committed
   */
  commit(tasks: readonly Task[]): Promise<EpochOutcome> {
    this.waiting += 1;
    const mine = this.turn
      .then(() => this.run(tasks))
      .catch((error: unknown) => {
        // Whatever a task met whose work is given up is met again, or not, when that is done again.
        if (this.keeper.lost) return 'aborted' as const;
        throw error;
      });
    const over = (): void => {
      this.waiting -= 1;
    };
    // The caller of `commit` gets the error; the next one must have its turn all the same.
    this.turn = mine.then(over, over);
    return mine;
  }

  /** Commits what these tasks have done, to the last: for tasks that take no further record. @throws the first error, at the end */
  async finish(tasks: readonly Task[]): Promise<EpochOutcome> {
    const { keeper } = this;
    const late = tasks.filter((task) => keeper.isBehind(task));
    const prompt = tasks.filter((task) => !keeper.isBehind(task));
    const ends = await Promise.allSettled([
      this.commitToTheEnd(prompt),
      ...late.map(async (task) => {
        await keeper.caughtUp(task);
        return this.commitToTheEnd([task]);
      }),
    ]);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const outcomes = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    return outcomes.find((outcome) => outcome !== 'committed') ?? 'committed';
  }

  /** Resolves when no commit is under way. */
  async idle(): Promise<void> {
    await this.turn;
    await this.keeper.idle();
  }

  private async commitToTheEnd(tasks: readonly Task[]): Promise<EpochOutcome> {
    if (tasks.length === 0) return 'committed';
    const outcome = await this.commit(tasks);
    await Promise.all(tasks.map((task) => this.keeper.caughtUp(task)));
    return outcome;
  }

  private async run(asked: readonly Task[]): Promise<EpochOutcome> {
    const { keeper, member } = this;
    try {
      for (;;) {
        if (this.changed(asked).length === 0 && !keeper.pending) return 'committed';
        await member.confirmed();
        this.closing = keeper.together;
        const changed = this.changed(asked);
        await this.flushCaches(changed);
        // Whether the tasks are still ours is asked before anything of theirs is appended to a changelog.
        if (!member.overdue()) return await this.keep(changed);
        this.release();
      }
    } finally {
      this.release();
    }
  }

  /** Seals each of these tasks; from its last flush on it has taken no record, so the offsets are those of what was flushed. */
  private async keep(tasks: readonly Task[]): Promise<EpochOutcome> {
    const sealed: SealedEpoch[] = [];
    for (const task of tasks) {
      sealed.push({ task, offsets: await task.seal() });
      this.released();
    }
    // The keeper cuts off in this turn what belongs to the epochs.
    const kept = this.keeper.keep(sealed);
    this.release();
    return kept;
  }

  private release(): void {
    if (!this.closing) return;
    this.closing = false;
    this.released();
  }

  private changed(asked: readonly Task[]): Task[] {
    const { keeper } = this;
    if (!keeper.together) return asked.filter((task) => !keeper.isBehind(task) && task.needsCommit);
    // Results of asynchronous functions are waited for, as they must not be written while the epoch is closed.
    return this.all().filter((task) => task.needsCommit || task.pending > 0);
  }

  /**
   * Flushes until nothing that a record began is unfinished and no record waits for its topic to be looked up any more. The
   * tasks take no further record until they are sealed; others go on meanwhile, unless the epochs of all are one.
   */
  private async flushCaches(tasks: readonly Task[]): Promise<void> {
    for (;;) {
      if (this.keeper.together) await Promise.all(tasks.map((task) => task.drain()));
      for (const task of tasks) await task.flush();
      if (this.keeper.together && tasks.some(({ pending }) => pending > 0)) continue;
      const unsettled = tasks.filter((task) => task.unsettled);
      if (unsettled.length === 0) return;
      for (const task of unsettled) await task.settle();
    }
  }
}
