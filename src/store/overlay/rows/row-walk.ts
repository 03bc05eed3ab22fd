/** Walking over the rows of many keys, for scans of window and session stores: rows on disk, overridden by those in memory. */
import { NodeBuffer } from '../../../record/node-buffer.js';
import type { StateBackend } from '../../backend.js';
import { FlatWalk } from '../walk/flat-walk.js';
import { MergeWalk, type NewerEntry } from '../walk/merge-walk.js';
import type { FiledRow, FiledSlot, RowFiles } from './row-files.js';
import { PREFIX_BYTES } from '../epoch/store-site.js';
import { Source, type StoreWalk } from '../walk/walk.js';

/** Characters of a row number in front of the key. */
const ROW_ID_BYTES = 8;

export interface RowRange<R, F> {
  readonly firstRow: number;
  /** Inclusive; below `firstRow`: nothing. */
  readonly lastRow: number;
  readonly reverse: boolean;
  /** Whether a key, one character a byte, is asked for. */
  readonly wanted: (key: string) => boolean;
  /** What of a row is found, in the order of the walk. `key` is one character a byte. */
  readonly foundIn: (row: R, key: string) => F[];
}

/** The rows of a store, in memory and on disk. */
export interface RowPlaces<S extends FiledSlot, R extends FiledRow<S>> {
  readonly backend: StateBackend;
  readonly files: RowFiles<S, R>;
  /** Rows in memory that may differ from those on disk. */
  readonly newer: Iterable<R>;
  readonly byteText: (text: string) => string;
  readonly emptyRow: (byteText: string, id: number) => R;
}

/** By row number, then key. */
export function walkRows<S extends FiledSlot, R extends FiledRow<S>, F>(
  { backend, files, newer, byteText, emptyRow }: RowPlaces<S, R>,
  { firstRow, lastRow, reverse, wanted, foundIn }: RowRange<R, F>,
): StoreWalk<F> {
  const range = { gte: files.rowKey(firstRow, false), lt: files.rowKey(lastRow + 1, false), reverse };
  const inMemory: NewerEntry[] = [];
  for (const row of newer) {
    if (row.id < firstRow || row.id > lastRow) continue;
    const key = byteText(row.text);
    inMemory.push({ key: rowIdText(row.id) + key, held: wanted(key) ? foundIn(row, key) : [], timestamp: -1 });
  }
  inMemory.sort((left, right) => (left.key < right.key !== reverse ? -1 : 1));
  return new FlatWalk(
    new MergeWalk<readonly F[]>(
      new Source(backend, range),
      inMemory,
      reverse,
      PREFIX_BYTES,
      (entry) => entry.held as readonly F[],
      (rowKey, head) => {
        const key = rowKey.slice(ROW_ID_BYTES);
        if (!wanted(key)) return [];
        const row = emptyRow(key, rowIdOf(rowKey));
        files.readHead(row, head);
        return foundIn(row, key);
      },
    ),
  );
}

function rowIdText(id: number): string {
  const bytes = NodeBuffer.allocUnsafe(ROW_ID_BYTES);
  bytes.writeBigUInt64BE(BigInt(id));
  return bytes.toString('latin1');
}

function rowIdOf(rowKey: string): number {
  return Number(NodeBuffer.from(rowKey.slice(0, ROW_ID_BYTES), 'latin1').readBigUInt64BE());
}
