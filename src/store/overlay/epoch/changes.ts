/** What was changed since the last seal, each once. */
import type { Ledger } from './ledger.js';

/** Callers compare epochs themselves: that is done for every record, and there must be one shape of entry. */
export class Changes<T extends { epoch: number }> {
  private items: T[] = [];

  constructor(private readonly ledger: Ledger) {}

  get none(): boolean {
    return this.items.length === 0;
  }

  /** In the order in which they were first changed, or last sorted. */
  get all(): readonly T[] {
    return this.items;
  }

  /** Notes one that is not part of the current epoch yet. */
  add(one: T): void {
    one.epoch = this.ledger.epoch;
    this.items.push(one);
  }

  sort(compare: (left: T, right: T) => number): void {
    this.items.sort(compare);
  }

  clear(): void {
    this.items = [];
  }
}
