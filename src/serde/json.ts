/** Values as JSON text. */
import { ignoreRejection } from '../errors/promised.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { NodeBuffer } from '../record/node-buffer.js';
import { decodeUtf8 } from '../record/utf8.js';
import { parseExact, stringifyExact } from './exact-json.js';
import { withDates } from './json-dates.js';
import { parseJson } from './json-text.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';
import { isStandardSchema, type StandardSchema } from './standard-schema.js';
import { validated, type ValidationOptions } from './validated.js';

/** What JSON is to say beyond its own types. */
export interface JsonOptions {
  /**
   * Bigints are written as whole numbers, and whole numbers beyond plus or minus 2^53 - 1 are read as bigints; smaller ones are
   * numbers. Default: false, bigints are refused, and what is read is rounded as `JSON.parse` rounds it.
   */
  readonly bigints?: boolean;
  /** Texts that are written exactly as `Date.toJSON` writes them are read as dates. Default: false, they are texts. */
  readonly dates?: boolean;
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

class JsonSerde implements Serde<unknown> {
  readonly keepsNoBytes = true;
  readonly toText: (value: unknown) => string;
  readonly fromText: (text: string) => unknown;

  constructor({ bigints = false, dates = false }: JsonOptions) {
    const parse = bigints ? parseExact : parseJson;
    this.toText = bigints ? (value) => toText(value, stringifyExact) : (value) => toText(value, JSON.stringify);
    this.fromText = dates
      ? (text) => fromText(text, (json) => withDates(parse(json), json))
      : (text) => fromText(text, parse);
  }

  serialize(value: unknown): Buffer {
    return NodeBuffer.from(this.toText(value), 'utf8');
  }

  deserialize(bytes: Buffer): unknown {
    return this.fromText(decodeUtf8(bytes));
  }

  deserializeRange(buffer: Buffer, start: number, end: number): unknown {
    return this.fromText(decodeUtf8(buffer, start, end));
  }

  /** Objects and lists: the text `null` is no value. */
  holdsValue(buffer: Buffer, start: number, end: number): boolean {
    // Of no bytes at all, these would be those of the records beside it.
    if (end - start < 2) return false;
    const first = buffer[start];
    const last = buffer[end - 1];
    return (first === OPEN_OBJECT && last === CLOSE_OBJECT) || (first === OPEN_LIST && last === CLOSE_LIST);
  }
}

function toText(value: unknown, stringify: (value: unknown) => string | undefined): string {
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (cause) {
    throw unencodable(`a value cannot be written as JSON: ${(cause as Error).message}`, cause);
  }
  // Of what keeps its content elsewhere than in properties nothing would be left.
  if (text === '{}' && (value instanceof Promise || value instanceof Map || value instanceof Set)) {
    ignoreRejection(value);
    throw unencodable(
      `JSON writes {} for a ${value.constructor.name}; ${value instanceof Promise ? 'wait for it, with mapValuesAsync()' : 'make it an object or a list'}`,
    );
  }
  if (text === 'null' && value !== null && (typeof value === 'number' || value instanceof Date)) {
    throw unencodable(`JSON writes null for ${kindAndSize(value)}; for a tombstone, return null`);
  }
  // Functions and undefined have no text.
  if (typeof text !== 'string')
    throw unencodable(`JSON has no text for ${kindAndSize(value)}; for a tombstone, return null`);
  return text;
}

function fromText(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw undecodable(`the bytes are not JSON: ${(cause as Error).message}`, cause);
  }
}

const plain = Object.freeze(new JsonSerde({}));

/**
 * Values as JSON text in UTF-8, held to a schema of any library that speaks Standard Schema (zod, valibot, arktype): what is read is
 * what the schema makes of it, and the type is the schema's. A record that it refuses is undecodable: the error names the field and
 * the reason.
 */
export function json<T>(schema: StandardSchema<T>, options?: JsonOptions & ValidationOptions): Serde<T>;
/**
 * Values as JSON text in UTF-8, by `JSON.stringify` and `JSON.parse`.
 *
 * `T` is believed, not checked: give it a schema to validate what arrives.
 * The JSON text `null` is the value null; a tombstone is a record without a value.
 */
export function json<T>(options?: JsonOptions): Serde<T>;
export function json<T>(
  first: StandardSchema<T> | JsonOptions = {},
  second: JsonOptions & ValidationOptions = {},
): Serde<T> {
  if (isStandardSchema(first)) return validated(serdeFor(second), first, second);
  return serdeFor(first) as Serde<T>;
}

function serdeFor({ bigints = false, dates = false }: JsonOptions): Serde<unknown> {
  return bigints || dates ? new JsonSerde({ bigints, dates }) : plain;
}
