/** Text as bytes and back, as Java does it: what a JVM beside us would write for the same text, and read of the same bytes. */
import { NodeBuffer } from './node-buffer.js';

const REPLACEMENT = '\ufffd';
/** With the flag `u` a pair of surrogates is one character: only those that stand alone match. */
const ALONE = /\p{Surrogate}/gu;

/** ES2024, in Node since 20: cheaper than any regular expression. */
interface WellFormedString {
  isWellFormed(): boolean;
}

/** Where `toString` of a buffer ends up. It is not documented, but Node has had it in every version. */
interface SlicedBuffer {
  utf8Slice(start: number, end: number): string;
}
const SLICES = typeof (Buffer.prototype as Buffer & Partial<SlicedBuffer>).utf8Slice === 'function';

/** The text that Java's bytes stand for: what has no UTF-8, half a pair of surrogates, is a question mark. */
export function encodable(text: string): string {
  return (text as string & WellFormedString).isWellFormed() ? text : text.replace(ALONE, '?');
}

/** Java: `text.getBytes(UTF_8)`. */
export function encodeUtf8(text: string): Buffer {
  return NodeBuffer.from(encodable(text), 'utf8');
}

/** Java: `new String(bytes, start, end - start, UTF_8)`. */
export function decodeUtf8(bytes: Buffer, start = 0, end = bytes.length): string {
  // Twice for each record: what toString does before, to choose among encodings, is half of what a short text costs.
  const text = SLICES ? (bytes as Buffer & SlicedBuffer).utf8Slice(start, end) : bytes.toString('utf8', start, end);
  // Java and the web replace other numbers of bytes by U+FFFD; where there is none, there was nothing to replace.
  return text.includes(REPLACEMENT) ? decodeMalformed(bytes, start, end) : text;
}

/** Text piece by piece: each is decoded as it is, or stands for bytes that are no UTF-8. */
function decodeMalformed(bytes: Buffer, start: number, end: number): string {
  let text = '';
  let good = start;
  let at = start;
  while (at < end) {
    const size = sizeAt(bytes, at, end);
    if (size > 0) {
      at += size;
      continue;
    }
    text += bytes.toString('utf8', good, at) + REPLACEMENT;
    at -= size;
    good = at;
  }
  return text + bytes.toString('utf8', good, end);
}

/** Bytes of the character at a place; negative: so many bytes are no character, and become one U+FFFD. */
function sizeAt(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2) return -1;
  if (first < 0xe0) return follows(bytes, at + 1, end) ? 2 : -1;
  if (first < 0xf0) return sizeOfThree(first, bytes, at, end);
  return first > 0xf4 ? -1 : sizeOfFour(first, bytes, at, end);
}

function sizeOfThree(first: number, bytes: Buffer, at: number, end: number): number {
  if (!follows(bytes, at + 1, end)) return -1;
  const second = bytes[at + 1] as number;
  if (first === 0xe0 && second < 0xa0) return -1;
  if (!follows(bytes, at + 2, end)) return -2;
  // A surrogate, written as a character of its own: old producers and databases do.
  return first === 0xed && second >= 0xa0 ? -3 : 3;
}

function sizeOfFour(first: number, bytes: Buffer, at: number, end: number): number {
  if (!follows(bytes, at + 1, end)) return -1;
  const second = bytes[at + 1] as number;
  if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return -1;
  if (!follows(bytes, at + 2, end)) return -2;
  return follows(bytes, at + 3, end) ? 4 : -3;
}

function follows(bytes: Buffer, at: number, end: number): boolean {
  return at < end && ((bytes[at] as number) & 0xc0) === 0x80;
}
