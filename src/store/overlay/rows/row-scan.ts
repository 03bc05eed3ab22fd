/** Scans over the rows of many keys: those on disk, overridden by those in memory. */
import type { StateBackend } from '../../backend.js';
import type { StoreScan } from '../../scan.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import { SortedWalk } from '../walk/flat-walk.js';
import { scanOf, type Source, type StoreWalk } from '../walk/walk.js';
import type { ClosingWindows } from './closing.js';
import type { Row, RowSlot } from './row.js';
import type { RowFiles } from './row-files.js';
import type { RowTable } from './row-table.js';
import { walkRows } from './row-walk.js';

/** What of a store is asked for. Times in ms. */
export interface ScanRange {
  readonly first: number;
  /** Inclusive; below `first`: nothing. */
  readonly last: number;
  readonly reverse: boolean;
  /** Whether a key, one character a byte, is asked for. */
  readonly wanted: (key: string) => boolean;
  /** Slots that have expired are found too. */
  readonly unseen: boolean;
}

/** A kind of row. `F`: what is found of a slot, the key as one character a byte. */
export interface ScannedRows<R, F> {
  readonly newRow: (text: string, id: number) => R;
  readonly rowOf: (time: number) => number;
  /** What of a row is found, in its order. */
  readonly foundIn: (row: R, key: string, range: ScanRange) => F[];
  /** The order of all that is found; null: by row, then key. */
  readonly compare: ((left: F, right: F) => number) | null;
}

export interface RowScanParts<S extends RowSlot, R extends Row<S>> {
  readonly name: string;
  readonly backend: StateBackend;
  readonly keys: KeyCodec;
  readonly files: RowFiles<S, R>;
  readonly table: RowTable<S, R>;
}

export class RowTableScan<S extends RowSlot, R extends Row<S>, F> {
  constructor(
    private readonly parts: RowScanParts<S, R>,
    private readonly kind: ScannedRows<R, F>,
  ) {}

  /** Which keys, one character a byte, lie between two keys, both inclusive; null: no bound. */
  wanted(from: unknown, to: unknown): (key: string) => boolean {
    return between(this.byteText(from), this.byteText(to));
  }

  /** The key of what was found. */
  keyOf<K>(byteText: string): K {
    const { keys } = this.parts;
    return keys.key(keys.fromByteText(byteText)) as K;
  }

  /** `range` is asked each time the scan begins. */
  scan<T>(range: () => ScanRange, give: (found: F) => T): StoreScan<T> {
    return scanOf(this.parts.name, this.parts.backend, () => {
      const asked = range();
      return new GivingWalk(this.sorted(this.walk(asked), asked.reverse), give);
    });
  }

  /**
   * Finds what is still to be taken as closed: all that is on disk up to a time, until the operator says how far it got. Returns
   * nothing when that is done on return.
   */
  fill(closing: ClosingWindows, last: number, note: (found: F) => void): Promise<void> | void {
    const range: ScanRange = { first: 0, last, reverse: false, wanted: between(null, null), unseen: true };
    const all = scanOf(this.parts.name, this.parts.backend, () => this.walk(range));
    if (!all.synchronous) return fillLater(closing, all, note);
    for (const found of all) note(found);
    closing.known = true;
  }

  private byteText(key: unknown): string | null {
    const { keys } = this.parts;
    return key === null ? null : keys.byteText(keys.text(key));
  }

  private sorted(rows: StoreWalk<F>, reverse: boolean): StoreWalk<F> {
    const { compare } = this.kind;
    if (compare === null) return rows;
    return new SortedWalk(rows, reverse ? (left, right) => compare(right, left) : compare);
  }

  private walk(range: ScanRange): StoreWalk<F> {
    const { first, last, reverse, wanted } = range;
    const { backend, files, table, keys } = this.parts;
    const { newRow, rowOf, foundIn } = this.kind;
    const firstRow = rowOf(first);
    return walkRows(
      {
        backend,
        files,
        newer: table.newer(),
        byteText: (text) => keys.byteText(text),
        emptyRow: (byteText, id) => newRow(keys.fromByteText(byteText), id),
      },
      {
        firstRow,
        lastRow: last < first ? firstRow - 1 : rowOf(last),
        reverse,
        wanted,
        foundIn: (row, key) => {
          const found = foundIn(row, key, range);
          return reverse ? found.reverse() : found;
        },
      },
    );
  }
}

/** The keys between two texts of one character a byte, both inclusive; null: no bound. */
export function between(from: string | null, to: string | null): (key: string) => boolean {
  return (key) => (from === null || key >= from) && (to === null || key <= to);
}

class GivingWalk<F, T> implements StoreWalk<T> {
  readonly sources: readonly Source[];

  constructor(
    private readonly inner: StoreWalk<F>,
    private readonly give: (found: F) => T,
  ) {
    this.sources = inner.sources;
  }

  get hungry(): Source | null {
    return this.inner.hungry;
  }

  step(): T | undefined {
    const found = this.inner.step();
    return found === undefined ? undefined : this.give(found);
  }
}

async function fillLater<F>(closing: ClosingWindows, all: AsyncIterable<F>, note: (found: F) => void): Promise<void> {
  for await (const found of all) note(found);
  closing.known = true;
}
