/** Exactly-once: what all tasks wrote and the offsets of what they read are one transaction, and on disk stands only what it committed. */
import type { CommittedOffset, GroupMember, TransactionalProducer } from '../../broker/port.js';
import type { BrokerError } from '../../errors/broker-error.js';
import type { CommitMetrics } from '../../observe/instance-metrics.js';
import type { Logger } from '../../observe/logger.js';
import type { EpochKeeper, EpochOutcome, SealedEpoch } from './epoch-keeper.js';
import type { TaskSet } from './task-set.js';

interface ExactlyOnceParts {
  readonly producer: TransactionalProducer;
  readonly member: Pick<GroupMember, 'commit' | 'identity' | 'rejoin'>;
  readonly tasks: () => Pick<TaskSet, 'replay'>;
  readonly metrics: CommitMetrics;
  /** Monotonic, ms. */
  readonly now: () => number;
  readonly logger: Logger;
  readonly transactionTimeoutMs: number;
  /** Told after every commit, for the purge of repartition topics. */
  readonly committed: (offsets: readonly CommittedOffset[]) => void;
  readonly failed: (error: unknown) => void;
  /** Fires when the instance begins to stop: from then on a transaction that is lost is left to be done again by the next owners. */
  readonly stopping: AbortSignal;
}

/**
 * While a transaction is being committed, tasks go on: what they write waits for the next one. Where a transaction is lost, for
 * whatever reason, all tasks are closed as they are and opened again from what is committed. Nothing has to be wiped for that:
 * the disk is never ahead of a commit.
 */
export class ExactlyOnce implements EpochKeeper {
  readonly together = true;
  lost = false;

  constructor(private readonly parts: ExactlyOnceParts) {}

  get pending(): boolean {
    return this.parts.producer.written;
  }

  isBehind(): boolean {
    return false;
  }

  async keep(sealed: readonly SealedEpoch[]): Promise<EpochOutcome> {
    const { producer, member, metrics, now, committed } = this.parts;
    const begun = now();
    const flushing = producer.cut();
    // Where this fails as the transaction is lost, `broken` was told why.
    const flushed = await flushing;
    const offsets = sealed.flatMap((epoch) => epoch.offsets);
    const outcome = await producer.commit(offsets, member);
    if (outcome !== 'committed') return outcome;
    await Promise.all(sealed.map(({ task }) => Promise.resolve(task.writeEpoch(flushed))));
    committed(offsets);
    metrics.committed(now() - begun);
    return 'committed';
  }

  /** The transaction that is open cannot be committed. Returns at once; recovers beside the loop. */
  broken(error: BrokerError): void {
    const { producer, tasks, failed, stopping } = this.parts;
    if (this.lost) return;
    this.lost = true;
    producer.discard();
    this.tell(error);
    if (stopping.aborted) return;
    tasks()
      .replay(() => this.restart())
      .then((kept) => {
        if (!kept) this.parts.member.rejoin('another producer has taken over the transactions of this instance');
      })
      .catch((failure: unknown) => {
        if (!stopping.aborted) failed(failure);
      });
  }

  caughtUp(): Promise<void> {
    return Promise.resolve();
  }

  idle(): Promise<void> {
    return Promise.resolve();
  }

  /** Gives whether the tasks are still ours. */
  private async restart(): Promise<boolean> {
    const { producer, logger } = this.parts;
    const outcome = await producer.restart();
    this.lost = false;
    logger.info('transactions go on', { outcome });
    return outcome === 'aborted';
  }

  private tell(error: BrokerError): void {
    const { logger, producer, transactionTimeoutMs } = this.parts;
    const { openForMs } = producer;
    const late = openForMs >= transactionTimeoutMs;
    const why = late
      ? `it was open for ${String(openForMs)} ms, longer than transactionTimeout (${String(transactionTimeoutMs)} ms): a user's function kept the event loop busy or a promise waiting, the process stood still, or brokers did not answer`
      : error.message;
    logger.warn('a transaction was given up; its records are processed again from what is committed', {
      why,
      openForMs,
      error: error.message,
    });
  }
}
