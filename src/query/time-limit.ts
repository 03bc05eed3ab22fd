/** How long a query may take in all: waits that end with it. */

/** First and longest wait before something is asked again, ms. */
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 100;

export class TimeLimit {
  private readonly end: number;
  private waitMs = FIRST_WAIT_MS;

  constructor(readonly milliseconds: number) {
    this.end = performance.now() + milliseconds;
  }

  get leftMs(): number {
    return this.end - performance.now();
  }

  /** Waits a little, longer each time; false when the time is over. */
  async wait(): Promise<boolean> {
    // Not all in step, when many wait for the same task.
    const wait = this.waitMs * (0.5 + Math.random() / 2);
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
    const { leftMs } = this;
    if (leftMs <= 0) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, leftMs)));
    return this.leftMs > 0;
  }

  /** What is asked, or null when the time is over before it is there. */
  within<T>(asked: Promise<T>): Promise<T | null> {
    // By hand: a race costs several promises more, of each of thousands of queries a second.
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, Math.max(0, this.leftMs), null);
      asked.then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      }, reject);
    });
  }
}
