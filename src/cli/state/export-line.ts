/** Beside the commands: rows of a store as lines of JSON, written by `millrace state export` and read by `import`. */
import { MillraceError } from '../../errors/error.js';
import type { Headers } from '../../record/headers.js';
import { loggedKey } from '../../store/overlay/stored-state.js';
import type { StoreKind } from '../../store/spec.js';
import type { DiskRow } from './disk-rows.js';

/** What the first line says. */
export interface ExportHead {
  readonly export: 'millrace-state';
  readonly version: 1;
  readonly application: string;
  readonly store: string;
  readonly kind: StoreKind;
  readonly format: string;
}

/** A row as its changelog has it. */
export interface ImportedRow {
  readonly partition: number;
  /** Without what windows and sessions have behind it. */
  readonly storeKey: Buffer;
  readonly key: Buffer;
  /** Null deletes what is there. */
  readonly value: Buffer | null;
  readonly headers: Headers;
  readonly timestamp: number;
}

const KINDS: readonly string[] = ['keyValue', 'window', 'session'];

export function headLine(head: ExportHead): string {
  return `${JSON.stringify(head)}\n`;
}

/** @param keyText, valueText as a person reads them; nothing reads them back. Undefined: that is not known */
export function rowLine(row: DiskRow, keyText: unknown, valueText: unknown): string {
  const { partition, key, value, start, end, logged } = row;
  const line = {
    partition,
    key: key.toString('base64'),
    ...(start === null ? {} : { start }),
    ...(end === null ? {} : { end }),
    value: value.toString('base64'),
    timestamp: logged.timestamp,
    ...(logged.headers.length === 0
      ? {}
      : { headers: logged.headers.map(([name, bytes]) => [name, bytes?.toString('base64') ?? null]) }),
    keyText,
    valueText,
  };
  return `${JSON.stringify(line)}\n`;
}

/** @throws MillraceError CONFIG_INVALID when it is not the first line of an export, or of a kind of store that is not put back */
export function readHead(file: string, line: string): ExportHead {
  const head = parsed(file, 1, line) as Partial<ExportHead>;
  if (head.export !== 'millrace-state') throw refused(file, 1, 'is not how millrace state export begins a file');
  if (head.version !== 1) throw refused(file, 1, `is of version ${String(head.version)}, and this one knows 1`);
  const { application, store, kind } = head;
  if (typeof application !== 'string' || typeof store !== 'string' || typeof kind !== 'string') {
    throw refused(file, 1, 'does not name application, store and kind');
  }
  if (!KINDS.includes(kind))
    throw refused(file, 1, `is of a store of kind ${kind}, whose rows cannot be put back alone`);
  return head as ExportHead;
}

/** @throws MillraceError CONFIG_INVALID */
export function readRow(file: string, number: number, line: string, { kind }: ExportHead): ImportedRow {
  const row = parsed(file, number, line);
  const { partition, key, value, timestamp, headers, start, end } = row;
  const wholeNumber = (what: string, given: unknown): number => {
    if (typeof given === 'number' && Number.isSafeInteger(given)) return given;
    throw refused(file, number, `has no ${what} that is a whole number`);
  };
  const bytes = (what: string, given: unknown): Buffer => {
    if (typeof given === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(given)) return Buffer.from(given, 'base64');
    throw refused(file, number, `has no ${what} that is base64`);
  };
  const storeKey = bytes('key', key);
  const time = wholeNumber('timestamp', timestamp);
  const place = wholeNumber('partition', partition);
  if (place < 0 || time < 0) throw refused(file, number, 'has a partition or timestamp below 0');
  if (headers !== undefined && !Array.isArray(headers)) throw refused(file, number, 'has headers that are no list');
  return {
    partition: place,
    storeKey,
    key: loggedKey(
      kind,
      storeKey,
      kind === 'keyValue' ? 0 : wholeNumber('start', start),
      kind === 'session' ? wholeNumber('end', end) : 0,
    ),
    value: value === null ? null : bytes('value', value),
    headers: ((headers ?? []) as readonly unknown[]).map((one): readonly [string, Buffer | null] => {
      const [name, content] = Array.isArray(one) ? (one as readonly unknown[]) : [];
      if (typeof name !== 'string') throw refused(file, number, 'has a header without a name');
      return [name, content === null ? null : bytes('header', content)];
    }),
    timestamp: time,
  };
}

function parsed(file: string, number: number, line: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw refused(file, number, 'is no JSON object');
}

function refused(file: string, number: number, what: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `line ${String(number)} of ${file} ${what}`);
}
