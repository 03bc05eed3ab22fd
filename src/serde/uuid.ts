/** UUIDs as their text. */
import { kindAndSize } from '../errors/kind-and-size.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

class UuidSerde implements Serde<string> {
  readonly immutable = true;
  readonly keepsNoBytes = true;
  /** Lists leave out the length of each entry, as Kafka's do. */
  readonly listEntryBytes = 36;

  serialize(value: string): Buffer {
    return Buffer.from(this.normalize(value), 'latin1');
  }

  normalize(value: string): string {
    if (typeof value !== 'string' || !UUID.test(value))
      throw unencodable(`a UUID is expected, not ${kindAndSize(value)}`);
    // Java prints a UUID in lower case; other spellings would be other keys.
    return value.toLowerCase();
  }

  deserialize(bytes: Buffer): string {
    return this.deserializeRange(bytes, 0, bytes.length);
  }

  deserializeRange(buffer: Buffer, start: number, end: number): string {
    const text = buffer.toString('latin1', start, end);
    if (!UUID.test(text)) throw undecodable(`a UUID is expected, not ${kindAndSize(text)}`);
    return text.toLowerCase();
  }
}

const instance: Serde<string> = Object.freeze(new UuidSerde());

/** UUIDs as text of 36 characters, which is how Kafka writes them. Kafka Streams: `Serdes.UUID()`. */
export function uuid(): Serde<string> {
  return instance;
}
