/** Values as JSON text. */
import { decodeUtf8 } from '../record/utf8.js';
import type { Serde } from './serde.js';
import { shown, undecodable, unencodable } from './serde-error.js';

class JsonSerde implements Serde<unknown> {
  serialize(value: unknown): Buffer {
    return Buffer.from(this.toText(value), 'utf8');
  }

  deserialize(bytes: Buffer): unknown {
    return this.fromText(decodeUtf8(bytes));
  }

  deserializeRange(buffer: Buffer, start: number, end: number): unknown {
    return this.fromText(decodeUtf8(buffer, start, end));
  }

  toText(value: unknown): string {
    let text: unknown;
    try {
      text = JSON.stringify(value);
    } catch (cause) {
      throw unencodable(`a value cannot be written as JSON: ${(cause as Error).message}`, cause);
    }
    // Functions and undefined have no text, which the type of stringify leaves out.
    if (typeof text !== 'string') {
      throw unencodable(`JSON has no text for ${shown(value)}; for a tombstone, return null`);
    }
    return text;
  }

  fromText(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw undecodable(`the bytes are not JSON: ${(cause as Error).message}`, cause);
    }
  }
}

const instance = Object.freeze(new JsonSerde());

/**
 * Values as JSON text in UTF-8, by `JSON.stringify` and `JSON.parse`.
 *
 * `T` is believed, not checked: give it a serde of your own around this one to validate what arrives.
 * The JSON text `null` is the value null; a tombstone is a record without a value.
 */
export function json<T>(): Serde<T> {
  return instance as Serde<unknown> as Serde<T>;
}
