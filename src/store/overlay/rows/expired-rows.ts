/** The rows of a store that are gone from disk because their time is over. */
import type { WriteBatch } from '../../write-batch.js';

/** Where rows are on disk. */
interface RowKeys {
  rowKey(id: number, ofChunks: boolean): Buffer;
}

/** Rows are numbered by time: what has expired lies below a number, and is removed once. */
export class ExpiredRows {
  /** Rows below have been removed, or are about to be. */
  private clearedTo: number;

  /** @param first number of the earliest row that there can be */
  constructor(
    private readonly files: RowKeys,
    private readonly first: number,
  ) {
    this.clearedTo = first;
  }

  /** Removes the rows below `firstRow`, which is still live, with this batch. */
  removeBelow(firstRow: number, batch: WriteBatch): void {
    if (firstRow <= this.clearedTo) return;
    for (const ofChunks of [false, true]) {
      batch.deleteRange(this.files.rowKey(this.clearedTo, ofChunks), this.files.rowKey(firstRow, ofChunks));
    }
    this.clearedTo = firstRow;
  }

  /** The store was wiped. */
  forget(): void {
    this.clearedTo = this.first;
  }
}
