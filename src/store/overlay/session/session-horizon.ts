/** How far back a session store sees, keeps and takes sessions, as its stream time goes on. */
import type { StoreProgress } from '../epoch/store-site.js';
import type { RowTable } from '../rows/row-table.js';
import type { ClosingSessions } from './closing-sessions.js';
import type { SessionGeometry } from './session-geometry.js';
import type { SessionRow, SessionSlot } from './session-row.js';
import type { SessionSight } from './session-scan.js';

export class SessionHorizon implements SessionSight {
  /** Earliest end that may be put; never above `firstVisible`. */
  firstLive = Number.NEGATIVE_INFINITY;
  /** Earliest end that is seen. */
  firstVisible = Number.NEGATIVE_INFINITY;
  /** Highest end there may be, emitted or not. */
  highestEnd: number;

  constructor(
    private readonly progress: StoreProgress,
    private readonly geometry: SessionGeometry,
    private readonly table: RowTable<SessionSlot, SessionRow>,
    private readonly closing: ClosingSessions | null,
    private readonly caching: boolean,
  ) {
    this.highestEnd = progress.streamTime;
    this.setStreamTime(progress.streamTime);
  }

  get streamTime(): number {
    return this.progress.streamTime;
  }

  /** The earliest end to look for, when it is asked for all from `earliestEnd` on. */
  firstWanted(earliestEnd: number): number {
    return this.caching || earliestEnd > this.firstVisible ? earliestEnd : this.firstVisible;
  }

  sees(slot: SessionSlot): boolean {
    return slot.end >= this.firstVisible || slot.warm;
  }

  /** The earliest end that is kept, seen or not: what is still to be taken as closed is. */
  get firstKept(): number {
    return this.closing === null ? this.firstVisible : Math.min(this.firstLive, this.closing.from);
  }

  /** @param heldBack the stream time moves only once the session is emitted */
  noteEnd(end: number, heldBack: boolean): void {
    if (end > this.highestEnd) this.highestEnd = end;
    if (!heldBack) this.advance(end);
  }

  noteLength(length: number): void {
    if (length > this.progress.longest) this.progress.longest = length;
  }

  /** Moves the stream time on, if it is not there yet. */
  advance(time: number): void {
    if (time > this.progress.streamTime) this.setStreamTime(time);
  }

  /** Gives up rows of which the time is over, unless an operator has yet to take something from them. */
  expireRows(): void {
    const kept = Math.min(this.firstLive, this.closing?.from ?? Number.POSITIVE_INFINITY);
    if (this.table.expireBelow(this.geometry.rowOf(kept)) && !this.caching) this.table.dropExpired();
  }

  /** After the store was wiped: its progress begins anew by itself. */
  forget(): void {
    this.firstVisible = Number.NEGATIVE_INFINITY;
    this.firstLive = Number.NEGATIVE_INFINITY;
    this.highestEnd = -1;
  }

  private setStreamTime(time: number): void {
    this.progress.streamTime = time;
    this.firstVisible = this.geometry.firstVisible(time);
    this.firstLive = this.geometry.firstLive(time);
    this.expireRows();
  }
}
