/** How a store holds values in memory between two commits: as they are, as text, or as bytes. */
import { NodeBuffer } from '../../../record/node-buffer.js';
import type { RecordContext } from '../../../record/record-context.js';
import { decodeUtf8, encodable } from '../../../record/utf8.js';
import type { Serde } from '../../../serde/serde.js';
import { serialized } from './serialized.js';
import { isTextSerde, type TextSerde } from './text-serde.js';

/**
 * A held value is what stays in memory: never `null`, and never anything that a user still holds and could change.
 * `head` bytes in front of an encoding are left for the caller to fill.
 */
export interface ValueCodec {
  /** True: a held value is the value. */
  readonly direct: boolean;
  /** True: a held value is a text, and its encoding that text in UTF-8. */
  readonly textual: boolean;
  hold(value: unknown): unknown;
  give(held: unknown): unknown;
  /** Bytes of memory, roughly. */
  size(held: unknown): number;
  encode(held: unknown, head: number): Buffer;
  /** Reads `bytes[start, end)`, which may be a view: nothing of it is kept. */
  decode(bytes: Buffer, start: number, end: number): unknown;
}

export function valueCodec(serde: Serde<unknown>, topic: string, context: RecordContext): ValueCodec {
  if (serde.immutable === true) {
    return isNormalizing(serde) ? new DirectValues(serde, topic) : new SerializedValues(serde, topic, context);
  }
  if (isTextSerde(serde)) return new TextValues(serde);
  return new ByteValues(serde, topic, context);
}

type NormalizingSerde = Serde<unknown> & Required<Pick<Serde<unknown>, 'normalize'>>;

function isNormalizing(serde: Serde<unknown>): serde is NormalizingSerde {
  return serde.normalize !== undefined;
}

/** Values that nobody can change, so that they are kept themselves and become bytes at commit. */
abstract class Kept<S extends Serde<unknown>> implements ValueCodec {
  readonly direct = true;
  readonly textual = false;

  constructor(
    protected readonly serde: S,
    protected readonly topic: string,
  ) {}

  /** @throws what the serde throws at a value that it cannot write: at the commit it would be too late to drop its record */
  abstract hold(value: unknown): unknown;

  give(held: unknown): unknown {
    return held;
  }

  size(held: unknown): number {
    return typeof held === 'string' ? held.length : 8;
  }

  encode(held: unknown, head: number): Buffer {
    return withHead(serialized(this.serde, held, this.topic), head);
  }

  decode(bytes: Buffer, start: number, end: number): unknown {
    return this.serde.deserializeRange === undefined
      ? this.serde.deserialize(bytes.subarray(start, end), this.topic)
      : this.serde.deserializeRange(bytes, start, end, this.topic);
  }
}

/** Numbers, strings, booleans: held as they will be read again. */
class DirectValues extends Kept<NormalizingSerde> {
  override hold(value: unknown): unknown {
    return this.serde.normalize(value);
  }
}

/** Values of serdes that cannot tell what they refuse but by writing it. */
class SerializedValues extends Kept<Serde<unknown>> {
  constructor(
    serde: Serde<unknown>,
    topic: string,
    private readonly context: RecordContext,
  ) {
    super(serde, topic);
  }

  override hold(value: unknown): unknown {
    serialized(this.serde, value, this.topic, this.context.headers);
    return value;
  }
}

/** JSON and the like: the text is kept. */
class TextValues implements ValueCodec {
  readonly direct = false;
  readonly textual = true;

  constructor(private readonly serde: TextSerde) {}

  hold(value: unknown): unknown {
    return encodable(this.serde.toText(value));
  }

  give(held: unknown): unknown {
    return this.serde.fromText(held as string);
  }

  size(held: unknown): number {
    return (held as string).length;
  }

  encode(held: unknown, head: number): Buffer {
    const text = held as string;
    const bytes = NodeBuffer.allocUnsafe(head + NodeBuffer.byteLength(text, 'utf8'));
    bytes.write(text, head, 'utf8');
    return bytes;
  }

  decode(bytes: Buffer, start: number, end: number): unknown {
    return decodeUtf8(bytes, start, end);
  }
}

/** Everything else: bytes at every put. */
class ByteValues implements ValueCodec {
  readonly direct = false;
  readonly textual = false;

  constructor(
    private readonly serde: Serde<unknown>,
    private readonly topic: string,
    private readonly context: RecordContext,
  ) {}

  hold(value: unknown): unknown {
    const bytes = serialized(this.serde, value, this.topic, this.context.headers);
    // A serde of bytes gives back what it got: the user may change it, and it may be a view that pins a whole fetch.
    return value instanceof Uint8Array && bytes.buffer === value.buffer ? NodeBuffer.from(bytes) : bytes;
  }

  give(held: unknown): unknown {
    const value = this.serde.deserialize(held as Buffer, this.topic);
    return value instanceof Uint8Array && value.buffer === (held as Buffer).buffer ? NodeBuffer.from(value) : value;
  }

  size(held: unknown): number {
    return (held as Buffer).length;
  }

  encode(held: unknown, head: number): Buffer {
    return withHead(held as Buffer, head);
  }

  decode(bytes: Buffer, start: number, end: number): unknown {
    return NodeBuffer.from(bytes.subarray(start, end));
  }
}

function withHead(value: Buffer, head: number): Buffer {
  if (head === 0) return value;
  const bytes = NodeBuffer.allocUnsafe(head + value.length);
  value.copy(bytes, head);
  return bytes;
}
