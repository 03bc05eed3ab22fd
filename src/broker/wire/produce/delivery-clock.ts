/** The time that counts against a batch's delivery: it stands still where nothing could have been delivered. */
import { monotonicNow } from '../../../time/monotonic.js';

const SHORTEST_TICK_MS = 5;
const LONGEST_TICK_MS = 1000;
/** Ticks per time-out: how finely it is measured. */
const TICKS = 20;

/**
 * A clock that advances by ticks, each by no more than two of them: a process that was stopped, a machine that slept, and a
 * loop that was blocked by a user's function add next to nothing. While the gate is closed it stands still.
 */
export class DeliveryClock {
  private readonly tickMs: number;
  private time = 0;
  private last = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly timeoutMs: number,
    private readonly runs: () => boolean,
    private readonly ticked: () => void,
  ) {
    this.tickMs = Math.min(Math.max(Math.ceil(timeoutMs / TICKS), SHORTEST_TICK_MS), LONGEST_TICK_MS);
  }

  /** Milliseconds, as of the last tick. */
  get now(): number {
    return this.time;
  }

  /** Whether the time-out has passed since that reading, which may have been a tick old. */
  isOver(since: number): boolean {
    return this.time - since >= this.timeoutMs + this.tickMs;
  }

  /** Begins to tick, unless it does. */
  start(): void {
    if (this.timer !== null) return;
    this.last = monotonicNow();
    this.timer = setInterval(() => {
      this.tick();
    }, this.tickMs);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private tick(): void {
    const now = monotonicNow();
    if (this.runs()) this.time += Math.min(now - this.last, 2 * this.tickMs);
    this.last = now;
    this.ticked();
  }
}
