/** The result of reading many entries of a store: walked with `for await`, or with `for` where the store is in memory. */
import { MillraceError } from '../errors/error.js';

/**
 * Entries of a store in its order, as they were when the walk began.
 * LevelDB can only be walked asynchronously; a store in memory (and every store under the test driver) both ways.
 * Kafka Streams: `KeyValueIterator`; there is nothing to close, leaving the loop is enough.
 */
export class StoreScan<T> implements AsyncIterable<T>, Iterable<T> {
  constructor(
    private readonly store: string,
    private readonly walk: () => AsyncIterator<T>,
    /** Null where the store cannot be read synchronously. */
    private readonly walkSync: (() => Iterator<T>) | null,
  ) {}

  /** Whether `for (const entry of scan)` works. */
  get synchronous(): boolean {
    return this.walkSync !== null;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.walk();
  }

  /** @throws MillraceError STORE_UNAVAILABLE when the store is on disk */
  [Symbol.iterator](): Iterator<T> {
    if (this.walkSync === null) {
      throw new MillraceError(
        'STORE_UNAVAILABLE',
        `store ${this.store} is on disk and can only be walked asynchronously: use for await, or the memory engine`,
        { store: this.store },
      );
    }
    return this.walkSync();
  }

  /** @internal The same, as a store on disk would give it. */
  asOnDisk(): StoreScan<T> {
    return new StoreScan(this.store, this.walk, null);
  }

  /** All entries as an array. */
  async toArray(): Promise<T[]> {
    const entries: T[] = [];
    for await (const entry of this) entries.push(entry);
    return entries;
  }
}
