/** Beside the application that is soaked: for how long its event loop stood still, and how much of that the machine is to blame for. */
import { readFileSync } from 'node:fs';

const PERIOD_MS = 10;

/**
 * A timer that should come every 10 ms tells how late it is. What the main thread spent ready to run, while other processes had
 * every processor, is no work of the application: Linux counts it, and it is told apart.
 */
export class StallGauge {
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #longest = 0;
  #starved = 0;

  start() {
    let seen = performance.now();
    let waited = waitedMs();
    this.#timer = setInterval(() => {
      const [now, waitedNow] = [performance.now(), waitedMs()];
      const late = Math.max(0, now - seen - PERIOD_MS);
      const starved = Math.min(late, waitedNow - waited);
      [seen, waited] = [now, waitedNow];
      this.#longest = Math.max(this.#longest, late - starved);
      this.#starved = Math.max(this.#starved, starved);
    }, PERIOD_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** The longest since the last call, ms: what the application itself stood still, and what it waited for a processor. */
  take() {
    const taken = { stallMs: this.#longest, starvedMs: this.#starved };
    this.#longest = this.#starved = 0;
    return taken;
  }
}

/** What the main thread has waited for a processor so far, ms; 0 where nobody counts it. */
function waitedMs() {
  if (process.platform !== 'linux') return 0;
  const [, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
  return Number(waited) / 1e6;
}
