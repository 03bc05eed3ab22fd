/** Time slices of the thread that runs the tasks, measured so often that user code of any cost is noticed, and no oftener. */
import type { Slice } from '../../time/slice.js';
import { SliceLength } from './slice-length.js';

/** Steps that may pass unmeasured: so many of 5 ms each are the longest that a slice can overrun by. */
const MOST_STEPS = 16;
/** Steps that took less than this on average, ms, need not be measured one by one. */
const CHEAP_STEP_MS = 0.05;

export class ThreadSlice implements Slice {
  private end = 0;
  private measured = 0;
  private stride = 1;
  private left = 1;
  private ended = false;

  /**
   * @param took told how long each stretch of work took that was measured, ms; 0 when one begins
   * @param now monotonic, ms
   * @param length how long a slice may be that begins
   */
  constructor(
    private readonly took: (milliseconds: number) => void = () => undefined,
    private readonly now: () => number = () => performance.now(),
    private readonly length: Pick<SliceLength, 'milliseconds'> = new SliceLength(now),
  ) {}

  begin(): void {
    this.took(0);
    this.measured = this.now();
    this.end = this.measured + this.length.milliseconds;
    this.ended = false;
    this.left = this.stride;
  }

  over(): boolean {
    if (this.ended) return true;
    this.left -= 1;
    return this.left > 0 ? false : this.measure();
  }

  async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.begin();
  }

  private measure(): boolean {
    const now = this.now();
    this.took(now - this.measured);
    const cheap = now - this.measured < this.stride * CHEAP_STEP_MS;
    this.stride = cheap ? Math.min(MOST_STEPS, this.stride * 2) : 1;
    this.left = this.stride;
    this.measured = now;
    this.ended = now >= this.end;
    return this.ended;
  }
}
