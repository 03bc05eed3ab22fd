/** Beside the loop: measures by how much timers come late, which is what everything else on the thread waits too. */
import type { Histogram } from '../../observe/histogram.js';

/** How often is looked, ms. */
const PERIOD_MS = 100;

export class EventLoopDelay {
  private timer: NodeJS.Timeout | null = null;

  /** @param now does not jump, ms */
  constructor(
    private readonly delays: Histogram,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): void {
    const set = this.now();
    this.timer = setTimeout(() => {
      this.delays.observe(this.now() - set - PERIOD_MS);
      this.start();
    }, PERIOD_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
