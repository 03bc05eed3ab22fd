/**
 * The way to another instance: questions are asked over HTTP, in one request at a time. Those that come while it is under way go
 * together in the next: two at a time would be no faster, and a request costs both sides more than the questions in it. For the same
 * reason requests keep a distance while several questions share one; who asks one question after the other does not wait.
 */
import { bearer } from './bearer.js';
import { reasonOf } from '../errors/shown-value.js';
import { joinQuestions, type AskedQuestion } from './joined-questions.js';
import type { InstanceTransport } from './transport.js';
import { monotonicNow } from '../time/monotonic.js';
import { MOST_QUESTIONS, withBytesAsText, type Question, type QuestionAnswer } from './question.js';
import { receivedAnswers } from './sent-answers.js';

/** Where an instance takes questions. */
export const QUESTIONS_PATH = '/questions';
/** Bytes of questions in one request, unless one alone has more. */
const REQUEST_BYTES = 256 * 1024;
/** An instance that is so slow is asked again: it may hang, and its tasks be elsewhere by then. */
const REQUEST_MS = 2_000;
/** From one request to the next at least, ms, while there are several questions to each. */
const DISTANCE_MS = 8;

/** Never rejects: an instance that cannot be asked is the answer UNREACHABLE. */
export class OwnerLane {
  private waiting: AskedQuestion[] = [];
  private underWay = false;
  /** The next request has its moment. */
  private called = false;
  /** When the last request was sent, ms; long ago if it was for one question alone. */
  private sharedAt = Number.NEGATIVE_INFINITY;
  private readonly headers: Readonly<Record<string, string>>;

  /**
   * @param token what instances of the application show each other; null: none
   * @param now monotonic, ms
   */
  constructor(
    private readonly host: string,
    token: string | null,
    private readonly transport: InstanceTransport,
    private readonly now: () => number = monotonicNow,
  ) {
    this.headers = { 'content-type': 'application/json', ...bearer(token) };
  }

  ask(question: Question): Promise<QuestionAnswer> {
    return new Promise((answered) => {
      this.waiting.push({ question, answered, alone: false });
      if (!this.called && !this.underWay) this.callNext();
    });
  }

  private callNext(): void {
    this.called = true;
    const send = (): void => {
      this.called = false;
      void this.send(this.next());
    };
    const wait = this.sharedAt + DISTANCE_MS - this.now();
    // What is asked in the same breath goes together.
    if (wait > 0) setTimeout(send, wait);
    else queueMicrotask(send);
  }

  private next(): AskedQuestion[] {
    let bytes = 0;
    let count = 0;
    for (const { question } of this.waiting) {
      bytes += sizeOf(question);
      if (count > 0 && (bytes > REQUEST_BYTES || count === MOST_QUESTIONS)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async send(asked: readonly AskedQuestion[]): Promise<void> {
    this.underWay = true;
    this.sharedAt = asked.length > 1 ? this.now() : Number.NEGATIVE_INFINITY;
    const joined = joinQuestions(asked);
    const answers = await this.request(joined.map(({ text }) => text));
    for (const [index, question] of joined.entries()) {
      const answer = answers[index] ?? unreachable(this.host, 'it answered fewer questions than it was asked');
      this.waiting.push(...question.answer(answer));
    }
    this.underWay = false;
    if (this.waiting.length > 0) this.callNext();
  }

  private async request(questions: readonly string[]): Promise<readonly QuestionAnswer[]> {
    const none = (why: string): QuestionAnswer[] => questions.map(() => unreachable(this.host, why));
    try {
      const { status, body } = await this.transport.post(this.host, QUESTIONS_PATH, {
        body: `{"questions":[${questions.join(',')}]}`,
        headers: this.headers,
        timeoutMs: REQUEST_MS,
      });
      return status === 200 ? receivedAnswers(body) : none(refusal(status));
    } catch (error) {
      return none(causeOf(error));
    }
  }
}

/** Bytes, near enough: what is asked of keys goes by the thousand, and is not written twice to be measured. */
function sizeOf({ asked }: Question): number {
  if (asked.kind === 'keys') return asked.keys.reduce((sum, { length }) => sum + length, 0);
  return JSON.stringify(withBytesAsText(asked)).length;
}

function refusal(status: number): string {
  if (status === 401) return 'it refuses the token: instances must have the same one (option server)';
  return `it answered with status ${String(status)}`;
}

/** What fetch says of itself is nothing but that it failed. */
function causeOf(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

function unreachable(host: string, why: string): QuestionAnswer {
  return { reason: 'UNREACHABLE', message: `instance ${host} cannot be asked: ${why}` };
}
