/** Time for intervals: goes on evenly, whatever is done to the wall clock. */
import type { Clock } from './clock.js';

/**
 * Begins with the time of the wall clock and never jumps. Timers, commit intervals and time limits are measured by it: a wall
 * clock that is set back an hour must not stop them for an hour.
 */
export class SteadyClock implements Clock {
  private readonly start: number;

  /**
   * @param wall gives the time to begin with
   * @param elapsed milliseconds since any fixed moment, never less than before
   */
  constructor(
    wall: Clock,
    private readonly elapsed: () => number = () => performance.now(),
  ) {
    this.start = wall.now() - elapsed();
  }

  now(): number {
    return this.start + this.elapsed();
  }
}
