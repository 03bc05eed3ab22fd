/** The JSON that comes with a request of another instance. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** Bytes of one request. */
const LONGEST_BODY = 4 * 1024 * 1024;

/** What the body says, null where that is no JSON; or the answer that refuses it. */
export async function bodyOf(context: Context): Promise<{ readonly said: unknown } | Response> {
  // No page of another site can have a browser send this unasked.
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
    return context.json({ error: 'the content type must be application/json' }, 415);
  }
  const body = await limited((context.env as HttpBindings).incoming, LONGEST_BODY).catch(
    (cause: unknown) => new Error('cut off', { cause }),
  );
  // Whoever sends it has gone meanwhile, or was too slow.
  if (body instanceof Error) return context.json({ error: 'the request did not come whole' }, 400);
  if (body === null) return context.json({ error: `a request has at most ${String(LONGEST_BODY)} bytes` }, 413);
  return { said: json(body) };
}

/** The body as text, null when it has more bytes. From Node's own stream: one of the web's costs more than all else here. */
async function limited(body: IncomingMessage, most: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > most) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
