/** What a key was before it was what it is: the records that the changelog of its store still holds of it, the newest first. */
import { reasonOf } from '../errors/shown-value.js';
import type { Headers } from '../record/headers.js';
import { NotReady } from '../serde/not-ready.js';
import type { Duration } from '../time/duration.js';
import { QueryError } from './query-error.js';
import type { StoreToAsk } from './store-to-ask.js';
import type { TimeLimit } from './time-limit.js';

/** Rows of one answer, unless told otherwise and at most. */
export const HISTORY_ROWS = 100;
export const MOST_HISTORY_ROWS = 1_000;

/** How far back the history of a key is read. */
export interface HistoryOptions {
  /** Rows at most, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
  /** What an earlier answer gave as `next`: goes on with what is older. Default: from the end of the changelog. */
  readonly before?: number | undefined;
  /** How long reading may take: then what was found by then is given, with `next` to go on. Default 5 s. */
  readonly timeout?: Duration | undefined;
  /** Of keys that were written by another partitioner than the default one: their partition. */
  readonly partition?: number | undefined;
}

/** One record of a changelog: what a key, or a window or session of it, was set to. */
export interface HistoryRow<K, V> {
  readonly key: K;
  /** Null where `deleted` or `problem` says so. */
  readonly value: V | null;
  readonly deleted: boolean;
  /** Why the serde of the store cannot read the value; null: it could. */
  readonly problem: string | null;
  /** Of the record in the changelog, ms. */
  readonly timestamp: number;
  /** Null where the store keeps none. */
  readonly headers: Headers | null;
  /** First moment of the window or session, ms; null: the store has none. */
  readonly start: number | null;
  /** End, ms: the first moment behind a window; of sessions and sliding windows the last one in it. */
  readonly end: number | null;
  /** Of the record in the changelog. */
  readonly offset: number;
}

export interface KeyHistory<K, V> {
  /** The newest first. */
  readonly rows: readonly HistoryRow<K, V>[];
  /** What to go on with as `before`; null: the beginning of the changelog was reached. */
  readonly next: number | null;
  /** The changelog that was read. */
  readonly topic: string;
  readonly partition: number;
}

/** Which records are wanted of which changelog. */
export interface WantedHistory {
  readonly store: string;
  readonly key: Buffer;
  /** Null: where the default partitioner has the key. */
  readonly partition: number | null;
  /** Null: from the end. */
  readonly before: number | null;
  readonly rows: number;
  readonly limit: TimeLimit;
}

/** A record of a changelog; its bytes are copies. */
export interface HistoryRecord {
  readonly offset: number;
  readonly timestamp: number;
  /** Null: a deletion. */
  readonly value: Buffer | null;
  readonly headers: Headers;
  readonly start: number | null;
  readonly end: number | null;
}

export interface FoundHistory {
  readonly records: readonly HistoryRecord[];
  readonly next: number | null;
  readonly topic: string;
  readonly partition: number;
  /** The store shows headers. */
  readonly hasHeaders: boolean;
  /** Others write to the topic: a part of a value may be in the headers. */
  readonly isSource: boolean;
}

/** Reads a changelog. @throws QueryError */
export type ReadHistory = (wanted: WantedHistory) => Promise<FoundHistory>;

/** @throws QueryError INVALID */
export function historyLimits({ limit = HISTORY_ROWS, before }: HistoryOptions): {
  readonly rows: number;
  readonly before: number | null;
} {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_HISTORY_ROWS)
    throw new QueryError('INVALID', `limit must be a whole number from 1 to ${String(MOST_HISTORY_ROWS)}`);
  if (before !== undefined && (!Number.isSafeInteger(before) || before < 0))
    throw new QueryError('INVALID', 'before must be what an earlier answer gave as next');
  return { rows: limit, before: before ?? null };
}

export async function historyOf(
  store: StoreToAsk,
  key: unknown,
  found: FoundHistory,
): Promise<KeyHistory<unknown, unknown>> {
  const { next, topic, partition } = found;
  const rows: HistoryRow<unknown, unknown>[] = [];
  for (const record of found.records) {
    const { offset, timestamp, start, end } = record;
    const headers = found.hasHeaders ? record.headers : null;
    const deleted = record.value === null;
    const read = await valueOf(store, record, found.isSource);
    rows.push(Object.freeze({ key, ...read, deleted, timestamp, headers, start, end, offset }));
  }
  return Object.freeze({ rows: Object.freeze(rows), next, topic, partition });
}

/** What is not to be read, since its schema has changed, say, is no reason to hide the rest. */
async function valueOf(
  { value: serde, topic }: StoreToAsk,
  { value: bytes, headers }: HistoryRecord,
  isSource: boolean,
): Promise<{ readonly value: unknown; readonly problem: string | null }> {
  if (bytes === null) return { value: null, problem: null };
  for (;;) {
    try {
      const value = isSource ? serde.deserialize(bytes, topic, headers) : serde.deserialize(bytes, topic);
      return { value, problem: null };
    } catch (cause) {
      if (!(cause instanceof NotReady)) return { value: null, problem: reasonOf(cause) };
      await cause.until;
    }
  }
}
