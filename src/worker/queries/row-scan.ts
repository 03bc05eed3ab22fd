/** Rows of an application's store, walked over from outside without keeping the thread from its work. */
import type { StorePart } from './store-parts.js';

/** How long rows are given without a pause, ms. */
const SLICE_MS = 5;

/**
 * Rows of the parts of a store that this instance holds, for `for await`. Each part is seen as it was when the walk came to it.
 * Whatever the number of rows, other work has its turn after a few milliseconds. A walk may be made again, and left at any row.
 */
export class RowScan<Row> implements AsyncIterable<Row> {
  /** @internal */
  constructor(
    private readonly parts: () => readonly StorePart[],
    private readonly walk: (part: StorePart) => AsyncIterable<Row>,
  ) {}

  /** @throws MillraceError STORE_UNAVAILABLE when the store is not here, or moves away meanwhile */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void> {
    let until = performance.now() + SLICE_MS;
    for (const part of this.parts()) {
      try {
        for await (const row of this.walk(part)) {
          yield row;
          if (performance.now() < until) continue;
          await new Promise((resolve) => setImmediate(resolve));
          until = performance.now() + SLICE_MS;
          part.mustBeHere();
        }
      } catch (error) {
        part.mustBeHere();
        throw error;
      }
    }
  }

  /** All rows, or the first `most`. */
  async toArray(most = Number.POSITIVE_INFINITY): Promise<Row[]> {
    const rows: Row[] = [];
    if (most < 1) return rows;
    for await (const row of this) if (rows.push(row) >= most) break;
    return rows;
  }
}
