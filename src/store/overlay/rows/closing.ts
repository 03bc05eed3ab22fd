/** The windows that an operator has yet to emit once they have closed: what they are called, in the order of their times. */
import { TimeIndex } from '../walk/time-index.js';

/** Keys are byte texts, so that windows of one time come in the order of their keys' bytes. */
export class ClosingWindows {
  readonly index: TimeIndex;
  /** False until the store has looked at what is on disk. */
  known = false;

  constructor(order?: (left: string, right: string) => number) {
    this.index = new TimeIndex(order);
  }

  /** The earliest time that must not be given up, whatever the retention says. */
  get from(): number {
    return this.known ? (this.index.earliest ?? Number.POSITIVE_INFINITY) : Number.NEGATIVE_INFINITY;
  }

  clear(): void {
    this.index.clear();
    this.known = false;
  }
}
