/** Links as the instance has them that is asked: requests that do not end, each line of which is answered by a line. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerLine, LINK_TYPE, Lines, type Said } from './lines.js';

interface Answering {
  /** Bytes of one line. */
  readonly longest: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Never rejects. */
  readonly answer: (line: string) => Promise<Said>;
}

export class AnsweredLinks {
  /** What ends each of them, at once or behind the answer that is under way. */
  private readonly ends = new Set<() => void>();

  /** Answers what is asked over a request until it ends, or more is asked than one thing at a time. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, { longest, headers, answer }: Answering): void {
    let asked = false;
    let closing = false;
    const end = (): void => {
      closing = true;
      if (!asked) outgoing.end();
    };
    const say = (said: Said): void => {
      // Whoever asked may have gone.
      if (outgoing.destroyed || outgoing.writableEnded) return;
      outgoing.write(answerLine(said));
      // Whoever asks what is no question asks nothing more.
      if (said.status !== 200 || closing) outgoing.end();
    };
    const take = async (line: string): Promise<void> => {
      if (asked) {
        outgoing.destroy();
        return;
      }
      asked = true;
      const said = await answer(line);
      asked = false;
      say(said);
    };
    const lines = new Lines(longest, (line) => void take(line));
    incoming.on('data', (part: Buffer) => {
      if (closing || outgoing.writableEnded || lines.add(part)) return;
      closing = true;
      say({ status: 413, text: '' });
    });
    incoming.on('end', end);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => outgoing.destroy());
    this.ends.add(end);
    outgoing.on('close', () => this.ends.delete(end));
    outgoing.writeHead(200, { ...headers, 'content-type': LINK_TYPE });
    outgoing.flushHeaders();
  }

  /** Ends those over which nothing is asked at once, the others behind their answer. */
  close(): void {
    for (const end of this.ends) end();
  }
}
