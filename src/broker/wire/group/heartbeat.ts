/** Keeps a member's session alive by a timer of its own, whatever the rest of the process waits for. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { GroupIdentity, GroupOptions } from '../../port.js';
import { BackOff } from '../back-off.js';
import { KafkaCode } from '../error-codes.js';
import type { HeartbeatListener, Heartbeats } from './heartbeats.js';
import { LifeSign, thisMoment, type ClockReading } from './life-sign.js';

/** Between two tries of a beat that failed, ms: there is another coordinator seconds after the old one died. */
const LONGEST_PAUSE_MS = 500;

export class Heartbeat implements Heartbeats {
  private readonly heartbeatMs: number;
  private readonly send: (identity: GroupIdentity) => Promise<void>;
  private readonly listener: HeartbeatListener;
  private readonly sign: LifeSign;
  private readonly backOff: BackOff;
  /** Whose heart beats; null while paused. Answers to beats of an earlier one are ignored. */
  private identity: GroupIdentity | null;
  /** Which start it is. */
  private term: number;
  /** JoinGroup is under way: the next generation may hold already, unheard. */
  private joining: boolean;
  private beating: boolean;
  private nextBeat: NodeJS.Timeout | undefined;

  constructor(
    options: Pick<GroupOptions, 'heartbeatMs'>,
    send: (identity: GroupIdentity) => Promise<void>,
    listener: HeartbeatListener,
    sign = new LifeSign(),
  ) {
    this.heartbeatMs = options.heartbeatMs;
    this.send = send;
    this.listener = listener;
    this.sign = sign;
    this.backOff = new BackOff(50, Math.min(LONGEST_PAUSE_MS, options.heartbeatMs));
    this.identity = null;
    this.term = 0;
    this.joining = false;
    this.beating = false;
    this.nextBeat = undefined;
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  start(identity: GroupIdentity, term: number, sent: ClockReading): void {
    this.stop();
    this.identity = identity;
    this.term = term;
    this.sign.heard(sent);
    this.backOff.reset();
    // An answer that was long on its way, a parked one above all, says little of now.
    this.beatIn(Math.max(0, this.heartbeatMs - this.sign.silence()), identity);
  }

  join(): void {
    this.joining = true;
  }

  stop(): void {
    this.identity = null;
    this.joining = false;
    this.beating = false;
    clearTimeout(this.nextBeat);
  }

  hurry(): void {
    if (this.identity === null || this.beating) return;
    clearTimeout(this.nextBeat);
    void this.beat(this.identity);
  }

  silence(): number {
    return this.sign.silence();
  }

  isOut(term: number): boolean {
    return this.sign.isOut(term);
  }

  close(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  private beatIn(milliseconds: number, identity: GroupIdentity): void {
    this.nextBeat = setTimeout(() => void this.beat(identity), milliseconds);
  }

  private async beat(identity: GroupIdentity): Promise<void> {
    const sent = thisMoment();
    const since = performance.now();
    let error: unknown = null;
    this.beating = true;
    try {
      await this.send(identity);
    } catch (caught) {
      error = caught;
    }
    if (this.identity !== identity) return;
    this.beating = false;
    if (error === null) this.acknowledged(sent, since, identity);
    else this.refused(error, sent, since, identity);
  }

  private refused(error: unknown, sent: ClockReading, since: number, identity: GroupIdentity): void {
    const code = error instanceof BrokerError ? error.kafkaCode : undefined;
    if (code === KafkaCode.REBALANCE_IN_PROGRESS) {
      this.acknowledged(sent, since, identity);
      this.listener.rebalancing();
    } else if (code === KafkaCode.ILLEGAL_GENERATION && this.joining) {
      // The join is answered, and whoever has to hear of it is busy. The generation that has begun needs heartbeats.
      this.joining = false;
      this.identity = { ...identity, generation: identity.generation + 1 };
      this.beatIn(0, this.identity);
    } else if (error instanceof BrokerError && error.class === 'retriable') {
      this.beatIn(this.backOff.next(), identity);
      this.listener.unanswered(error);
    } else {
      this.stop();
      this.sign.setOut(this.term);
      const lost = code === KafkaCode.UNKNOWN_MEMBER_ID || code === KafkaCode.ILLEGAL_GENERATION;
      if (error instanceof BrokerError && lost) this.listener.lost(error);
      else this.listener.failed(error as Error);
    }
  }

  private acknowledged(sent: ClockReading, since: number, identity: GroupIdentity): void {
    this.sign.heard(sent);
    this.backOff.reset();
    this.beatIn(Math.max(0, this.heartbeatMs - (performance.now() - since)), identity);
    this.listener.acknowledged();
  }
}
