/** Beside the commands: what keys or values of a topic seem to be, told from their bytes alone. */
import { endOfIndexes, readIndexes } from '../../registry/message-indexes.js';
import { HEAD_BYTES } from '../../registry/wire-format.js';

/** What bytes seem to be. `registry` formats begin with the id of a schema. */
export type GuessedFormat =
  | 'nothing'
  | 'JSON'
  | 'string'
  | 'long'
  | 'int'
  | 'double'
  | 'windowed string'
  | 'MessagePack'
  | 'Avro'
  | 'Protobuf'
  | 'JSON Schema'
  | 'Avro or Protobuf'
  | 'bytes';

/** Reads MessagePack whole, or throws; null where the package for it is not installed. */
export type MessagePackReader = ((bytes: Buffer) => unknown) | null;

/** Times that a window or a long may mean: from 2000 to 2100. */
const EARLIEST_MS = Date.UTC(2000);
const LATEST_MS = Date.UTC(2100);
/** Registries count their schemas from 1; a number beyond is none of theirs. */
const LARGEST_SCHEMA_ID = 50_000_000;
const WINDOW_BYTES = 8;
const PRINTABLE = /^[^\p{Cc}\p{Cn}\p{Co}\p{Cs}\ufffd]*$/u;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The first format that fits all of them, the most telling first. Nulls say nothing. */
export function guessFormat(all: readonly (Buffer | null)[], messagePack: MessagePackReader): GuessedFormat {
  const samples = all.filter((bytes) => bytes !== null && bytes.length > 0) as Buffer[];
  if (samples.length === 0) return all.some((bytes) => bytes !== null) ? 'string' : 'nothing';
  const fits = (test: (bytes: Buffer) => boolean): boolean => samples.every(test);
  if (fits(isJson)) return samples.some((bytes) => /^\s*[[{"]/.test(bytes.toString())) ? 'JSON' : 'string';
  if (fits(isText)) return 'string';
  if (fits((bytes) => bytes.length === 8)) return fits(isDouble) ? 'double' : 'long';
  if (fits((bytes) => bytes.length === 4)) return 'int';
  if (fits(hasSchemaId)) return behindSchemaId(samples);
  if (fits(isWindowed)) return 'windowed string';
  if (messagePack !== null && fits((bytes) => isMessagePack(bytes, messagePack))) return 'MessagePack';
  return 'bytes';
}

export function hasSchemaId(bytes: Buffer): boolean {
  if (bytes.length <= HEAD_BYTES || bytes[0] !== 0) return false;
  const id = bytes.readUInt32BE(1);
  return id > 0 && id <= LARGEST_SCHEMA_ID;
}

export function decodedText(bytes: Buffer): string | null {
  return works(() => utf8.decode(bytes)) ? utf8.decode(bytes) : null;
}

/** The key of a window and when the window begins, as windowed keys are written to topics. */
export function windowedParts(bytes: Buffer): { readonly key: string; readonly start: number } | null {
  if (bytes.length < WINDOW_BYTES) return null;
  const key = decodedText(bytes.subarray(0, -WINDOW_BYTES));
  const start = Number(bytes.readBigInt64BE(bytes.length - WINDOW_BYTES));
  const isTime = start >= EARLIEST_MS && start < LATEST_MS;
  return key !== null && PRINTABLE.test(key) && isTime ? { key, start } : null;
}

function isJson(bytes: Buffer): boolean {
  const text = decodedText(bytes);
  return text !== null && works(() => JSON.parse(text) as unknown);
}

function isText(bytes: Buffer): boolean {
  const text = decodedText(bytes);
  return text !== null && PRINTABLE.test(text.replaceAll(/[\t\n\r]/g, ''));
}

/** Of a size that people count or measure with; longs that small have zeros or ones in front. */
function isDouble(bytes: Buffer): boolean {
  const number = bytes.readDoubleBE(0);
  if (number === 0) return true;
  const size = Math.abs(number);
  return size >= 1e-12 && size < 1e18;
}

function isWindowed(bytes: Buffer): boolean {
  return windowedParts(bytes) !== null;
}

function isMessagePack(bytes: Buffer, read: (bytes: Buffer) => unknown): boolean {
  // Any byte is a MessagePack number; what people write are maps and lists.
  const first = bytes[0] as number;
  const isContainer = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
  if (!isContainer) return false;
  return works(() => read(bytes));
}

/** Without the registry: JSON is told by its text, and the rest is as Protobuf has it, or not, or both. */
function behindSchemaId(samples: readonly Buffer[]): GuessedFormat {
  if (samples.every((bytes) => isJson(bytes.subarray(HEAD_BYTES)))) return 'JSON Schema';
  return samples.every(isProtobuf) ? 'Avro or Protobuf' : 'Avro';
}

function isProtobuf(bytes: Buffer): boolean {
  if (!works(() => readIndexes(bytes, HEAD_BYTES, bytes.length))) return false;
  let at = endOfIndexes();
  while (at < bytes.length) {
    const field = varint(bytes, at);
    if (field === null || field.value >> 3 === 0) return false;
    at = field.next;
    const kind = field.value & 7;
    if (kind === 0) at = varint(bytes, at)?.next ?? Infinity;
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const size = varint(bytes, at);
      at = size === null ? Infinity : size.next + size.value;
    } else return false;
  }
  return at === bytes.length;
}

function varint(bytes: Buffer, from: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let at = from, scale = 1; at < bytes.length && at < from + 10; at += 1, scale *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next: at + 1 };
  }
  return null;
}

/** Whether bytes can be read in a way: that they cannot is the answer, and no failure. */
function works(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
