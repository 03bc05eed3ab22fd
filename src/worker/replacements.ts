/** How long an instance waits before it begins anew after a failure, so that what fails at once does not fail without end. */
import type { Logger } from '../observe/logger.js';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;
/** An instance that ran for so long failed of something else. */
const WELL_MS = 60_000;

export class Replacements {
  private count = 0;
  private lastBegun = Number.NEGATIVE_INFINITY;
  private end: () => void = () => undefined;

  /** @param now monotonic, ms */
  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Waits twice as long as before the last time, unless it went well since; resolves at once when it is cancelled. */
  async wait(): Promise<void> {
    this.count = this.now() - this.lastBegun >= WELL_MS ? 1 : this.count + 1;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.count - 1, 20));
    this.logger.warn(`the instance begins anew in ${String(wait)} ms`, { replacements: this.count });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.lastBegun = this.now();
  }

  /** Nobody begins anew any more. */
  cancel(): void {
    this.end();
  }
}
