/** `/stores/<store>/changes`: the changes of a store as server-sent events, as they are made on all instances, or on this one. */
import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { QueryError } from '../../query/query-error.js';
import type { ChangeEvent, ChangeFeed } from '../../query/change-feed.js';
import { changesPath, sentChange } from '../../query/sent-changes.js';
import type { StoreQueries } from '../../query/store-queries.js';
import { keyOf, shown } from '../rest/keys-in-addresses.js';
import { keyFormat, storeName } from '../rest/parameters.js';
import { bodyOf } from './request-body.js';
import { statusOf } from './store-routes.js';

/** A connection through which nothing goes is taken for dead by what stands between. */
const BEAT_MS = 15_000;
const CHANGES = changesPath(':store');

const saidWith = (text: z.ZodOptional<z.ZodString>) =>
  z.strictObject({
    ...{ store: storeName, key: text, from: text, to: text, keyFormat },
    /** Those of this instance alone. */
    hereOnly: z.enum(['true', 'false']).optional(),
    /** `bytes`: as instances tell each other. */
    as: z.enum(['json', 'bytes']).optional(),
  });
const inAddress = saidWith(z.string().max(2_048).optional());
/** As long as its request may be. */
const inBody = saidWith(z.string().optional());
type Said = z.output<typeof inBody>;

export function changeRoutes(app: Hono, queries: StoreQueries): void {
  app.get(CHANGES, (context) =>
    changes(context, queries, inAddress.safeParse({ ...context.req.query(), ...context.req.param() })),
  );
  // Of keys that are too long for an address.
  app.post(CHANGES, async (context) => {
    const body = await bodyOf(context);
    if (body instanceof Response) return body;
    const { said } = body;
    if (typeof said !== 'object' || said === null) return context.json({ error: 'the request is no object' }, 400);
    return changes(context, queries, inBody.safeParse({ ...said, ...context.req.param() }));
  });
}

async function changes(context: Context, queries: StoreQueries, given: z.ZodSafeParseResult<Said>): Promise<Response> {
  if (!given.success) {
    const error = given.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ');
    return context.json({ error, reason: 'INVALID' }, 400);
  }
  let feed: ChangeFeed<unknown, unknown>;
  try {
    feed = await follow(queries, given.data);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return context.json({ error: error.said, reason: error.reason }, statusOf(error.reason));
  }
  return streamSSE(context, async (stream) => {
    stream.onAbort(() => {
      feed.close();
    });
    const beat = setInterval(() => void stream.write(': \n\n'), BEAT_MS);
    beat.unref();
    try {
      const store = queries.storeToAsk(given.data.store);
      const sent = given.data.as === 'bytes';
      for await (const event of feed) {
        await stream.writeSSE(sent ? { event: event.type, data: await sentChange(store, event) } : messageOf(event));
      }
    } finally {
      clearInterval(beat);
      feed.close();
    }
  });
}

async function follow(queries: StoreQueries, given: Said): Promise<ChangeFeed<unknown, unknown>> {
  const store = queries.storeToAsk(given.store);
  const keyIn = (one: string | undefined): Promise<unknown> | undefined =>
    one === undefined ? undefined : keyOf(store, one, given.keyFormat);
  const [key, from, to] = [await keyIn(given.key), await keyIn(given.from), await keyIn(given.to)];
  return queries.subscribe(given.store, { key, from, to, hereOnly: given.hereOnly === 'true' });
}

function messageOf(event: ChangeEvent<unknown, unknown>): { event: string; data: string; id?: string } {
  const { type, ...rest } = event;
  if (event.type !== 'change') return { event: type, data: JSON.stringify(rest) };
  const position = String(event.position);
  const data = JSON.stringify({ ...(shown({ ...rest, position: null }) as object), position });
  return position === '' ? { event: type, data } : { event: type, data, id: position };
}
