/**
 * `/questions`: what the instances of an application ask each other, so that any of them answers for any key. By Node's own server,
 * before the framework sees it: there may be thousands a second, and what that makes of a request costs more than the answer. For the
 * same reason they come over links; one for itself is what other versions ask, and whoever has something in between that holds links up.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { QUESTIONS_PATH } from '../../query/owner-lane.js';
import { questionsSchema } from '../../query/question.js';
import { sentAnswers } from '../../query/sent-answers.js';
import type { StoreQueries } from '../../query/store-queries.js';
import { refusal } from '../access.js';
import type { AnsweredLinks } from '../link/answered-links.js';
import { LINK_TYPE, type Said } from '../link/lines.js';
import type { Listening } from '../options.js';
import { jsonOrNull, LONGEST_BODY, readBody } from './request-body.js';

/** As the server says with all that it answers. */
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

const NO_QUESTIONS = 'these are no questions of an instance';
const FAILED = 'this instance could not answer; its log says why';

interface Asked {
  readonly queries: StoreQueries;
  readonly where: Pick<Listening, 'host' | 'token'>;
  readonly links: AnsweredLinks;
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
    const refused = refusal(asked.where, incoming.headers, false);
    if (refused !== null) {
      if (refused.status === 401) outgoing.setHeader('www-authenticate', 'Bearer');
      say(outgoing, refused);
    } else if (incoming.headers['content-type'] === LINK_TYPE) {
      const answer = (line: string): Promise<Said> => answerTo(asked, jsonOrNull(line));
      asked.links.answer(incoming, outgoing, { longest: LONGEST_BODY, headers: HEADERS, answer });
    } else void answerOne(asked, incoming, outgoing);
  };
}

/** Never rejects. */
async function answerOne(asked: Asked, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  if (!('said' in body)) {
    say(outgoing, body);
    return;
  }
  const { status, text } = await answerTo(asked, body.said);
  if (status === 200) write(outgoing, status, text);
  else say(outgoing, { status, error: status === 400 ? NO_QUESTIONS : FAILED });
}

/** Never rejects. */
async function answerTo({ queries, failed }: Asked, said: unknown): Promise<Said> {
  const asked = questionsSchema.safeParse(said);
  if (!asked.success) return { status: 400, text: '' };
  try {
    const answers = await Promise.all(asked.data.questions.map((question) => queries.answer(question)));
    return { status: 200, text: sentAnswers(answers) };
  } catch (error) {
    failed(error);
    return { status: 500, text: '' };
  }
}

function say(outgoing: ServerResponse, { status, error }: { readonly status: number; readonly error: string }): void {
  // What is still sent is not read: the connection is of no further use.
  if (!outgoing.req.complete) outgoing.setHeader('connection', 'close');
  write(outgoing, status, JSON.stringify({ error }));
}

function write(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { ...HEADERS, 'content-length': Buffer.byteLength(text) });
  outgoing.end(text);
}
