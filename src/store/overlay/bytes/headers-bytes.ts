/** Headers as bytes, in front of a value on disk and in the changelog of held changes: as Kafka Streams writes them. */
import { NO_HEADERS, type Header, type Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import { decodeUtf8, encodeUtf8 } from '../../../record/utf8.js';
import { RowBytesReader, RowBytesWriter } from './row-bytes.js';

const NONE = NodeBuffer.of(0);
const writer = new RowBytesWriter();

/** `size, [count, {length, name, length or -1, value}…]`; numbers as Kafka's varints. No headers: a size of 0. */
export function headersBytes(headers: Headers): Buffer {
  if (headers.length === 0) return NONE;
  writer.clear();
  writer.signed(headers.length);
  for (const [name, value] of headers) {
    const nameBytes = encodeUtf8(name);
    writer.signed(nameBytes.length);
    writer.bytes(nameBytes);
    if (value === null) writer.signed(-1);
    else {
      writer.signed(value.length);
      writer.bytes(value);
    }
  }
  const body = writer.take();
  writer.clear();
  writer.signed(body.length);
  writer.bytes(body);
  return writer.take();
}

/** Where the headers end that begin at `start`. */
export function headersEnd(bytes: Buffer, start: number): number {
  const reader = new RowBytesReader(bytes, start);
  const size = reader.signed();
  return reader.at + size;
}

/** Reads headers that begin at `start`. Nothing of `bytes` is kept. */
export function readHeaders(bytes: Buffer, start: number): Headers {
  if (bytes[start] === 0) return NO_HEADERS;
  const reader = new RowBytesReader(bytes, start);
  reader.signed();
  const headers: Header[] = [];
  for (let left = reader.signed(); left > 0; left -= 1) {
    const name = take(reader, reader.signed()) as Buffer;
    headers.push([decodeUtf8(name), take(reader, reader.signed())]);
  }
  return headers;
}

function take(reader: RowBytesReader, length: number): Buffer | null {
  if (length < 0) return null;
  const from = reader.at;
  reader.at += length;
  return NodeBuffer.from(reader.buffer.subarray(from, reader.at));
}
