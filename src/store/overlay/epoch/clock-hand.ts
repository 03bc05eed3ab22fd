/** Which entry goes when memory is short: the CLOCK algorithm, going round over all entries of a store. */
import type { CacheBudget } from '../../cache-budget.js';
import type { Evictor } from './ledger.js';

/** A second round finds what the first has marked as not used; a third finds nothing new. */
const ROUNDS = 2;

/** An entry that was used since the hand last passed is spared once. */
export class ClockHand<E extends { referenced: boolean }> implements Evictor {
  private entries: Iterator<E>;

  constructor(
    private readonly budget: CacheBudget,
    /** Begins a round. */
    private readonly begin: () => Iterator<E>,
    /** What must stay is passed over, and neither spared nor marked. */
    private readonly stays: (entry: E) => boolean,
    /** Drops an entry, or what of it may go; true if that freed any memory. */
    private readonly drop: (entry: E) => boolean,
  ) {
    this.entries = begin();
  }

  evict(steps: number): boolean {
    let dropped = false;
    let rounds = 0;
    for (let step = 0; step < steps && this.budget.over; step += 1) {
      const next = this.entries.next();
      if (next.done === true) {
        rounds += 1;
        if (rounds > ROUNDS) break;
        this.entries = this.begin();
        continue;
      }
      const entry = next.value;
      if (this.stays(entry)) continue;
      if (entry.referenced) entry.referenced = false;
      else if (this.drop(entry)) dropped = true;
    }
    return dropped;
  }

  /** The store has forgotten all its entries. */
  restart(): void {
    this.entries = this.begin();
  }
}
