/** What one instance asks another about one partition of a store, and what it answers: keys and values as the bytes of their serdes. */
import { z } from 'zod';
import type { Offsets } from './position.js';
import type { QueryFailure } from './query-error.js';

/** Rows that one answer may hold; there may be more behind them. */
export const MOST_ROWS = 1_000;
/** Rows of one key that an answer may hold. */
export const MOST_ROWS_OF_A_KEY = 10_000;
/** Questions that one request may hold. */
export const MOST_QUESTIONS = 1_000;
/** Keys that one question may hold. */
export const MOST_KEYS = 1_000;

const bytes = z.base64().transform((text): Buffer => Buffer.from(text, 'base64'));
const time = z.int().min(-Number.MAX_SAFE_INTEGER);
const limit = z.int().min(1).max(MOST_ROWS);
const reverse = z.boolean();
/** The last row that is there already: its key, and of windows and sessions its times. */
const after = z.strictObject({ key: bytes, time, start: time }).nullable();

const asked = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keys'), keys: z.array(bytes).min(1).max(MOST_KEYS) }),
  z.strictObject({
    ...{ kind: z.literal('range'), from: bytes.nullable(), to: bytes.nullable(), after, reverse, limit },
  }),
  z.strictObject({ kind: z.literal('prefix'), prefix: bytes, after, limit }),
  z.strictObject({ kind: z.literal('window'), key: bytes, start: time }),
  z.strictObject({ kind: z.literal('windows'), key: bytes, from: time, to: time, reverse }),
  z.strictObject({
    ...{ kind: z.literal('windowRange'), from: time, to: time, fromKey: bytes.nullable(), toKey: bytes.nullable() },
    ...{ after, reverse, limit },
  }),
  z.strictObject({ kind: z.literal('session'), key: bytes, start: time, end: time }),
  z.strictObject({ kind: z.literal('sessions'), key: bytes, earliestEnd: time, latestStart: time }),
  z.strictObject({ kind: z.literal('sessionRange'), earliestEnd: time, latestEnd: time, after, limit }),
  z.strictObject({ kind: z.literal('version'), key: bytes, asOf: time.nullable() }),
  z.strictObject({ kind: z.literal('versions'), key: bytes, from: time, to: time, reverse }),
]);

const offsets = z.record(z.string(), z.record(z.string().regex(/^\d{1,6}$/), z.int().min(0)));

const question = z.strictObject({
  store: z.string().max(249),
  /** Null: a global store. */
  task: z.string().max(30).nullable(),
  isolation: z.enum(['latest', 'readCommitted']),
  /** Topic, partition, offset that the store must have in it. */
  atLeast: offsets,
  asked,
});

export const questionsSchema = z.strictObject({ questions: z.array(question).min(1).max(MOST_QUESTIONS) });

/** One question about one partition. */
export type Question = z.output<typeof question>;
export type Asked = Question['asked'];
export type Isolation = Question['isolation'];
export type After = NonNullable<z.output<typeof after>>;

/** What is found of a key, of a key and time, or of a version. */
export interface ByteRow {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly timestamp: number | null;
  readonly headers: readonly (readonly [string, Buffer | null])[] | null;
  /** Of windows, sessions and versions. */
  readonly start: number;
  /** Of windows and sessions; of versions the end of their time, null: none. */
  readonly end: number | null;
}

/** Where keys were asked for: one row for each, null for what is not there. */
export interface RowsAnswer {
  readonly rows: readonly (ByteRow | null)[];
  readonly more: boolean;
  readonly position: Offsets;
}

/** Rows, or why there are none. */
export type QuestionAnswer = RowsAnswer | { readonly reason: QueryFailure; readonly message: string };

/** The same with bytes as text in base64, for JSON. */
export function withBytesAsText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(withBytesAsText);
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(value)) shown[name] = withBytesAsText((value as Record<string, unknown>)[name]);
  return shown;
}
