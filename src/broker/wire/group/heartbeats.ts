/** What a member needs of whoever sends its heartbeats: a timer on its own thread, or on another one. */
import type { GroupIdentity, GroupOptions } from '../../port.js';
import type { ClockReading } from './life-sign.js';

export interface HeartbeatListener {
  /** A beat was acknowledged. */
  acknowledged(): void;
  /** The group is rebalancing: join again. Said at each beat until that happens. */
  rebalancing(): void;
  /** A beat was not answered; it is sent again. */
  unanswered(error: Error): void;
  /** The coordinator says that the member is out. Beats have stopped. */
  lost(error: Error): void;
  /** No use trying again: fenced by another instance, forbidden. Beats have stopped. */
  failed(error: Error): void;
}

export interface Heartbeats {
  /** Makes ready; beats need it done. Does not fail: there is always some way. */
  connect(): Promise<void>;
  /**
   * Beats for this identity from now on.
   * @param term a number that no other start had
   * @param sent when the request was sent whose answer confirmed the identity
   */
  start(identity: GroupIdentity, term: number, sent: ClockReading): void;
  /** JoinGroup goes out now. Beats go on: as the coordinator may hold its answer back for minutes, they alone tell of life. */
  join(): void;
  /** No beats until `start`. */
  stop(): void;
  /** Beats at once, if none is under way. */
  hurry(): void;
  /** Milliseconds since the last beat was sent that has been acknowledged. */
  silence(): number;
  /** Whether the coordinator has refused the identity that was started with this number. */
  isOut(term: number): boolean;
  /** Nothing of it remains afterwards. */
  close(): Promise<void>;
}

/** Opens heartbeats; `here` opens those that need nothing but this thread, where they wait for whatever holds it. */
export type OpenHeartbeats = (
  options: GroupOptions,
  listener: HeartbeatListener,
  here: (listener: HeartbeatListener) => Heartbeats,
) => Heartbeats;
