/**
 * A link as the instance has it that asks: a request that stays open, over which one body after the other is sent and answered. A
 * request for each would cost both sides several times what is asked in it.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Reply } from '../../query/transport.js';
import { LINK_TYPE, Lines, readAnswerLine } from './lines.js';
import { jsonOf, LONGEST_REPLY, tooLong, tooLate } from '../reply.js';

/** A server gives no request longer than 15 s to come whole. */
const LIFE_MS = 8_000;

interface Waiting {
  readonly resolve: (reply: Reply | null) => void;
  readonly reject: (why: unknown) => void;
  readonly limit: ReturnType<typeof setTimeout>;
}

export class AskedLink {
  /** Whoever is there takes no links, or something on the way waits for the end of a request before it sends it on. */
  refused = false;
  /** Something was answered over it. */
  private carries = false;
  private waiting: Waiting | null = null;
  private old = false;
  private over = false;
  private readonly life: ReturnType<typeof setTimeout>;

  constructor(private readonly request: ClientRequest) {
    // A link that nobody uses does not keep the process running; a question has its time limit.
    request.on('socket', (socket) => socket.unref());
    request.on('response', (response) => {
      this.hear(response);
    });
    request.on('error', (error) => {
      this.end(error);
    });
    request.on('close', () => {
      this.end(closed());
    });
    this.life = setTimeout(() => {
      this.old = true;
      if (this.waiting === null) this.finish();
    }, LIFE_MS);
    this.life.unref();
  }

  get isOpen(): boolean {
    return !this.over;
  }

  /**
   * One at a time.
   * @param body without a line break
   * @returns null: whoever is there takes no links
   * @throws what kept it from being asked
   */
  ask(body: string, timeoutMs: number): Promise<Reply | null> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.refused = !this.carries;
        this.break(tooLate(timeoutMs));
      }, timeoutMs);
      this.waiting = { resolve, reject, limit };
      this.request.write(`${body}\n`);
    });
  }

  private hear(response: IncomingMessage): void {
    response.on('error', (error) => {
      this.end(error);
    });
    if (response.statusCode !== 200 || response.headers['content-type'] !== LINK_TYPE) {
      this.refused = true;
      this.settle()?.resolve(null);
      this.break(new Error('it takes no links'));
      return;
    }
    const lines = new Lines(LONGEST_REPLY, (line) => {
      this.take(line);
    });
    response.on('data', (part: Buffer) => {
      if (!lines.add(part)) this.break(tooLong());
    });
    // Where this side has ended it, too, the connection is used again.
    response.on('end', () => {
      if (!this.over) this.break(closed());
    });
  }

  private take(line: string): void {
    const waiting = this.settle();
    // It would be taken for the answer to the next question.
    if (waiting === null) {
      this.break(new Error('it answered what was not asked'));
      return;
    }
    try {
      const { status, text } = readAnswerLine(line);
      waiting.resolve({ status, body: status === 200 ? jsonOf(text) : null });
      this.carries = true;
    } catch (error) {
      waiting.reject(error);
      this.break(closed());
    }
    if (this.old) this.finish();
  }

  private settle(): Waiting | null {
    const { waiting } = this;
    this.waiting = null;
    if (waiting !== null) clearTimeout(waiting.limit);
    return waiting;
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.request.end();
  }

  private break(why: Error): void {
    this.end(why);
    this.request.destroy();
  }

  private end(why: Error): void {
    this.over = true;
    clearTimeout(this.life);
    this.settle()?.reject(why);
  }
}

function closed(): Error {
  return new Error('it closed the connection');
}
