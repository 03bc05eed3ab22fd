/** The rows of a walk over all partitions of a store, wherever they are, in one order. */
import { Position } from './position.js';
import { MOST_ROWS, type ByteRow, type RowsAnswer } from './question.js';
import { compareRows } from './row-order.js';

/** Rows that are asked for at a time, of each partition. */
const PAGE_ROWS = 200;

export interface Walk<Row> {
  readonly reverse: boolean;
  /** What rows are ordered by before their keys. */
  readonly byTime: 'start' | 'end' | null;
  readonly tasks: readonly (string | null)[];
  page(task: string | null, after: ByteRow | null, limit: number): Promise<RowsAnswer>;
  row(bytes: ByteRow): Promise<Row>;
}

/** Where a walk stands: behind this row. */
export type Place = ByteRow;

interface Step<Row> {
  readonly row: Row;
  readonly place: Place;
}

/**
 * Rows for `for await`: by the bytes of their keys, of windows and sessions by time first, whichever instance they are on. Each page
 * is of its own moment, so that a row which changes meanwhile is given as it was or as it is. A walk may be made again, and left.
 */
export class QueriedRows<Row> implements AsyncIterable<Row> {
  private seen = Position.EMPTY;

  /** @internal */
  constructor(private readonly open: () => Promise<Walk<Row>>) {}

  /** How far the stores had come that gave rows so far. */
  get position(): Position {
    return this.seen;
  }

  /** @throws QueryError when a part of the store does not answer in time */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void> {
    for await (const { row } of this.steps(null, PAGE_ROWS)) yield row;
  }

  /** All rows, or the first `most`. */
  async toArray(most = Number.POSITIVE_INFINITY): Promise<Row[]> {
    const rows: Row[] = [];
    if (most < 1) return rows;
    for await (const { row } of this.steps(null, Math.min(PAGE_ROWS, Math.ceil(most))))
      if (rows.push(row) >= most) break;
    return rows;
  }

  /** @internal The rows behind a place, and the place behind these; null where there are no more. */
  async page(limit: number, after: Place | null): Promise<{ rows: Row[]; next: Place | null }> {
    const rows: Row[] = [];
    let last: Place | null = null;
    for await (const { row, place } of this.steps(after, Math.min(MOST_ROWS, limit + 1))) {
      if (rows.length === limit) return { rows, next: last };
      rows.push(row);
      last = place;
    }
    return { rows, next: null };
  }

  private async *steps(after: Place | null, pageRows: number): AsyncGenerator<Step<Row>, void> {
    const walk = await this.open();
    const parts = walk.tasks.map((task) => new PartWalk(walk, task, after, pageRows));
    const pages = await Promise.all(parts.map((part) => part.fill()));
    for (const page of pages) this.note(page);
    const sign = walk.reverse ? -1 : 1;
    for (;;) {
      let first: PartWalk<Row> | null = null;
      for (const part of parts) {
        if (part.head === null) continue;
        const least = first?.head ?? null;
        if (least === null || sign * compareRows(part.head, least) < 0) first = part;
      }
      if (first === null) return;
      const place = first.take();
      yield { row: await walk.row(place), place };
      if (first.head === null) this.note(await first.fill());
    }
  }

  private note(page: Position | null): void {
    if (page !== null) this.seen = this.seen.merged(page);
  }
}

/** One partition of a walk. */
class PartWalk<Row> {
  /** The next row, with what it is ordered by; null: it must be filled, or has come to its end. */
  head: { readonly key: Buffer; readonly time: number; readonly start: number } | null = null;
  private rows: readonly ByteRow[] = [];
  private at = 0;
  private more = true;

  constructor(
    private readonly walk: Walk<Row>,
    private readonly task: string | null,
    private after: ByteRow | null,
    private readonly pageRows: number,
  ) {}

  take(): ByteRow {
    const row = this.rows[this.at] as ByteRow;
    this.at += 1;
    this.after = row;
    this.look();
    return row;
  }

  /** Asks for the next page; null when there is none. */
  async fill(): Promise<Position | null> {
    if (!this.more) return null;
    const { rows, more, position } = await this.walk.page(this.task, this.after, this.pageRows);
    this.rows = rows.filter((row) => row !== null);
    this.at = 0;
    this.more = more;
    this.look();
    return Position.from(position);
  }

  private look(): void {
    const row = this.rows[this.at];
    if (row === undefined) {
      this.head = null;
      return;
    }
    const { byTime } = this.walk;
    const { key, start, end } = row;
    this.head = { key, time: byTime === null ? 0 : byTime === 'start' ? start : (end ?? 0), start };
  }
}
