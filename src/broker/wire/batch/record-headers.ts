/** Headers of one record, between bytes and the ordered list that users see. */
import type { Header, Headers } from '../../../record/headers.js';
import { NO_HEADERS, invalidHeader } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import { decodeUtf8, encodable } from '../../../record/utf8.js';
import { readUnsignedVarint, varintEnd, varintSize, writeVarint } from './varint.js';

/**
 * Decodes the headers that start with their count at `start` and end at `end`. Values are copied: headers outlive what was fetched.
 * @throws RangeError when they do not fill these bytes exactly
 */
export function decodeHeaders(buffer: Buffer, start: number, end: number): Headers {
  let at = start;
  const next = (what: string): number => {
    const raw = readUnsignedVarint(buffer, at);
    at = varintEnd();
    const value = (raw >>> 1) ^ -(raw & 1);
    if (at > end || value > end - at) throw new RangeError(`${what} is ${value}, ${end - at} bytes are left`);
    return value;
  };
  const count = next('the number of headers');
  if (count < 0) throw new RangeError(`the number of headers is ${count}`);
  if (count === 0 && at === end) return NO_HEADERS;
  const headers: Header[] = [];
  for (let i = 0; i < count; i++) {
    const keySize = next('the size of a header key');
    if (keySize < 0) throw new RangeError(`the size of a header key is ${keySize}`);
    const key = decodeUtf8(buffer, at, at + keySize);
    at += keySize;
    const valueSize = next('the size of a header value');
    headers.push([key, valueSize < 0 ? null : NodeBuffer.from(buffer.subarray(at, at + valueSize))]);
    if (valueSize > 0) at += valueSize;
  }
  if (at !== end) throw new RangeError(`${end - at} bytes follow the last header`);
  return headers;
}

/**
 * Bytes that `encodeHeaders` will write, the count included.
 * @throws MillraceError HEADER_INVALID for what a function in plain JavaScript may have put into the list
 */
export function headersSize(headers: Headers): number {
  let size = varintSize(headers.length);
  for (const [key, value] of headers) {
    if (typeof key !== 'string' || (value !== null && !((value as unknown) instanceof Uint8Array))) {
      throw invalidHeader([key, value]);
    }
    const keySize = NodeBuffer.byteLength(encodable(key));
    size += varintSize(keySize) + keySize;
    size += value === null ? 1 : varintSize(value.length) + value.length;
  }
  return size;
}

/** Writes the headers at `start` and returns the position after them. */
export function encodeHeaders(headers: Headers, buffer: Buffer, start: number): number {
  let at = writeVarint(buffer, start, headers.length);
  for (const [key, value] of headers) {
    const keySize = NodeBuffer.byteLength(encodable(key));
    at = writeVarint(buffer, at, keySize);
    at += buffer.write(encodable(key), at, keySize, 'utf8');
    if (value === null) {
      at = writeVarint(buffer, at, -1);
    } else {
      at = writeVarint(buffer, at, value.length);
      buffer.set(value, at);
      at += value.length;
    }
  }
  return at;
}
