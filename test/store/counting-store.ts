/** A store of a user's own making: counts by key, in memory, and logs each changed key once a commit. */
import { stores } from '../../src/dsl/stores.js';
import type { CustomStore, CustomStoreContext, RestoredChange } from '../../src/store/custom-store.js';
import type { StoreBuilder } from '../../src/store/store-builder.js';

export class CountingStore implements CustomStore {
  readonly counts = new Map<string, number>();
  /** The sizes of what it was given to restore. */
  readonly batches: number[] = [];
  commits = 0;
  closed = false;
  private readonly changed = new Set<string>();

  constructor(readonly context: CustomStoreContext) {}

  add(key: string): number {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    this.changed.add(key);
    return count;
  }

  delete(key: string): void {
    this.counts.delete(key);
    this.changed.add(key);
  }

  restore(changes: readonly RestoredChange[]): void {
    this.batches.push(changes.length);
    for (const { key, value } of changes) {
      if (value === null) this.counts.delete(key.toString());
      else this.counts.set(key.toString(), Number(value.toString()));
    }
  }

  commit(): void {
    this.commits += 1;
    for (const key of this.changed) {
      const count = this.counts.get(key);
      this.context.log(Buffer.from(key), count === undefined ? null : Buffer.from(String(count)));
    }
    this.changed.clear();
  }

  close(): void {
    this.closed = true;
  }
}

/** @param opened gets every store that was opened */
export function countingStore(
  name: string,
  opened: CountingStore[] = [],
  logging?: boolean | Record<string, string>,
): StoreBuilder<CountingStore> {
  return stores.custom({
    name,
    ...(logging === undefined ? {} : { logging }),
    open: (context) => {
      const store = new CountingStore(context);
      opened.push(store);
      return store;
    },
  });
}
