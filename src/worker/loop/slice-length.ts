/**
 * How long the loop may keep the thread: less while stores are asked, here or from here, since an answer waits for the slice of the
 * instance that gives it and for that of the one that asked. Shorter slices cost records, so that they end with the questions.
 */

/** Before timers and sockets get their turn, ms. */
const LONGEST_MS = 10;
const WHILE_ASKED_MS = 3;
/** So long after a question others are expected, ms. */
const EXPECTED_MS = 100;

export class SliceLength {
  private until = Number.NEGATIVE_INFINITY;

  /** @param now monotonic, ms */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A store is asked. */
  asked(): void {
    this.until = this.now() + EXPECTED_MS;
  }

  get milliseconds(): number {
    return this.now() < this.until ? WHILE_ASKED_MS : LONGEST_MS;
  }
}
