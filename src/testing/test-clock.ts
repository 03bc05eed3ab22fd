/** Wall-clock time that only moves when a test says so. */
import type { Clock } from '../time/clock.js';
import { toMilliseconds, type Duration } from '../time/duration.js';

export class TestClock implements Clock {
  private time: number;

  /** @param start milliseconds since the epoch; default: the machine's time */
  constructor(start: number = Date.now()) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  advance(by: Duration): void {
    this.time += toMilliseconds(by, 'advance');
  }
}
