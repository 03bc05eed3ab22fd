/**
 * For how long questions about stores wait for the thread: one that comes while tasks have it is looked at when they give way, and when
 * it came nobody knows. So what is measured is the longest that it can have been: the whole round of the loop. One that comes
 * while nothing runs waits for nobody.
 */
import type { LengthObserver } from '../../observe/length-metrics.js';

export class QuestionWait {
  private began = 0;
  /** Tasks gave way in the midst of work: questions that are looked at now came while they had the thread. */
  private gaveWay = false;

  /**
   * @param waits is told how long each question waited at most, ms
   * @param now monotonic, ms
   */
  constructor(
    private readonly waits: LengthObserver,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A round of the loop begins. @param time as `now` */
  round(time: number): void {
    this.began = time;
    this.gaveWay = false;
  }

  /** It ends, and another one follows once sockets had their turn. */
  gives(): void {
    this.gaveWay = true;
  }

  /** A question is looked at. */
  asked(): void {
    this.waits.observe(this.gaveWay ? this.now() - this.began : 0);
  }
}
