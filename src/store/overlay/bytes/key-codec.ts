/** How a store names its keys in memory: by a text that stands for the serialized bytes, one to one. */
import { MillraceError } from '../../../errors/error.js';
import { reasonOf } from '../../../errors/shown-value.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import { decodeUtf8, encodable } from '../../../record/utf8.js';
import type { Serde } from '../../../serde/serde.js';
import { unencodable } from '../../../serde/serde-error.js';
import { serialized } from './serialized.js';
import { isTextSerde, type TextSerde } from './text-serde.js';

/** Turns keys into texts (Map keys) at every access, and texts into bytes at commit only. */
export interface KeyCodec {
  text(key: unknown): string;
  key(text: string): unknown;
  /** The key's bytes between `head` and `tail` bytes that the caller fills. */
  bytes(text: string, head: number, tail: number): Buffer;
  /** The inverse of `bytes(text, 0, 0)`, over `bytes[start, end)`. */
  textOf(bytes: Buffer, start: number, end: number): string;
  /** The key's bytes as a text of one character a byte: comparing these compares the bytes. */
  byteText(text: string): string;
  fromByteText(byteText: string): string;
}

/** @param store names the store in errors about keys that its serde refuses */
export function keyCodec(serde: Serde<unknown>, topic: string, store: string): KeyCodec {
  return isTextSerde(serde) ? new TextKeys(serde, store) : new ByteKeys(serde, topic, store);
}

function unusable(store: string, error: unknown): MillraceError {
  const reason = `store ${store} cannot use this key: ${reasonOf(error)}`;
  return new MillraceError('SERIALIZATION_FAILED', reason, { store, cause: error });
}

/** Its UTF-8 is itself. */
const ASCII = /^[\x00-\x7f]*$/;

/** Keys whose bytes are UTF-8 text: the text itself is the Map key. */
class TextKeys implements KeyCodec {
  constructor(
    private readonly serde: TextSerde,
    private readonly store: string,
  ) {}

  text(key: unknown): string {
    try {
      if (key === null) throw noKey();
      // Unpaired surrogates all have the same bytes: they must have the same text too.
      return encodable(this.serde.toText(key));
    } catch (error) {
      throw unusable(this.store, error);
    }
  }

  key(text: string): unknown {
    return this.serde.fromText(text);
  }

  bytes(text: string, head: number, tail: number): Buffer {
    const bytes = NodeBuffer.allocUnsafe(head + NodeBuffer.byteLength(text, 'utf8') + tail);
    bytes.write(text, head, 'utf8');
    return bytes;
  }

  textOf(bytes: Buffer, start: number, end: number): string {
    return decodeUtf8(bytes, start, end);
  }

  byteText(text: string): string {
    return ASCII.test(text) ? text : NodeBuffer.from(text, 'utf8').toString('latin1');
  }

  fromByteText(byteText: string): string {
    return ASCII.test(byteText) ? byteText : decodeUtf8(NodeBuffer.from(byteText, 'latin1'));
  }
}

/** Some serdes write null, JSON's among them: its row would be one that nothing else can name. */
function noKey(): MillraceError {
  return unencodable('the key of a row in a store cannot be null');
}

/** All other keys: one character a byte. */
class ByteKeys implements KeyCodec {
  constructor(
    private readonly serde: Serde<unknown>,
    private readonly topic: string,
    private readonly store: string,
  ) {}

  text(key: unknown): string {
    try {
      if (key === null) throw noKey();
      return serialized(this.serde, key, this.topic).toString('latin1');
    } catch (error) {
      throw unusable(this.store, error);
    }
  }

  key(text: string): unknown {
    return this.serde.deserialize(NodeBuffer.from(text, 'latin1'), this.topic);
  }

  bytes(text: string, head: number, tail: number): Buffer {
    const bytes = NodeBuffer.allocUnsafe(head + text.length + tail);
    bytes.write(text, head, 'latin1');
    return bytes;
  }

  textOf(bytes: Buffer, start: number, end: number): string {
    return bytes.toString('latin1', start, end);
  }

  byteText(text: string): string {
    return text;
  }

  fromByteText(byteText: string): string {
    return byteText;
  }
}
