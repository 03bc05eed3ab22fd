/**
 * `/questions`: what the instances of an application ask each other, so that any of them answers for any key. By Node's own server,
 * before the framework sees it: there may be thousands a second, and what that makes of a request costs more than the answer.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { QUESTIONS_PATH } from '../../query/owner-lane.js';
import { questionsSchema } from '../../query/question.js';
import { sentAnswers } from '../../query/sent-answers.js';
import type { StoreQueries } from '../../query/store-queries.js';
import { refusal } from '../access.js';
import type { Listening } from '../options.js';
import { readBody } from './request-body.js';

/** As the server says with all that it answers. */
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

interface Asked {
  readonly queries: StoreQueries;
  readonly where: Pick<Listening, 'host' | 'token'>;
  /** Told what kept a request from being answered. */
  readonly failed: (error: unknown) => void;
}

/** Answers questions; all other requests are left to the rest of the server. */
export function questionsFirst(asked: Asked, rest: RequestListener): RequestListener {
  return (incoming, outgoing) => {
    if (incoming.method !== 'POST' || incoming.url !== QUESTIONS_PATH) {
      rest(incoming, outgoing);
      return;
    }
    answer(asked, incoming, outgoing).catch((error: unknown) => {
      asked.failed(error);
      if (outgoing.headersSent) outgoing.destroy();
      else say(outgoing, 500, { error: 'this instance could not answer; its log says why' });
    });
  };
}

async function answer({ queries, where }: Asked, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const refused = refusal(where, incoming.headers, false);
  if (refused !== null) {
    const { status, error } = refused;
    if (status === 401) outgoing.setHeader('www-authenticate', 'Bearer');
    say(outgoing, status, { error });
    return;
  }
  const body = await readBody(incoming);
  if (!('said' in body)) {
    say(outgoing, body.status, { error: body.error });
    return;
  }
  const asked = questionsSchema.safeParse(body.said);
  if (!asked.success) {
    say(outgoing, 400, { error: 'these are no questions of an instance' });
    return;
  }
  const answers = await Promise.all(asked.data.questions.map((question) => queries.answer(question)));
  write(outgoing, 200, sentAnswers(answers));
}

function say(outgoing: ServerResponse, status: number, said: { readonly error: string }): void {
  // What is still sent is not read: the connection is of no further use.
  if (!outgoing.req.complete) outgoing.setHeader('connection', 'close');
  write(outgoing, status, JSON.stringify(said));
}

function write(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { ...HEADERS, 'content-length': Buffer.byteLength(text) });
  outgoing.end(text);
}
