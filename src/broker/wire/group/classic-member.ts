/**
 * A member of a consumer group by the classic protocol: JoinGroup, SyncGroup, heartbeats. It moves assignments, no data.
 *
 *            ┌──────────── rebalance, rejoin() ─────────────┐
 *   idle → revoking → joining → assigning → stable ─────────┘
 *            ▲            └─────────┴──────────┴─→ losing ─┐      any → failed, closed
 *            └─────────────────────────────────────────────┘
 *
 *   revoking   `beforeJoin` is awaited; heartbeats go on for the generation that still holds
 *   joining    JoinGroup and SyncGroup are under way; on the leader `assign` is awaited
 *   assigning  `assigned` is awaited, under heartbeats of the new generation; a rebalance that comes now waits for it
 *   stable     only heartbeats and commits
 *   losing     `lost` is awaited; no generation holds
 *
 * Only the coordinator says that membership is lost. Without word from it for the session time-out the member is `overdue`:
 * it may have been put out, and learns of it when it is heard again; until then nothing of its work may leave.
 *
 * One loop runs through these and is the only caller of the handler, so its methods never overlap (`failed` excepted).
 */
import { BrokerError, type BrokerErrorClass } from '../../../errors/broker-error.js';
import type { Logger } from '../../../observe/logger.js';
import { toldWhenLong } from '../../../observe/long-wait.js';
import type {
  CommittedOffset,
  GroupHandler,
  GroupIdentity,
  GroupMember,
  GroupOptions,
  OffsetTransaction,
  TopicPartition,
} from '../../port.js';
import type { OpenTransport } from '../../transport.js';
import { BackOff, pause } from '../back-off.js';
import { KafkaCode } from '../error-codes.js';
import { RetryLines } from '../retry-lines.js';
import { GroupCoordinator } from './coordinator.js';
import { Heartbeat } from './heartbeat.js';
import type { Heartbeats, OpenHeartbeats } from './heartbeats.js';
import { thisMoment, type ClockReading } from './life-sign.js';
import type { JoinAnswer } from './membership-codec.js';
import { OffsetKeeper, type CommittingMember } from './offset-keeper.js';

type Phase = 'idle' | 'revoking' | 'joining' | 'assigning' | 'stable' | 'losing' | 'failed' | 'closed';

/** Heartbeats from the thread that all else runs on. */
const ON_THIS_THREAD: OpenHeartbeats = (_, listener, here) => here(listener);
const NOT_A_MEMBER = 'not a member yet';
const OTHERS_ARE_AWAITED =
  'the broker waits for the other members, each of which hears of it with its next heartbeat; with the first member of a group it waits for more, for its group.initial.rebalance.delay.ms';
const NO_ASSIGNMENTS: ReadonlyMap<string, Buffer> = new Map();

export class ClassicMember implements GroupMember {
  private readonly options: GroupOptions;
  private readonly handler: GroupHandler;
  private readonly logger: Logger;
  private readonly lines: RetryLines;
  private readonly coordinator: GroupCoordinator;
  private readonly heartbeats: Heartbeats;
  private readonly offsets: OffsetKeeper;
  private readonly membership: CommittingMember;
  private readonly closing: AbortController;
  private phase: Phase;
  /** Given by the coordinator; empty until then, and after it has forgotten us. */
  private memberId: string;
  /** Set when a rebalance is due that the loop has not begun yet. */
  private rejoinReason: string | null;
  /** Set when the member was thrown out and the loop has not told the handler yet. */
  private loss: Error | null;
  /** `assigned` was called and `lost` was not, since. */
  private holds: boolean;
  /** JoinGroup is under way. */
  private asking: boolean;
  /** Number of the identity that heartbeats go out for. */
  private term: number;
  /** Ends the loop's rest in `stable`. */
  private wake: () => void;
  /** Ends the wait for an answer to a join whose member is lost already. */
  private interrupt: () => void;
  /** Who waits to hear that the member is not overdue, or out. */
  private confirming: (() => void)[];
  private started: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null;

