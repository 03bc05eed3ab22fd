/** Walking over memory and disk at once: the same steps whether the disk answers at once or later. */
import type { BackendEntry, KeyRange, StateBackend } from '../../backend.js';
import { StoreScan } from '../../scan.js';

/** A range on disk that is being read, batch by batch. */
export class Source {
  private batch: readonly BackendEntry[] = [];
  private at = 0;
  private ended = false;
  private sync: Iterator<readonly BackendEntry[]> | null = null;
  private async: AsyncIterator<readonly BackendEntry[]> | null = null;

  constructor(
    private readonly backend: StateBackend,
    private readonly range: KeyRange,
  ) {}

  /** The next entry, `undefined` at the end, or `null` when a batch has to be pulled first. */
  peek(): BackendEntry | null | undefined {
    if (this.at < this.batch.length) return this.batch[this.at];
    return this.ended ? undefined : null;
  }

  skip(): void {
    this.at += 1;
  }

  pullSync(): void {
    if (this.backend.scanSync === null) throw new Error(`${this.backend.location} cannot be read synchronously`);
    this.sync ??= this.backend.scanSync(this.range);
    this.take(this.sync.next());
  }

  async pull(): Promise<void> {
    this.async ??= this.backend.scan(this.range);
    this.take(await this.async.next());
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.async?.return?.();
  }

  private take(result: IteratorResult<readonly BackendEntry[], unknown>): void {
    this.at = 0;
    if (result.done === true) {
      this.batch = [];
      this.ended = true;
    } else this.batch = result.value;
  }
}

/** One walk over a store. */
export interface StoreWalk<T> {
  /** After `step` gave `undefined`: the source it waits for; null at the end. */
  readonly hungry: Source | null;
  /** The next item, or `undefined`. */
  step(): T | undefined;
  /** All sources that were opened. */
  readonly sources: readonly Source[];
}

/** A scan that begins a new walk each time it is iterated. */
export function scanOf<T>(store: string, backend: StateBackend, begin: () => StoreWalk<T>): StoreScan<T> {
  const walkSync = () => stepSync(begin());
  return new StoreScan(store, () => stepAsync(begin()), backend.scanSync === null ? null : walkSync);
}

function* stepSync<T>(walk: StoreWalk<T>): Generator<T, void> {
  for (;;) {
    const item = walk.step();
    if (item !== undefined) yield item;
    else if (walk.hungry === null) return;
    else walk.hungry.pullSync();
  }
}

async function* stepAsync<T>(walk: StoreWalk<T>): AsyncGenerator<T, void> {
  try {
    for (;;) {
      const item = walk.step();
      if (item !== undefined) yield item;
      else if (walk.hungry === null) return;
      else await walk.hungry.pull();
    }
  } finally {
    for (const source of walk.sources) await source.close();
  }
}
