/** Text, as UTF-8 unless something else is asked for. Kafka Streams: `Serdes.String()`. */
import { MillraceError } from '../errors/error.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { shownValue } from '../errors/shown-value.js';
import { NodeBuffer } from '../record/node-buffer.js';
import { decodeUtf8, encodable } from '../record/utf8.js';
import type { Serde } from './serde.js';
import { unencodable } from './serde-error.js';
import { TEXT_CODECS, type OtherEncoding, type TextCodec } from './text-encoding.js';

class StringSerde implements Serde<string> {
  readonly immutable = true;
  readonly keepsNoBytes = true;

  serialize(value: string): Buffer {
    return NodeBuffer.from(this.toText(value), 'utf8');
  }

  deserialize(bytes: Buffer): string {
    return decodeUtf8(bytes);
  }

  normalize(value: string): string {
    return this.toText(value);
  }

  toText(value: string): string {
    if (typeof value !== 'string') throw unencodable(`a text is expected, not ${kindAndSize(value)}`);
    return encodable(value);
  }

  fromText(text: string): string {
    return text;
  }

  deserializeRange(buffer: Buffer, start: number, end: number): string {
    return decodeUtf8(buffer, start, end);
  }

  /** All bytes are some text. */
  holdsValue(): boolean {
    return true;
  }
}

/** Other encodings: what a store holds is the text that is read again, in which `?` or U+FFFD stands for what has no bytes. */
class EncodedStringSerde implements Serde<string> {
  readonly immutable = true;
  readonly keepsNoBytes = true;

  constructor(private readonly codec: TextCodec) {}

  serialize(value: string): Buffer {
    if (typeof value !== 'string') throw unencodable(`a text is expected, not ${kindAndSize(value)}`);
    return this.codec.encode(value);
  }

  deserialize(bytes: Buffer): string {
    return this.codec.decode(bytes, 0, bytes.length);
  }

  deserializeRange(buffer: Buffer, start: number, end: number): string {
    return this.codec.decode(buffer, start, end);
  }

  normalize(value: string): string {
    return this.deserialize(this.serialize(value));
  }
}

/** How a text is written. */
export interface StringOptions {
  /**
   * `utf-8`, `utf-16` (big-endian with a mark of the byte order, read with either), `utf-16be`, `utf-16le`, `iso-8859-1` or
   * `us-ascii`. Default: `utf-8`. Kafka: `serializer.encoding`, `deserializer.encoding`.
   */
  readonly encoding?: 'utf-8' | OtherEncoding;
}

const utf8: Serde<string> = Object.freeze(new StringSerde());

/**
 * Text as UTF-8, or in another encoding, byte for byte as Java does it: bytes that are no text become U+FFFD; what an encoding cannot
 * say, such as half a pair of surrogates (a text that was cut in the middle of an emoji), becomes a question mark, in UTF-16 U+FFFD.
 * @throws MillraceError CONFIG_INVALID at an unknown encoding
 * Kafka Streams: `Serdes.String()`.
 */
export function string({ encoding = 'utf-8' }: StringOptions = {}): Serde<string> {
  if (encoding === 'utf-8') return utf8;
  if (Object.hasOwn(TEXT_CODECS, encoding)) return new EncodedStringSerde(TEXT_CODECS[encoding]);
  throw new MillraceError(
    'CONFIG_INVALID',
    `serdes.string encoding must be one of utf-8, ${Object.keys(TEXT_CODECS).join(', ')}, not ${shownValue(encoding)}`,
  );
}
