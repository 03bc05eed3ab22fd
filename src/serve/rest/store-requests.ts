/** The requests about stores: each with what it may say, what it answers, and how. */
import { z } from 'zod';
import type { AskedOfAll, AskedOfKeys } from '../../query/queries.js';
import { queries } from '../../query/queries.js';
import type { QueryOptions, StoreQueries } from '../../query/store-queries.js';
import { QueryError } from '../../query/query-error.js';
import { keyOf, placeOf, shown, textOfPlace } from './keys-in-addresses.js';
import {
  answers,
  asking,
  asOf,
  atTime,
  keyFormat,
  keyRange,
  keyText,
  older,
  ordered,
  paging,
  ROWS_UNLESS_GIVEN,
  storeName,
  times,
} from './parameters.js';

/** One kind of request. */
export interface StoreRequest {
  /** `{name}` stands for a part of the address that differs. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  readonly respond: (asked: StoreQueries, given: Given) => Promise<unknown>;
}

/** What was said, and checked. */
type Given = Readonly<Record<string, unknown>>;

interface Parts<P extends z.ZodRawShape, Q extends z.ZodRawShape> {
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly answer: z.ZodType;
  readonly respond: (
    asked: StoreQueries,
    given: z.output<z.ZodObject<P>> & z.output<z.ZodObject<Q>>,
  ) => Promise<unknown>;
}

/** Checked by the schemas before it is called, so that what is given has their type. */
function request<P extends z.ZodRawShape, Q extends z.ZodRawShape>(path: string, parts: Parts<P, Q>): StoreRequest {
  return {
    ...{ path, summary: parts.summary, answer: parts.answer },
    params: z.strictObject(parts.params),
    query: z.strictObject(parts.query),
    respond: parts.respond as StoreRequest['respond'],
  };
}

type Said = z.output<z.ZodObject<typeof asking>>;
type Paged = z.output<z.ZodObject<typeof paging>>;
type Formatted = { readonly store: string; readonly keyFormat?: 'text' | 'json' | 'base64' | undefined };

function optionsOf({ timeout, atLeast, isolation, partition }: Said): QueryOptions {
  return { timeout, atLeast, isolation, partition };
}

async function rowOf(asked: StoreQueries, store: string, query: AskedOfKeys, said: Said): Promise<unknown> {
  const { result, position } = await asked.ask(store, query, optionsOf(said));
  return { row: shown(result), position: String(position) };
}

async function rowsOf(asked: StoreQueries, store: string, query: AskedOfKeys, said: Said): Promise<unknown> {
  const { result, position } = await asked.ask(store, query, optionsOf(said));
  return { rows: shown(result), position: String(position) };
}

async function pageOf(asked: StoreQueries, store: string, query: AskedOfAll, said: Said & Paged): Promise<unknown> {
  const rows = asked.scan(store, query, optionsOf(said));
  const page = await rows.page(said.limit ?? ROWS_UNLESS_GIVEN, said.after === undefined ? null : placeOf(said.after));
  return {
    rows: page.rows.map(shown),
    next: page.next === null ? null : textOfPlace(page.next),
    position: String(rows.position),
  };
}

/** The store must be there before its serde can read the key. */
function keyIn(asked: StoreQueries, { store, keyFormat: format }: Formatted, text: string): Promise<unknown> {
  return keyOf(asked.storeToAsk(store), text, format);
}

const store = { store: storeName };
const key = { ...store, key: keyText };

export const storeRequests: readonly StoreRequest[] = [
  request('/stores/{store}/keys/{key}', {
    summary: 'what is stored of a key',
    params: key,
    query: { keyFormat, ...asking },
    answer: answers.key,
    respond: async (asked, given) =>
      rowOf(asked, given.store, queries.key(await keyIn(asked, given, given.key)), given),
  }),
  request('/stores/{store}/keys', {
    summary: 'keys with what is stored of them, in the order of their bytes',
    params: store,
    query: { ...keyRange, ...ordered, keyFormat, ...paging, ...asking },
    answer: answers.keys,
    respond: async (asked, given) => {
      const { from, to, prefix, order } = given;
      const bound = (text: string | undefined): Promise<unknown> | null =>
        text === undefined ? null : keyIn(asked, given, text);
      if (prefix === undefined) {
        const query = queries.range(await bound(from), await bound(to), { order });
        return pageOf(asked, given.store, query, given);
      }
      if (from !== undefined || to !== undefined || order !== undefined) {
        throw new QueryError('INVALID', 'prefix goes without from, to and order', { store: given.store });
      }
      const { key: serde } = asked.storeToAsk(given.store);
      return pageOf(asked, given.store, queries.prefix(await bound(prefix), serde), given);
    },
  }),
  request('/stores/{store}/windows/{key}', {
    summary: 'the windows of a key that start in a time',
    params: key,
    query: { ...times, ...ordered, keyFormat, ...asking },
    answer: answers.windowsOfKey,
    respond: async (asked, given) => {
      const { from, to, order } = given;
      return rowsOf(
        asked,
        given.store,
        queries.windows(await keyIn(asked, given, given.key), from, to, { order }),
        given,
      );
    },
  }),
  request('/stores/{store}/windows/{key}/{start}', {
    summary: 'the window of a key that starts then',
    params: { ...key, start: atTime },
    query: { keyFormat, ...asking },
    answer: answers.window,
    respond: async (asked, given) =>
      rowOf(asked, given.store, queries.window(await keyIn(asked, given, given.key), given.start), given),
  }),
  request('/stores/{store}/windows', {
    summary: 'the windows of all keys that start in a time, by start, then key',
    params: store,
    query: { ...times, ...ordered, ...paging, ...asking },
    answer: answers.windows,
    respond: (asked, given) => {
      const { from, to, order } = given;
      return pageOf(asked, given.store, queries.windowRange(from, to, { order }), given);
    },
  }),
  request('/stores/{store}/sessions/{key}', {
    summary: 'the sessions of a key that touch a time',
    params: key,
    query: { ...times, keyFormat, ...asking },
    answer: answers.windowsOfKey,
    respond: async (asked, given) => {
      const { from, to } = given;
      return rowsOf(asked, given.store, queries.sessions(await keyIn(asked, given, given.key), from, to), given);
    },
  }),
  request('/stores/{store}/sessions', {
    summary: 'the sessions of all keys that end in a time, by end, then key',
    params: store,
    query: { ...times, ...paging, ...asking },
    answer: answers.windows,
    respond: (asked, given) => {
      const { from, to } = given;
      return pageOf(asked, given.store, queries.sessionRange(from, to), given);
    },
  }),
  request('/stores/{store}/versions/{key}', {
    summary: 'the versions of a key that were valid in a time',
    params: key,
    query: { ...times, ...ordered, keyFormat, ...asking },
    answer: answers.versions,
    respond: async (asked, given) => {
      const { from, to, order } = given;
      return rowsOf(
        asked,
        given.store,
        queries.versions(await keyIn(asked, given, given.key), from, to, { order }),
        given,
      );
    },
  }),
  request('/stores/{store}/version/{key}', {
    summary: 'the latest version of a key, or the one of a time',
    params: key,
    query: { ...asOf, keyFormat, ...asking },
    answer: answers.version,
    respond: async (asked, given) =>
      rowOf(asked, given.store, queries.version(await keyIn(asked, given, given.key), given.asOf ?? null), given),
  }),
  request('/stores/{store}/history/{key}', {
    summary: 'what a key was set to, the newest first, as the changelog of the store still has it',
    params: key,
    query: { keyFormat, ...older },
    answer: answers.history,
    respond: async (asked, given) => {
      const { limit, after: before, timeout, partition } = given;
      const {
        rows,
        next,
        topic,
        partition: read,
      } = await asked.history(given.store, await keyIn(asked, given, given.key), { limit, before, timeout, partition });
      return { rows: shown(rows), next: next === null ? null : String(next), topic, partition: read };
    },
  }),
];
