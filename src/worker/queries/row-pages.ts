/** Pages of a walk over a part of a store: the rows behind the last one that is there already, as many as fit. */
import type { After, ByteRow } from '../../query/question.js';
import { compareRows } from '../../query/row-order.js';

/** Rows of one question; null stands for a key of which there is nothing. */
export interface FoundRows {
  readonly rows: readonly (ByteRow | null)[];
  readonly more: boolean;
}

/** Bytes of keys and values after which a page ends. */
const PAGE_BYTES = 1024 * 1024;

/** One row of a walk; its bytes are made only where it is given. */
export interface WalkedRow {
  readonly key: Buffer;
  readonly time: number;
  readonly start: number;
  readonly row: () => ByteRow;
}

export type ByteRows = AsyncGenerator<WalkedRow, void>;

/** Lets other work have its turn, now and then; null: not yet. */
export type Pause = () => Promise<void> | null;

export interface Page {
  readonly after: After | null;
  readonly limit: number;
  readonly reverse: boolean;
}

/** Of a walk in the order of keys. */
export async function keyPage(
  walk: ByteRows,
  { after, limit, reverse = false }: Omit<Page, 'reverse'> & { readonly reverse?: boolean },
  pause: Pause,
): Promise<FoundRows> {
  const rows: ByteRow[] = [];
  let bytes = 0;
  for await (const walked of walk) {
    const wait = pause();
    if (wait !== null) await wait;
    if (after !== null && !isBehind(walked, after, reverse)) continue;
    if (rows.length === limit || bytes > PAGE_BYTES) return { rows, more: true };
    const row = walked.row();
    bytes += row.key.length + row.value.length;
    rows.push(row);
  }
  return { rows, more: false };
}

/**
 * Of a walk by stretches of time, in no order of time within one: rows are given by time, then key. What comes later in the walk may
 * be earlier than a row by one stretch at most, so that the walk can end once it is that far behind the last row of the page.
 */
export async function timePage(
  walk: ByteRows,
  { after, limit, reverse }: Page,
  stretchMs: number,
  pause: Pause,
): Promise<FoundRows> {
  const order = (left: WalkedRow, right: WalkedRow): number =>
    reverse ? -compareRows(left, right) : compareRows(left, right);
  let kept: WalkedRow[] = [];
  let more = false;
  for await (const walked of walk) {
    const wait = pause();
    if (wait !== null) await wait;
    if (after !== null && !isBehind(walked, after, reverse)) continue;
    const last = kept[limit - 1];
    const ahead = last === undefined ? 0 : reverse ? last.time - walked.time : walked.time - last.time;
    // Until it is full and in order, the last row is not known to be the last.
    if (more && ahead > stretchMs) break;
    kept.push(walked);
    if (kept.length < 2 * limit) continue;
    kept = kept.sort(order).slice(0, limit);
    more = true;
  }
  kept.sort(order);
  more ||= kept.length > limit;
  const rows: ByteRow[] = [];
  let bytes = 0;
  for (const walked of kept.slice(0, limit)) {
    if (bytes > PAGE_BYTES) return { rows, more: true };
    const row = walked.row();
    bytes += row.key.length + row.value.length;
    rows.push(row);
  }
  return { rows, more };
}

function isBehind(row: WalkedRow, after: After, reverse: boolean): boolean {
  const order = compareRows(row, after);
  return reverse ? order < 0 : order > 0;
}
