/** At the end of a task's turn: tells how old the oldest record was that each queue gave and each sink wrote in it. */
import type { Clock } from '../time/clock.js';

interface Measured {
  measure(now: number): void;
}

/** Who is told that a turn has ended. */
export interface TurnEnds {
  /** @param unfinished a record is begun and not done */
  turnEnded(unfinished: boolean): void;
}

/** One observation a turn, however many records it had: the oldest, so that nothing late hides behind the others. */
export class TurnAges implements TurnEnds {
  private readonly measured: Measured[] = [];

  constructor(private readonly clock: Clock) {}

  add<M extends Measured>(one: M): M {
    this.measured.push(one);
    return one;
  }

  turnEnded(): void {
    const now = this.clock.now();
    for (const one of this.measured) one.measure(now);
  }
}
