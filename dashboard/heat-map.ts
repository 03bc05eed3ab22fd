/** Windows of many keys as a picture: a row for each key, a column for each stretch of time, darker where there is more. */
import { textOf, type Row } from './store-reader.js';

export interface HeatColumn {
  /** Ms; the end of the last window that is in it. */
  readonly from: number;
  readonly to: number;
}

export interface HeatCell {
  /** The highest value in it, or how many windows there are; null: none. */
  readonly value: number | null;
  /** 1 to {@link LEVELS}; 0 where there is nothing. */
  readonly level: number;
}

export interface HeatMap {
  readonly measure: 'value' | 'count';
  readonly columns: readonly HeatColumn[];
  /** By their highest value, the first ones only. */
  readonly keys: readonly { readonly key: string; readonly cells: readonly HeatCell[] }[];
  /** Keys that are left out. */
  readonly left: number;
  readonly least: number;
  readonly most: number;
}

export const LEVELS = 6;
const MOST_COLUMNS = 24;
const MOST_KEYS = 30;

/** Null where there is nothing to be seen. */
export function heatMapOf(rows: readonly Row[]): HeatMap | null {
  const windows = rows.filter((row): row is Row & { start: number; end: number } => row.start !== undefined);
  if (windows.length === 0) return null;
  const measure = windows.every(({ value }) => numberOf(value) !== null) ? 'value' : 'count';
  const columns = columnsOf(windows);
  const byKey = new Map<string, (number | null)[]>();
  for (const { key, value, start } of windows) {
    const cells = byKey.get(textOf(key)) ?? columns.map(() => null);
    const at = columns.findLastIndex(({ from }) => from <= start);
    const before = cells[at] ?? null;
    const now = measure === 'count' ? 1 : (numberOf(value) ?? 0);
    cells[at] = before === null ? now : measure === 'count' ? before + 1 : Math.max(before, now);
    byKey.set(textOf(key), cells);
  }
  const values = [...byKey.values()].flat().filter((value) => value !== null);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const highest = (cells: readonly (number | null)[]): number => Math.max(...cells.filter((one) => one !== null));
  const keys = [...byKey].sort(([a, left], [b, right]) => highest(right) - highest(left) || (a < b ? -1 : 1));
  return {
    ...{ measure, columns, least, most, left: Math.max(0, keys.length - MOST_KEYS) },
    keys: keys.slice(0, MOST_KEYS).map(([key, cells]) => ({
      key,
      cells: cells.map((value) => ({ value, level: value === null ? 0 : levelOf(value, least, most) })),
    })),
  };
}

/** A number, or digits: 64-bit integers come as text. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

function levelOf(value: number, least: number, most: number): number {
  if (most === least) return LEVELS;
  return 1 + Math.min(LEVELS - 1, Math.floor(((value - least) / (most - least)) * LEVELS));
}

/** One for each start, or for stretches of the same length where these are too many. */
function columnsOf(windows: readonly { readonly start: number; readonly end: number }[]): readonly HeatColumn[] {
  const ends = new Map<number, number>();
  for (const { start, end } of windows) ends.set(start, Math.max(end, ends.get(start) ?? end));
  const starts = [...ends].sort(([a], [b]) => a - b);
  if (starts.length <= MOST_COLUMNS) return starts.map(([from, to]) => ({ from, to }));
  const first = starts[0]?.[0] ?? 0;
  const last = starts.at(-1)?.[0] ?? first;
  const length = Math.ceil((last - first + 1) / MOST_COLUMNS);
  return Array.from({ length: MOST_COLUMNS }, (_, i) => ({
    from: first + i * length,
    to: first + (i + 1) * length,
  }));
}
