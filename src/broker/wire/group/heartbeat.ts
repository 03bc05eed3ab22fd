/** Keeps a member's session alive by a timer of its own, whatever the rest of the process waits for. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { GroupIdentity, GroupOptions } from '../../port.js';
import { BackOff } from '../back-off.js';
import { KafkaCode } from '../error-codes.js';

export interface HeartbeatListener {
  /** The group is rebalancing: join again. Said at each beat until that happens. */
  rebalancing(): void;
  /** The member is out: the coordinator says so, or nothing got through for the session time-out. Beats have stopped. */
  lost(error: BrokerError): void;
  /** No use trying again: fenced by another instance, forbidden. Beats have stopped. */
  failed(error: Error): void;
}

export class Heartbeat {
  private readonly options: Pick<GroupOptions, 'groupId' | 'heartbeatMs' | 'sessionTimeoutMs'>;
  private readonly send: (identity: GroupIdentity) => Promise<void>;
  private readonly listener: HeartbeatListener;
  private readonly backOff: BackOff;
  /** Whose heart beats; null while paused. Answers to beats of an earlier one are ignored. */
  private identity: GroupIdentity | null;
  /** When the last beat that was acknowledged had been sent. */
  private alive: number;
  private nextBeat: NodeJS.Timeout | undefined;
  private sessionEnd: NodeJS.Timeout | undefined;

  constructor(
    options: Pick<GroupOptions, 'groupId' | 'heartbeatMs' | 'sessionTimeoutMs'>,
    send: (identity: GroupIdentity) => Promise<void>,
    listener: HeartbeatListener,
  ) {
    this.options = options;
    this.send = send;
    this.listener = listener;
    this.backOff = new BackOff(50, options.heartbeatMs);
    this.identity = null;
    this.alive = 0;
    this.nextBeat = undefined;
    this.sessionEnd = undefined;
  }

  /** Call right after the coordinator has answered: the session counts from now. */
  start(identity: GroupIdentity): void {
    this.stop();
    this.identity = identity;
    this.acknowledged(Date.now());
    this.beatIn(this.options.heartbeatMs, identity);
  }

  /** No beats until `start`: the coordinator keeps a member by itself whose JoinGroup waits. */
  stop(): void {
    this.identity = null;
    clearTimeout(this.nextBeat);
    clearTimeout(this.sessionEnd);
  }

  private beatIn(milliseconds: number, identity: GroupIdentity): void {
    this.nextBeat = setTimeout(() => void this.beat(identity), milliseconds);
  }

  private async beat(identity: GroupIdentity): Promise<void> {
    const sent = Date.now();
    let error: unknown = null;
    try {
      await this.send(identity);
    } catch (caught) {
      error = caught;
    }
    if (this.identity !== identity) return;
    if (error === null) {
      this.acknowledged(sent);
      this.beatIn(Math.max(0, sent + this.options.heartbeatMs - Date.now()), identity);
    } else this.refused(error, sent, identity);
  }

  private refused(error: unknown, sent: number, identity: GroupIdentity): void {
    const code = error instanceof BrokerError ? error.kafkaCode : undefined;
    if (error instanceof BrokerError && code === KafkaCode.REBALANCE_IN_PROGRESS) {
      this.acknowledged(sent);
      this.beatIn(this.options.heartbeatMs, identity);
      this.listener.rebalancing();
    } else if (error instanceof BrokerError && error.class === 'retriable') {
      this.beatIn(this.backOff.next(), identity);
    } else {
      this.stop();
      if (
        error instanceof BrokerError &&
        (code === KafkaCode.UNKNOWN_MEMBER_ID || code === KafkaCode.ILLEGAL_GENERATION)
      ) {
        this.listener.lost(error);
      } else this.listener.failed(error as Error);
    }
  }

  private acknowledged(sent: number): void {
    this.alive = sent;
    this.backOff.reset();
    clearTimeout(this.sessionEnd);
    const left = sent + this.options.sessionTimeoutMs - Date.now();
    this.sessionEnd = setTimeout(
      () => {
        // After a long stretch of user code an acknowledgement may lie unread in the socket: let it be read first.
        setImmediate(() => {
          this.expire(sent);
        });
      },
      Math.max(0, left),
    );
  }

  private expire(since: number): void {
    if (this.identity === null || this.alive !== since) return;
    this.stop();
    const { groupId, sessionTimeoutMs } = this.options;
    this.listener.lost(
      new BrokerError(
        'fenced',
        `No heartbeat to group "${groupId}" got through for ${String(sessionTimeoutMs)} ms: others may own its tasks by now`,
      ),
    );
  }
}
