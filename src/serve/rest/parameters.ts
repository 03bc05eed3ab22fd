/** What a request about a store may say, as schemas: they check it, and the OpenAPI document is made of them. */
import { z } from 'zod';
import { QUERY_FAILURES } from '../../query/query-error.js';

/** Rows that are given where nothing is said. */
const ROWS = 100;
const MOST_ROWS = 1_000;
const LONGEST_TIMEOUT_MS = 30_000;

/** A whole number, as addresses have it. */
const whole = (most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^-?\d{1,16}$/, { error: 'must be a whole number' })
    .transform(Number)
    .refine((value) => Number.isSafeInteger(value) && Math.abs(value) <= most, {
      error: `must be at most ${String(most)}`,
    });

const time = whole(Number.MAX_SAFE_INTEGER);
const text = z.string().max(2_048);
const order = z.enum(['ascending', 'descending']);

export const storeName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,249}$/, { error: 'is no name of a store' })
  .describe('name of the store');
export const keyText = text.describe('the key, written as keyFormat says');

export const keyFormat = z
  .enum(['text', 'json', 'base64'])
  .optional()
  .describe(
    'how keys are written. text (default): as they are; numbers as digits. json: as JSON. base64: the bytes of the serde, in URL-safe base64',
  );

/** What every query may say. */
export const asking = {
  timeout: whole(LONGEST_TIMEOUT_MS)
    .optional()
    .describe('how long to wait for a partition that moves, or for the position, in ms; 5000 unless given'),
  atLeast: z
    .string()
    .max(4_096)
    .optional()
    .describe('a position of an earlier answer, which this one must have reached'),
  isolation: z
    .enum(['latest', 'readCommitted'])
    .optional()
    .describe('with what is not committed yet (default), or without'),
  partition: whole(1_000_000)
    .optional()
    .describe('the only partition to be asked; unless given, keys go by the default partitioner'),
};

/** What walks may say. */
export const paging = {
  limit: whole(MOST_ROWS)
    .refine((value) => value >= 1, { error: 'must be 1 or more' })
    .optional()
    .describe(`rows of the page: 1 to ${String(MOST_ROWS)}, ${String(ROWS)} unless given`),
  after: z.string().max(4_096).optional().describe('what the page before gave as next'),
};

/** What the history of a key may say. */
export const older = {
  limit: paging.limit,
  after: time.optional().describe('what the page before gave as next'),
  timeout: whole(LONGEST_TIMEOUT_MS)
    .optional()
    .describe('how long to read, in ms: what was found by then is given; 5000 unless given'),
  partition: asking.partition,
};

export const times = {
  from: time.optional().describe('earliest time, inclusive, in ms'),
  to: time.optional().describe('latest time, inclusive, in ms'),
};
export const ordered = { order: order.optional().describe('ascending unless given') };
export const keyRange = {
  from: text.optional().describe('first key, inclusive'),
  to: text.optional().describe('last key, inclusive'),
  prefix: text.optional().describe('only keys whose bytes begin with those of this one; without from, to and order'),
};
export const asOf = {
  asOf: time.optional().describe('the version that was valid then, in ms; the latest unless given'),
};
export const atTime = time.describe('first moment of the window, in ms');

/** JSON of what a serde gives: bytes as base64, bigints as digits. */
const anything = z.unknown();
const headers = z.array(z.tuple([z.string(), z.string().nullable()])).nullable();

const keyRow = z.object({ key: anything, value: anything, timestamp: z.number().nullable(), headers });
const windowRow = keyRow.extend({ start: z.number(), end: z.number() });
const versionRow = z.object({ key: anything, value: anything, timestamp: z.number(), validTo: z.number().nullable() });
const historyRow = keyRow.extend({
  value: anything.describe('null where deleted or problem says so'),
  deleted: z.boolean(),
  problem: z.string().nullable().describe('why the value cannot be read; null: it could'),
  timestamp: z.number(),
  start: z.number().nullable().describe('null: the store has no windows and sessions'),
  end: z.number().nullable(),
  offset: z.number().describe('in the changelog'),
});
const position = z.string().describe('how far the store had come, to be given as atLeast');

const oneOf = (row: z.ZodType): z.ZodType =>
  z.object({ row: row.nullable().describe('null: there is nothing of the key'), position });
const manyOf = (row: z.ZodType): z.ZodType => z.object({ rows: z.array(row), position });
const pageOf = (row: z.ZodType): z.ZodType =>
  z.object({ rows: z.array(row), next: z.string().nullable().describe('null: there are no more'), position });

export const answers = {
  key: oneOf(keyRow),
  keys: pageOf(keyRow),
  window: oneOf(windowRow),
  windowsOfKey: manyOf(windowRow),
  windows: pageOf(windowRow),
  version: oneOf(versionRow),
  versions: manyOf(versionRow),
  history: z.object({
    rows: z.array(historyRow),
    next: z.string().nullable().describe('null: the beginning of the changelog was reached'),
    topic: z.string(),
    partition: z.number(),
  }),
  stores: z.object({
    stores: z.array(z.object({ name: z.string(), kind: z.string(), format: z.string(), global: z.boolean() })),
  }),
  failure: z.object({ error: z.string(), reason: z.enum(QUERY_FAILURES).optional() }),
};

export const ROWS_UNLESS_GIVEN = ROWS;
