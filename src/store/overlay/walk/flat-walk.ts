/** Walks whose steps bring several items at once. */
import type { Source, StoreWalk } from './walk.js';

/** The items of each step, one by one. */
export class FlatWalk<T> implements StoreWalk<T> {
  readonly sources: readonly Source[];
  private items: readonly T[] = [];
  private at = 0;

  constructor(private readonly inner: StoreWalk<readonly T[]>) {
    this.sources = inner.sources;
  }

  get hungry(): Source | null {
    return this.inner.hungry;
  }

  step(): T | undefined {
    while (this.at >= this.items.length) {
      const items = this.inner.step();
      if (items === undefined) return undefined;
      this.items = items;
      this.at = 0;
    }
    const item = this.items[this.at];
    this.at += 1;
    return item;
  }
}

/** All items of a walk, sorted: for stores whose content is in memory anyway. */
export class SortedWalk<T> implements StoreWalk<T> {
  readonly sources: readonly Source[];
  private readonly items: T[] = [];
  private at = -1;

  constructor(
    private readonly inner: StoreWalk<T>,
    private readonly compare: (left: T, right: T) => number,
  ) {
    this.sources = inner.sources;
  }

  get hungry(): Source | null {
    return this.inner.hungry;
  }

  step(): T | undefined {
    while (this.at < 0) {
      const item = this.inner.step();
      if (item !== undefined) this.items.push(item);
      else if (this.inner.hungry !== null) return undefined;
      else {
        this.items.sort(this.compare);
        this.at = 0;
      }
    }
    const item = this.items[this.at];
    this.at += 1;
    return item;
  }
}
