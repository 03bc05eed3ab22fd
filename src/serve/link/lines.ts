/**
 * What goes over a link: lines. Who asks sends JSON, who answers a status as of HTTP and, with 200, JSON behind it. JSON that is
 * written without indentation has no line break in it.
 */
import { bodyText } from '../body-text.js';

/** The content type of both directions. */
export const LINK_TYPE = 'application/x-ndjson';

const LINE_BREAK = 0x0a;

/** The lines of a body that comes in parts. */
export class Lines {
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly mostBytes: number,
    private readonly take: (line: string) => void,
  ) {}

  /** Hands on each line that is whole. False: the one that has begun is longer than it may be. */
  add(part: Buffer): boolean {
    let from = 0;
    for (let end = part.indexOf(LINE_BREAK); end >= 0; end = part.indexOf(LINE_BREAK, from)) {
      this.keep(part.subarray(from, end));
      from = end + 1;
      const line = bodyText(this.parts);
      this.parts = [];
      this.bytes = 0;
      this.take(line);
    }
    if (from < part.length) this.keep(part.subarray(from));
    return this.bytes <= this.mostBytes;
  }

  private keep(part: Buffer): void {
    this.parts.push(part);
    this.bytes += part.length;
  }
}

/** What is answered to a line. */
export interface Said {
  /** As of HTTP. */
  readonly status: number;
  /** JSON in one line; nothing unless the status is 200. */
  readonly text: string;
}

export function answerLine({ status, text }: Said): string {
  return `${String(status)} ${text}\n`;
}

/** @throws that the line is none that answers */
export function readAnswerLine(line: string): Said {
  if (!/^\d{3} /.test(line)) throw new Error('it answered what is no answer');
  return { status: Number(line.slice(0, 3)), text: line.slice(4) };
}
