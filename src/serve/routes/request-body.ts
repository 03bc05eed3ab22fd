/** The JSON that comes with a request of another instance. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { bodyText } from '../body-text.js';

/** Bytes of one request. */
export const LONGEST_BODY = 4 * 1024 * 1024;

/** Why a body is not looked at. */
interface Refused {
  readonly status: 400 | 413 | 415;
  readonly error: string;
}

/** What the body says, null where that is no JSON; or the answer that refuses it. */
export async function bodyOf(context: Context): Promise<{ readonly said: unknown } | Response> {
  const read = await readBody((context.env as HttpBindings).incoming);
  return 'said' in read ? read : context.json({ error: read.error }, read.status);
}

/** From Node's own stream: one of the web's costs more than all else here. Never rejects. */
export function readBody(incoming: IncomingMessage): Promise<{ readonly said: unknown } | Refused> {
  // No page of another site can have a browser send this unasked.
  if (!/^application\/json\b/i.test(incoming.headers['content-type'] ?? '')) {
    return Promise.resolve({ status: 415, error: 'the content type must be application/json' });
  }
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= LONGEST_BODY) parts.push(part);
      else resolve({ status: 413, error: `a request has at most ${String(LONGEST_BODY)} bytes` });
    });
    incoming.on('end', () => {
      resolve({ said: bytes <= LONGEST_BODY ? jsonOrNull(bodyText(parts)) : null });
    });
    // Whoever sends it has gone meanwhile, or was too slow. After the end this says nothing any more.
    const cut = (): void => {
      resolve({ status: 400, error: 'the request did not come whole' });
    };
    incoming.on('error', cut).on('close', cut);
  });
}

/** Null for what is no JSON, too: nobody asks for null. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