  constructor(
    open: OpenTransport,
    options: GroupOptions,
    handler: GroupHandler,
    logger: Logger,
    openHeartbeats: OpenHeartbeats = ON_THIS_THREAD,
  ) {
    this.options = options;
    this.handler = handler;
    this.logger = logger;
    this.lines = new RetryLines(logger);
    this.coordinator = new GroupCoordinator(open, options);
    const listener = {
      acknowledged: () => {
        this.confirm();
      },
      rebalancing: () => {
        // While JoinGroup is under way this is said of the old generation, and no news.
        if (!this.asking) this.rejoin('the group is rebalancing');
      },
      unanswered: (error: Error) => {
        this.logger.debug(`a heartbeat to group ${options.groupId} is sent again`, { reason: error.message });
      },
      lost: (error: Error) => {
        this.lose(error);
      },
      failed: (error: Error) => {
        this.fail(error);
      },
    };
    this.heartbeats = openHeartbeats(
      options,
      listener,
      (heard) => new Heartbeat(options, (identity) => this.coordinator.heartbeat(identity), heard),
    );
    this.membership = {
      identity: null,
      incarnation: 0,
      joining: () => this.phase === 'joining',
      lose: (error) => {
        this.lose(error);
      },
      fail: (error) => {
        this.fail(error);
      },
    };
    this.closing = new AbortController();
    this.offsets = new OffsetKeeper(this.coordinator, this.membership, options.groupId, this.closing.signal, logger);
    this.phase = 'idle';
    this.memberId = '';
    this.rejoinReason = null;
    this.loss = null;
    this.holds = false;
    this.asking = false;
    this.term = 0;
    this.wake = () => undefined;
    this.interrupt = () => undefined;
    this.confirming = [];
    this.started = null;
  }

  /**
   * @throws BrokerError when no broker answers, or when membership ends for good before the first assignment; `failed` is
   * not called then
   */
  async start(): Promise<void> {
    if (this.phase !== 'idle') throw this.notNow('was started before');
    this.phase = 'revoking';
    try {
      await Promise.all([this.coordinator.connect(), this.heartbeats.connect()]);
    } catch (error) {
      if (!this.isOver()) this.phase = 'idle';
      throw error;
    }
    if (this.isOver()) throw this.notNow('was closed');
    await new Promise<void>((resolve, reject) => {
      this.started = { resolve, reject };
      void this.run();
    });
  }

  /**
   * A follower whose subscription bytes did not change gets its old assignment back without a rebalance of the group:
   * that is Kafka's rule. Who needs one for certain changes a byte of the subscription.
   */
  rejoin(reason: string): void {
    this.rejoinReason ??= reason;
    this.wake();
  }

  identity(): GroupIdentity | null {
    return this.membership.identity;
  }

  overdue(): boolean {
    if (this.isOver() || this.loss !== null) return true;
    if (!this.holds) return false;
    if (this.heartbeats.isOut(this.term)) return true;
    if (this.heartbeats.silence() <= this.options.sessionTimeoutMs) return false;
    this.heartbeats.hurry();
    return true;
  }

  async confirmed(): Promise<void> {
    while (this.overdue()) {
      if (this.isOver() || this.loss !== null) throw this.notNow('is not in the group any more', 'fenced');
      await new Promise<void>((resolve) => this.confirming.push(resolve));
    }
  }

  commit(offsets: readonly CommittedOffset[], transaction?: OffsetTransaction): Promise<void> {
    return this.offsets.commit(offsets, transaction);
  }

  committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    return this.offsets.committed(partitions);
  }

  /** After `failed` too, to tell the broker and to close the connections. Does not wait for a handler that is being awaited. */
  async close({ leave }: { readonly leave: boolean }): Promise<void> {
    if (this.phase === 'closed') {
      // Asked again: whoever tells the group takes too long.
      await Promise.all([this.coordinator.close(), this.heartbeats.close()]);
      return;
    }
    this.end('closed', this.notNow('was closed'));
    if (leave && this.memberId !== '') {
      await this.coordinator.leave(this.memberId).catch((reason: unknown) => {
        // The session runs out by itself; nothing is lost but time.
        this.logger.warn(`group ${this.options.groupId} was not told that this member leaves`, {
          reason: (reason as Error).message,
        });
      });
    }
    await Promise.all([this.coordinator.close(), this.heartbeats.close()]);
  }

  // ---------------------------------------------------------------------------------------------------- the loop

  private async run(): Promise<void> {
    try {
      while (!this.isOver()) {
        if (this.loss !== null) await this.tellLoss(this.loss);
        else if (await this.revoke()) {
          const assignment = await this.join();
          if (assignment !== null && (await this.take(assignment))) await this.rest();
        }
      }
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private async tellLoss(error: Error): Promise<void> {
    this.phase = 'losing';
    this.logger.warn(`membership in group ${this.options.groupId} was lost`, { reason: error.message });
    if (this.holds) await this.handler.lost(error);
    this.holds = false;
    this.loss = null;
    this.confirm();
  }

  private async revoke(): Promise<boolean> {
    if (!this.enter('revoking')) return false;
    return this.stillMemberAfter(() => this.handler.beforeJoin(this.rejoinReason ?? NOT_A_MEMBER));
  }

  /** Null: start over, because membership was lost or the next rebalance has begun. */
  private async join(): Promise<Buffer | null> {
    if (!this.enter('joining')) return null;
    this.heartbeats.join();
    this.logger.debug(`joining group ${this.options.groupId}`, { reason: this.rejoinReason ?? NOT_A_MEMBER });
    // From here on a wish to rejoin may come too late for these bytes, and so asks for another round.
    this.rejoinReason = null;
    const subscription = this.handler.subscription();
    let joined: JoinAnswer | null;
    let sent: ClockReading;
    do {
      sent = thisMoment();
      this.asking = true;
      joined = await this.long(
        'joining',
        OTHERS_ARE_AWAITED,
        this.persist(() => this.coordinator.join(this.memberId, subscription)),
      );
      this.asking = false;
      if (joined === null || !this.isMember()) return null;
      this.memberId = joined.memberId;
    } while (joined.memberIdRequired);

    const identity = this.adopt(joined, sent);
    const assignments = joined.leader
      ? await this.long('dealing out the tasks in', 'the brokers are asked for the topics', this.deal(joined.members))
      : NO_ASSIGNMENTS;
    if (assignments === null) return null;
    sent = thisMoment();
    const assignment = await this.long(
      'being dealt tasks in',
      'the leader has not dealt them out yet',
      this.persist(() => this.coordinator.sync(identity, assignments)),
    );
    if (assignment === null || !this.isMember()) return null;
    this.beat(identity, sent);
    return assignment;
  }

  /**
   * What the leader deals out. Looking at the cluster may fail for a while, which must not end the leader: it is tried again
   * under heartbeats, until the coordinator's rebalance time-out throws it out or the next round has begun. Null: start over.
   */
  private async deal(members: JoinAnswer['members']): Promise<ReadonlyMap<string, Buffer> | null> {
    const backOff = new BackOff();
    while (this.isMember() && this.rejoinReason === null) {
      try {
        return await this.handler.assign(members);
      } catch (error) {
        if (!(error instanceof BrokerError) || error.class !== 'retriable') throw error;
        this.lines.tell(`dealing out the tasks of group ${this.options.groupId} is tried again`, error);
      }
      await pause(backOff.next(), this.closing.signal);
    }
    return null;
  }

  /** The new generation holds for commits too: the coordinator refuses the old one from now on. */
  private adopt(joined: JoinAnswer, sent: ClockReading): GroupIdentity {
    const { groupId, instanceId } = this.options;
    const identity = { groupId, generation: joined.generation, memberId: joined.memberId, instanceId };
    this.membership.identity = identity;
    this.offsets.membershipChanged();
    this.beat(identity, sent);
    const { generation, memberId } = identity;
    this.logger.info(`joined group ${groupId}`, { generation, memberId, leaderOf: joined.members.length });
    return identity;
  }

  private beat(identity: GroupIdentity, sent: ClockReading): void {
    this.term++;
    this.heartbeats.start(identity, this.term, sent);
  }

  private async take(assignment: Buffer): Promise<boolean> {
    const { identity } = this.membership;
    if (identity === null || !this.enter('assigning')) return false;
    this.holds = true;
    const still = await this.stillMemberAfter(() => this.handler.assigned(assignment, identity));
    this.started?.resolve();
    this.started = null;
    return still;
  }

  private async rest(): Promise<void> {
    if (!this.enter('stable') || this.rejoinReason !== null) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  private long<T>(what: string, cause: string, wait: Promise<T>): Promise<T> {
    return toldWhenLong(this.logger, `${what} group ${this.options.groupId}`, cause, wait);
  }

  /** Repeats a request of the join until it is answered. Null: start over. @throws what ends membership for good */
  private async persist<T>(send: () => Promise<T>): Promise<T | null> {
    const backOff = new BackOff();
    const interrupted = new Promise<null>((resolve) => {
      this.interrupt = () => {
        resolve(null);
      };
    });
    while (this.isMember()) {
      try {
        return await Promise.race([send(), interrupted]);
      } catch (error) {
        if (!this.isMember()) return null;
        if (!(error instanceof BrokerError)) throw error;
        const code = error.kafkaCode;
        if (code === KafkaCode.REBALANCE_IN_PROGRESS) return null;
        if (code === KafkaCode.UNKNOWN_MEMBER_ID || code === KafkaCode.ILLEGAL_GENERATION) this.lose(error);
        else if (error.class === 'retriable') {
          this.lines.tell(`joining group ${this.options.groupId} is tried again`, error);
          await pause(backOff.next(), this.closing.signal);
        } else throw error;
      }
    }
    return null;
  }

  private async stillMemberAfter(hook: () => Promise<void>): Promise<boolean> {
    try {
      await hook();
    } catch (error) {
      // Work on what has just been lost cannot succeed; `lost` follows and says the same.
      const consequence = this.loss !== null && error instanceof BrokerError && error.class === 'fenced';
      if (!consequence) throw error;
      this.logger.debug(`work for group ${this.options.groupId} ended by its loss`, { reason: error.message });
    }
    return this.isMember();
  }

  // ------------------------------------------------------------------------------------------- endings, from anywhere

  /** False when membership was lost or has ended since the last step. */
  private enter(phase: 'revoking' | 'joining' | 'assigning' | 'stable'): boolean {
    if (!this.isMember()) return false;
    this.phase = phase;
    // A commit that waits for the end of a join must not wait on: `beforeJoin` and `assigned` may be waiting for it.
    this.offsets.membershipChanged();
    return true;
  }

  private isOver(): boolean {
    return this.phase === 'failed' || this.phase === 'closed';
  }

  private isMember(): boolean {
    return !this.isOver() && this.loss === null;
  }

  private lose(error: Error): void {
    if (!this.isMember()) return;
    this.loss = error;
    // When the generation went on without us the coordinator still knows us, and a new member would have to wait for the old.
    if (error instanceof BrokerError && error.kafkaCode === KafkaCode.UNKNOWN_MEMBER_ID) this.memberId = '';
    this.endGeneration();
  }

  private fail(error: Error): void {
    if (!this.isOver()) this.end('failed', error);
  }

  private end(phase: 'failed' | 'closed', error: Error): void {
    const { started } = this;
    this.started = null;
    this.phase = phase;
    this.closing.abort();
    this.endGeneration();
    if (started !== null) started.reject(error);
    else if (phase === 'failed') this.handler.failed(error);
  }

  private endGeneration(): void {
    this.heartbeats.stop();
    this.membership.identity = null;
    this.membership.incarnation++;
    this.offsets.membershipChanged();
    this.interrupt();
    this.confirm();
    this.wake();
  }

  private confirm(): void {
    const { confirming } = this;
    this.confirming = [];
    for (const resolve of confirming) resolve();
  }

  private notNow(problem: string, errorClass: BrokerErrorClass = 'fatal'): BrokerError {
    return new BrokerError(errorClass, `the member of group ${this.options.groupId} ${problem}`);
  }
}
