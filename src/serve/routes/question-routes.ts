/** `/questions`: what the instances of an application ask each other, so that any of them answers for any key. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import { QUESTIONS_PATH } from '../../query/owner-lane.js';
import { questionsSchema, withBytesAsText } from '../../query/question.js';
import type { StoreQueries } from '../../query/store-queries.js';

/** Bytes of one request. */
const LONGEST_BODY = 4 * 1024 * 1024;

export function questionRoutes(app: Hono, queries: StoreQueries): void {
  app.post(QUESTIONS_PATH, async (context) => {
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
    const asked = questionsSchema.safeParse(json(body));
    if (!asked.success) return context.json({ error: 'these are no questions of an instance' }, 400);
    const answers = await Promise.all(asked.data.questions.map((question) => queries.answer(question)));
    return context.json({ answers: withBytesAsText(answers) });
  });
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
