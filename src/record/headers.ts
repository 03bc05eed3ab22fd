/** The headers that travel with a record: an ordered list in which a key may occur several times and a value may be null. */
import { MillraceError } from '../errors/error.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { NodeBuffer } from './node-buffer.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** One header. */
export type Header = readonly [key: string, value: Buffer | null];

/** Headers in the order in which they were written. Treat as immutable: lists are shared down the chain. */
export type Headers = readonly Header[];

/** Headers as a processor may give them to a record: any bytes. A text becomes one by {@link textHeader}. */
export type WritableHeaders = readonly (readonly [key: string, value: Uint8Array | null])[];

/** The one empty list; compared by identity on the hot path. */
export const NO_HEADERS: Headers = Object.freeze([]);

/** A header whose value is a text, as UTF-8: `record.withHeaders([...record.headers, textHeader('trace', 'id-7')])`. */
export function textHeader(key: string, text: string): Header {
  if (typeof text !== 'string') {
    throw new MillraceError('HEADER_INVALID', `the text of header ${key} must be a text, not ${kindAndSize(text)}`);
  }
  return [key, encodeUtf8(text)];
}

/** The text of the last header of this key, read as UTF-8; null where there is none, or its value is null. */
export function headerText(headers: Headers, key: string): string | null {
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const [name, value] = headers[at] as Header;
    if (name === key) return value === null ? null : decodeUtf8(value);
  }
  return null;
}

/**
 * What a user's function gave for headers, as the list that travels on: it is given back itself unless it holds bytes that are
 * no Buffers.
 * @throws MillraceError HEADER_INVALID that says what came and what may be
 */
export function checkedHeaders(given: unknown): Headers {
  if (!Array.isArray(given)) {
    throw new MillraceError(
      'HEADER_INVALID',
      `headers must be a list of pairs of key and value, such as [['trace', bytes]], not ${kindAndSize(given)}`,
    );
  }
  let buffers = true;
  for (const header of given as unknown[]) {
    if (!isHeader(header)) throw invalidHeader(header);
    if (header[1] !== null && !NodeBuffer.isBuffer(header[1])) buffers = false;
  }
  return buffers ? (given as Headers) : (given as WritableHeaders).map(([key, value]) => [key, bufferOf(value)]);
}

/** Says what is wrong with a header. */
export function invalidHeader(header: unknown): MillraceError {
  if (!Array.isArray(header) || header.length !== 2) {
    return new MillraceError(
      'HEADER_INVALID',
      `a header must be a pair of key and value such as ['trace', bytes], not ${kindAndSize(header)}${pairHint(header)}`,
    );
  }
  const [key, value] = header as unknown[];
  if (typeof key !== 'string') {
    return new MillraceError('HEADER_INVALID', `the key of a header must be a text, not ${kindAndSize(key)}`);
  }
  const hint = typeof value === 'string' ? '; textHeader(key, text) makes a header of a text' : '';
  return new MillraceError(
    'HEADER_INVALID',
    `the value of header ${key} must be bytes (a Buffer or Uint8Array) or null, not ${kindAndSize(value)}${hint}`,
  );
}

/** For those who know kafkajs's or Java's headers. */
function pairHint(header: unknown): string {
  if (typeof header !== 'object' || header === null || !('key' in header) || !('value' in header)) return '';
  return ' with key and value: write [key, value] in place of { key, value }, and textHeader(key, text) for a text';
}

function isHeader(header: unknown): header is WritableHeaders[number] {
  if (!Array.isArray(header) || header.length !== 2 || typeof header[0] !== 'string') return false;
  return header[1] === null || header[1] instanceof Uint8Array;
}

function bufferOf(value: Uint8Array | null): Buffer | null {
  return value === null ? null : NodeBuffer.from(value.buffer, value.byteOffset, value.byteLength);
}
