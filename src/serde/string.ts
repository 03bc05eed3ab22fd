/** Text as UTF-8. Kafka Streams: `Serdes.String()`. */
import type { Serde } from './serde.js';
import { shown, unencodable } from './serde-error.js';

class StringSerde implements Serde<string> {
  readonly immutable = true;

  serialize(value: string): Buffer {
    return Buffer.from(this.toText(value), 'utf8');
  }

  deserialize(bytes: Buffer): string {
    return bytes.toString('utf8');
  }

  toText(value: string): string {
    if (typeof value !== 'string') throw unencodable(`a text is expected, not ${shown(value)}`);
    return value;
  }

  fromText(text: string): string {
    return text;
  }

  deserializeRange(buffer: Buffer, start: number, end: number): string {
    return buffer.toString('utf8', start, end);
  }
}

const instance: Serde<string> = Object.freeze(new StringSerde());

/** Text as UTF-8. Bytes that are not UTF-8 become U+FFFD, as in Java. Kafka Streams: `Serdes.String()`. */
export function string(): Serde<string> {
  return instance;
}
