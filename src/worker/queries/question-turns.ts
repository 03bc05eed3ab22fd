/**
 * Gives way between questions that are answered here: who asks one after the other, each as soon as the last is answered, would keep
 * the thread for as long as it asks, since an answer that is at hand comes without a turn of the event loop.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { monotonicNow } from '../../time/monotonic.js';

/** So long questions are answered before timers, sockets and records get their turn, ms. */
const ANSWERING_MS = 3;

export class QuestionTurns {
  /** When the first question of this turn came; null: there was none. */
  private began: number | null = null;
  /** The next turn. */
  private next: Promise<void> | null = null;

  /** @param now monotonic, ms */
  constructor(private readonly now: () => number = monotonicNow) {}

  /** Null: a question may be answered at once. Else it waits for this, and asks again. */
  wait(): Promise<void> | null {
    const now = this.now();
    if (this.began === null) {
      this.began = now;
      this.next = nextTurn().then(() => {
        this.began = null;
      });
      return null;
    }
    return now - this.began < ANSWERING_MS ? null : this.next;
  }
}
