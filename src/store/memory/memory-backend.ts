/** Committed state on the heap: for stores in memory, and for everything under the test driver. */
import type { BackendEntry, KeyRange, StateBackend } from '../backend.js';
import type { WriteBatch } from '../write-batch.js';

/** Entries given out at a time by a scan. */
const SCAN_BATCH = 256;

/**
 * Keys and values as strings of one character a byte: small, no memory outside of the heap, and ordered as bytes are.
 * All of it is synchronous.
 */
export class MemoryBackend implements StateBackend {
  readonly location = 'memory';
  readonly persistent = false;
  private readonly entries = new Map<string, string>();
  /** All keys in order; null when it has to be made anew. */
  private sorted: string[] | null = null;

  getSync(key: Buffer): Buffer | undefined {
    const value = this.entries.get(key.toString('latin1'));
    return value === undefined ? undefined : Buffer.from(value, 'latin1');
  }

  write(batch: WriteBatch): void {
    for (let index = 0; index < batch.keys.length; index += 1) {
      const key = (batch.keys[index] as Buffer).toString('latin1');
      const value = batch.values[index] as Buffer | null;
      if (value === null) this.delete(key);
      else {
        const before = this.entries.size;
        this.entries.set(key, value.toString('latin1'));
        if (this.entries.size !== before) this.sorted = null;
      }
    }
    for (const [gte, lt] of batch.ranges) {
      for (const key of this.keysIn({ gte, lt, reverse: false })) this.delete(key);
    }
  }

  async *scan(range: KeyRange): AsyncGenerator<readonly BackendEntry[], void> {
    yield* this.scanSync(range);
  }

  readonly scanSync = (range: KeyRange): Generator<readonly BackendEntry[], void> => this.batches(this.keysIn(range));

  async close(): Promise<void> {
    this.entries.clear();
    this.sorted = null;
  }

  destroy(): Promise<void> {
    return this.close();
  }

  private *batches(keys: readonly string[]): Generator<readonly BackendEntry[], void> {
    for (let from = 0; from < keys.length; from += SCAN_BATCH) {
      const batch: BackendEntry[] = [];
      for (const key of keys.slice(from, from + SCAN_BATCH)) {
        const value = this.entries.get(key);
        if (value !== undefined) batch.push([Buffer.from(key, 'latin1'), Buffer.from(value, 'latin1')]);
      }
      if (batch.length > 0) yield batch;
    }
  }

  private delete(key: string): void {
    if (this.entries.delete(key)) this.sorted = null;
  }

  private keysIn({ gte, lt, reverse }: KeyRange): string[] {
    this.sorted ??= [...this.entries.keys()].sort();
    const from = firstFrom(this.sorted, gte.toString('latin1'));
    const keys = this.sorted.slice(from, Math.max(from, firstFrom(this.sorted, lt.toString('latin1'))));
    return reverse ? keys.reverse() : keys;
  }
}

/** Index of the first key that is not below a bound. */
function firstFrom(keys: readonly string[], bound: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
