/** What a commit hands over once epochs are sealed: whoever makes them durable, by the guarantee that was asked for. */
import type { CommittedOffset } from '../broker/port.js';
import type { Task } from '../task/task.js';

/** What one task did up to its last seal. */
export interface SealedEpoch {
  readonly task: Task;
  /** Input offsets that belong to it. */
  readonly offsets: readonly CommittedOffset[];
}

export interface EpochKeeper {
  /** Whether an epoch of the task is sealed and not durable yet: no other may be sealed. */
  isBehind(task: Task): boolean;
  /**
   * Makes epochs durable that were sealed together. Resolves when the next ones may be sealed; tasks that are still behind
   * then are taken care of.
   * @throws BrokerError when it could not be done for those that were not left behind
   */
  keep(sealed: readonly SealedEpoch[]): Promise<void>;
  /** Resolves when the task is not behind. @throws BrokerError when its epoch could not be made durable */
  caughtUp(task: Task): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}
