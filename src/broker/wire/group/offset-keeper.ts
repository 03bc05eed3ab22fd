/** Commits and reads a group's offsets, across rebalances. */
import { BrokerError } from '../../../errors/broker-error.js';
import { silentLogger, type Logger } from '../../../observe/logger.js';
import type { CommittedOffset, GroupIdentity, OffsetTransaction, TopicPartition } from '../../port.js';
import { BackOff, pause } from '../back-off.js';
import { KafkaCode } from '../error-codes.js';
import type { GroupCoordinator } from './coordinator.js';

/** What a commit has to know of the member at any time. */
export interface CommittingMember {
  /** The generation that holds; null before the first assignment and after a loss. */
  identity: GroupIdentity | null;
  /** Counts losses: an offset that was processed before one must not be committed after it. */
  incarnation: number;
  /** JoinGroup or SyncGroup is under way: a new generation will hold soon, or the old one be lost. */
  joining(): boolean;
  lose(error: BrokerError): void;
  fail(error: Error): void;
}

/** Milliseconds for which a topic that the coordinator does not know is waited for, before its offsets are left out of a commit. */
const MISSING_LIMIT_MS = 5_000;

/** Between two attempts while a transaction is being ended: that takes milliseconds. */
const SOON_MS = 20;

/** Milliseconds for which a coordinator that cannot answer a read is waited for. */
const RETRY_LIMIT_MS = 60_000;

export class OffsetKeeper {
  private readonly coordinator: Pick<GroupCoordinator, 'commit' | 'committed'>;
  private readonly membership: CommittingMember;
  private readonly groupId: string;
  private readonly closing: AbortSignal;
  private waiters: (() => void)[];

  constructor(
    coordinator: Pick<GroupCoordinator, 'commit' | 'committed'>,
    membership: CommittingMember,
    groupId: string,
    closing: AbortSignal,
    private readonly logger: Logger = silentLogger,
  ) {
    this.coordinator = coordinator;
    this.membership = membership;
    this.groupId = groupId;
    this.closing = closing;
    this.waiters = [];
  }

  /** Tell this after each change of identity or of `joining`. */
  membershipChanged(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  async commit(offsets: readonly CommittedOffset[], transaction?: OffsetTransaction): Promise<void> {
    if (offsets.length === 0) return;
    const { membership } = this;
    const { incarnation } = membership;
    const backOff = new BackOff();
    let left = offsets;
    /** When a topic was first found missing; the topic may be new to the coordinator, or deleted. */
    let missingSince: number | null = null;
    for (;;) {
      const { identity } = membership;
      if (identity === null || membership.incarnation !== incarnation) throw this.notOurs();
      try {
        await this.coordinator.commit(identity, left, transaction);
        return;
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error;
        // A rebalance ended while the commit was on its way: the same offsets, under the generation that holds now, if any.
        if (membership.identity !== identity) continue;
        if (error.kafkaCode === KafkaCode.UNKNOWN_TOPIC_OR_PARTITION) {
          missingSince ??= performance.now();
          if (performance.now() - missingSince > MISSING_LIMIT_MS) {
            const others = this.withoutMissing(left, error);
            if (others.length === 0) return;
            if (others.length === left.length) throw error;
            left = others;
            continue;
          }
        }
        const soon = error.kafkaCode === KafkaCode.CONCURRENT_TRANSACTIONS;
        if (await this.mayRepeat(error)) await pause(soon ? SOON_MS : backOff.next(), this.closing);
      }
    }
  }

  async committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    const backOff = new BackOff();
    const giveUp = performance.now() + RETRY_LIMIT_MS;
    for (;;) {
      let soon = false;
      try {
        return await this.coordinator.committed(partitions);
      } catch (error) {
        const mayPass = error instanceof BrokerError && error.class === 'retriable';
        if (!mayPass || this.closing.aborted || performance.now() > giveUp) throw error;
        soon = error.kafkaCode === KafkaCode.UNSTABLE_OFFSET_COMMIT;
      }
      await pause(soon ? SOON_MS : backOff.next(), this.closing);
    }
  }

  /** True: after a pause. False: at once, for the wait is over already. @throws what the caller has to hear */
  private async mayRepeat(error: BrokerError): Promise<boolean> {
    const { membership } = this;
    const code = error.kafkaCode;
    const outdated = code === KafkaCode.ILLEGAL_GENERATION || code === KafkaCode.UNKNOWN_MEMBER_ID;
    if ((outdated || code === KafkaCode.REBALANCE_IN_PROGRESS) && membership.joining()) {
      // Waiting here holds up nothing: the join neither awaits commits nor shares their connection.
      await new Promise<void>((resolve) => this.waiters.push(resolve));
      return false;
    }
    if (outdated) {
      membership.lose(error);
      throw error;
    }
    if (code === KafkaCode.FENCED_INSTANCE_ID) membership.fail(error);
    if (error.class !== 'retriable') throw error;
    return true;
  }

  /** The offsets of a topic that is gone are of no use; those beside them must not be lost for it. */
  private withoutMissing(offsets: readonly CommittedOffset[], error: BrokerError): CommittedOffset[] {
    const { topic, partition } = error;
    this.logger.warn(`offsets of ${String(topic)}-${String(partition)} are not committed, since it does not exist`, {
      group: this.groupId,
    });
    return offsets.filter((one) => one.topic !== topic || one.partition !== partition);
  }

  private notOurs(): BrokerError {
    return new BrokerError(
      'fenced',
      `offsets of group ${this.groupId} were not committed: this member is not in the group, or was thrown out since they were processed`,
    );
  }
}
