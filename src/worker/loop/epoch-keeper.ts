/** What a commit hands over once epochs are sealed: whoever makes them durable, by the guarantee that was asked for. */
import type { CommittedOffset, TransactionOutcome } from '../../broker/port.js';
import type { Task } from '../../task/task.js';

/** What one task did up to its last seal. */
export interface SealedEpoch {
  readonly task: Task;
  /** Input offsets that belong to it. */
  readonly offsets: readonly CommittedOffset[];
}

/** What became of epochs: all of them the same. */
export type EpochOutcome = TransactionOutcome;

export interface EpochKeeper {
  /**
   * Epochs of all tasks are one: none may be sealed without the others, nor with a record of which something is still to come.
   */
  readonly together: boolean;
  /** What was done since the last commit is given up already: no commit can come of it. */
  readonly lost: boolean;
  /** Whether something waits to be made durable that belongs to no task. */
  readonly pending: boolean;
  /** Whether an epoch of the task is sealed and not durable yet: no other may be sealed. */
  isBehind(task: Task): boolean;
  /**
   * Makes epochs durable that were sealed together, in the turn in which it is called: what is appended later is not theirs.
   * Resolves when the next ones may be sealed; tasks that are still behind then are taken care of, and so are those whose
   * epoch was not committed.
   * @throws BrokerError when it could not be done for those that were not left behind
   */
  keep(sealed: readonly SealedEpoch[]): Promise<EpochOutcome>;
  /** Resolves when the task is not behind. @throws BrokerError when its epoch could not be made durable */
  caughtUp(task: Task): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}
