/** Beside the commands: rows of a store as a person and as a program read them. */
import type { RegistryClient } from '../../registry/registry-client.js';
import { counted, textTable, timeText } from '../text-table.js';
import { cell } from '../topic/peek-text.js';
import { recordShower } from '../topic/record-shower.js';
import type { DiskRow } from './disk-rows.js';

/** A row of whichever kind of store; what its kind does not have is left out. */
export interface ShownRow {
  readonly task?: string;
  readonly key: unknown;
  /** Left out by `--no-values`. */
  readonly value?: unknown;
  /** Ms. */
  readonly timestamp?: number | null;
  readonly start?: number;
  readonly end?: number;
  readonly validTo?: number | null;
  readonly headers?: unknown;
}

export interface ShownRows {
  readonly store: string;
  readonly kind: string;
  readonly format: string;
  readonly rows: readonly ShownRow[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

const KEY_WIDTH = 60;
const VALUE_WIDTH = 200;

/** Decoded by the format that keys and values seem to have. */
export async function shownDiskRows(
  rows: readonly DiskRow[],
  values: boolean,
  registry: RegistryClient | null,
): Promise<readonly ShownRow[]> {
  const keys = await recordShower(
    rows.map(({ key }) => key),
    registry,
  );
  const shower = await recordShower(
    rows.map(({ value }) => value),
    registry,
  );
  return Promise.all(
    rows.map(async ({ task, key, value, timestamp, start, end, headers }) => ({
      task,
      key: await keys.shown(key),
      ...(values ? { value: await shower.shown(value) } : {}),
      ...(timestamp === null ? {} : { timestamp }),
      ...(start === null ? {} : { start }),
      ...(end === null ? {} : { end }),
      ...(values && headers.length > 0
        ? { headers: Object.fromEntries(headers.map(([name, bytes]) => [name, bytes?.toString() ?? null])) }
        : {}),
    })),
  );
}

export function rowsJson(rows: ShownRows): string {
  return `${JSON.stringify(rows, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part), 2)}\n`;
}

export function rowsText({ store, rows, more }: ShownRows): string {
  if (rows.length === 0) return `Store ${store} has no such rows.\n`;
  const columns = COLUMNS.filter(({ of }) => rows.some((row) => of(row) !== null));
  const headings = columns.map(({ heading }) => heading);
  const table = textTable(
    headings,
    rows.map((row) => columns.map(({ of }) => of(row) ?? '-')),
    headings,
  );
  return more
    ? `${table}and more; --limit ${counted(rows.length * 10).replaceAll(',', '')} shows more of them\n`
    : table;
}

interface Column {
  readonly heading: string;
  readonly of: (row: ShownRow) => string | null;
}

const COLUMNS: readonly Column[] = [
  { heading: 'TASK', of: ({ task }) => task ?? null },
  { heading: 'KEY', of: ({ key }) => cell(key, KEY_WIDTH) },
  { heading: 'START', of: ({ start }) => timeOf(start) },
  { heading: 'END', of: ({ end }) => timeOf(end) },
  { heading: 'TIME', of: ({ timestamp }) => timeOf(timestamp) },
  { heading: 'VALID TO', of: ({ validTo }) => timeOf(validTo) },
  { heading: 'VALUE', of: (row) => ('value' in row ? cell(row.value, VALUE_WIDTH) : null) },
  { heading: 'HEADERS', of: ({ headers }) => (isNothing(headers) ? null : cell(headers, KEY_WIDTH)) },
];

function timeOf(time: number | null | undefined): string | null {
  return time === null || time === undefined ? null : timeText(time);
}

function isNothing(headers: unknown): boolean {
  return headers === null || headers === undefined || (Array.isArray(headers) && headers.length === 0);
}
