/** Text as UTF-8. Kafka Streams: `Serdes.String()`. */
import { decodeUtf8, encodable } from '../record/utf8.js';
import type { Serde } from './serde.js';
import { shown, unencodable } from './serde-error.js';

class StringSerde implements Serde<string> {
  readonly immutable = true;

  serialize(value: string): Buffer {
    return Buffer.from(this.toText(value), 'utf8');
  }

  deserialize(bytes: Buffer): string {
    return decodeUtf8(bytes);
  }

  normalize(value: string): string {
    return this.toText(value);
  }

  toText(value: string): string {
    if (typeof value !== 'string') throw unencodable(`a text is expected, not ${shown(value)}`);
    return encodable(value);
  }

  fromText(text: string): string {
    return text;
  }

  deserializeRange(buffer: Buffer, start: number, end: number): string {
    return decodeUtf8(buffer, start, end);
  }
}

const instance: Serde<string> = Object.freeze(new StringSerde());

/**
 * Text as UTF-8, byte for byte as Java does it: bytes that are not UTF-8 become U+FFFD, half a pair of surrogates (a text that was
 * cut in the middle of an emoji) becomes a question mark. Kafka Streams: `Serdes.String()`.
 */
export function string(): Serde<string> {
  return instance;
}
