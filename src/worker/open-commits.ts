/** How an instance commits: at least once, or exactly once where its writer has transactions. */
import type { CommittedOffset, GroupMember, PartitionReader } from '../broker/port.js';
import type { Config } from '../config.js';
import type { CommitMetrics } from '../observe/instance-metrics.js';
import { AtLeastOnce } from './loop/at-least-once.js';
import { CommitCycle } from './loop/commit-cycle.js';
import { ExactlyOnce } from './loop/exactly-once.js';
import type { TaskSet } from './loop/task-set.js';
import type { Writer } from './open-writer.js';
import type { RepartitionPurge } from './topics/repartition-purge.js';

interface CommitParts {
  readonly config: Pick<Config, 'transactionTimeoutMs' | 'logger'>;
  readonly member: GroupMember;
  readonly reader: Pick<PartitionReader, 'wake'>;
  readonly purge: Pick<RepartitionPurge, 'committed'>;
  readonly transactions: Writer['transactions'];
  /** Asked once there are some. */
  readonly tasks: () => TaskSet;
  readonly metrics: CommitMetrics;
  /** Steady time, ms. */
  readonly now: () => number;
  readonly stopping: AbortSignal;
  readonly failed: (error: unknown) => void;
}

export interface Commits {
  readonly commits: CommitCycle;
  /** Null: at least once. */
  readonly exactlyOnce: ExactlyOnce | null;
}

export function openCommits(given: CommitParts): Commits {
  const { config, member, reader, purge, transactions, tasks, metrics, now, failed } = given;
  const parts = {
    ...{ member, metrics, now, failed },
    logger: config.logger,
    committed: (offsets: readonly CommittedOffset[]) => {
      purge.committed(offsets);
    },
  };
  const released = (): void => {
    reader.wake();
  };
  if (transactions === null) {
    return { commits: new CommitCycle(member, new AtLeastOnce(parts), () => [], released), exactlyOnce: null };
  }
  const exactlyOnce = new ExactlyOnce({
    ...{ ...parts, tasks, producer: transactions },
    transactionTimeoutMs: config.transactionTimeoutMs ?? 0,
    stopping: given.stopping,
  });
  return { commits: new CommitCycle(member, exactlyOnce, () => tasks().alive, released), exactlyOnce };
}
