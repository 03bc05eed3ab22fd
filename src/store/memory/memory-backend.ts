/** Committed state on the heap: for stores in memory, and for everything under the test driver. */
import type { BackendEntry, KeyRange, StateBackend } from '../backend.js';
import type { WriteBatch } from '../write-batch.js';

/** Entries given out at a time by a scan. */
const SCAN_BATCH = 256;
/** Entries that are looked at for a size before others have their turn: about a millisecond. */
const SIZED_AT_ONCE = 10_000;

/**
 * Keys and values as strings of one character a byte: small, no memory outside of the heap, and ordered as bytes are.
 * All of it is synchronous.
 */
export class MemoryBackend implements StateBackend {
  readonly location = 'memory';
  readonly persistent: boolean = false;
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

  scan(range: KeyRange): AsyncGenerator<readonly BackendEntry[], void> {
    return later(this.scanSync(range));
  }

  /** What is there at the call: strings, so that holding on to them costs little. */
  readonly scanSync = (range: KeyRange): Generator<readonly BackendEntry[], void> =>
    batches(this.keysIn(range).map((key) => [key, this.entries.get(key) as string] as const));

  /** What keys and values have; the objects around them are not counted. */
  async sizeOf({ gte, lt }: Pick<KeyRange, 'gte' | 'lt'>): Promise<number> {
    const [first, end] = [gte.toString('latin1'), lt.toString('latin1')];
    let bytes = 0;
    let left = SIZED_AT_ONCE;
    for (const [key, value] of this.entries) {
      if (key >= first && key < end) bytes += key.length + value.length;
      left -= 1;
      if (left > 0) continue;
      left = SIZED_AT_ONCE;
      await new Promise<void>((resume) => setTimeout(resume, 0));
    }
    return bytes;
  }

  async close(): Promise<void> {
    this.entries.clear();
    this.sorted = null;
  }

  destroy(): Promise<void> {
    return this.close();
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

function* batches(entries: readonly (readonly [key: string, value: string])[]): Generator<BackendEntry[], void> {
  for (let from = 0; from < entries.length; from += SCAN_BATCH) {
    yield entries
      .slice(from, from + SCAN_BATCH)
      .map(([key, value]) => [Buffer.from(key, 'latin1'), Buffer.from(value, 'latin1')]);
  }
}

async function* later<T>(all: Iterable<T>): AsyncGenerator<T, void> {
  yield* all;
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
