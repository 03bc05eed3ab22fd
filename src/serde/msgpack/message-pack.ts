/** Values as MessagePack, by the package @msgpack/msgpack. */
import { Decoder, Encoder } from '@msgpack/msgpack';
import { kindAndSize } from '../../errors/kind-and-size.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { Serde } from '../serde.js';
import { undecodable, unencodable } from '../serde-error.js';
import { exactIntegers } from './exact-integers.js';

/** First bytes of whole numbers of 64 bits, and of byte strings. */
const UINT64 = 0xcf;
const INT64 = 0xd3;
const FIRST_BINARY = 0xc4;
const LAST_BINARY = 0xc6;
/** The longest that a record can be has fewer bits. */
const LENGTH_BITS = 32;

class MessagePackSerde implements Serde<unknown> {
  private readonly encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true });
  /** By the bits of the length of what they read: a few bytes that promise a list of millions must not get memory for it. */
  private readonly decoders: (Decoder | undefined)[] = Array.from({ length: LENGTH_BITS + 1 }, () => undefined);

  serialize(value: unknown): Buffer {
    if (value === undefined) throw unencodable('MessagePack has no bytes for undefined; for a tombstone, return null');
    try {
      const bytes = this.encoder.encode(value);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (cause) {
      throw unencodable(`${kindAndSize(value)} cannot be written as MessagePack: ${reasonOf(cause)}`, cause);
    }
  }

  deserialize(bytes: Buffer): unknown {
    try {
      // Byte strings of the result would be views of what was fetched.
      const value = this.decoderFor(bytes.length).decode(hasBinary(bytes) ? new Uint8Array(bytes) : bytes);
      return bytes.includes(UINT64) || bytes.includes(INT64) ? exactIntegers(value) : value;
    } catch (cause) {
      throw undecodable(`the bytes are not MessagePack: ${reasonOf(cause)}`, cause);
    }
  }

  private decoderFor(length: number): Decoder {
    const bits = LENGTH_BITS - Math.clz32(length);
    const most = 2 ** bits;
    return (this.decoders[bits] ??= new Decoder({ useBigInt64: true, maxArrayLength: most, maxMapLength: most }));
  }
}

function hasBinary(bytes: Buffer): boolean {
  for (let first = FIRST_BINARY; first <= LAST_BINARY; first += 1) if (bytes.includes(first)) return true;
  return false;
}

const instance = Object.freeze(new MessagePackSerde());

/**
 * Values as MessagePack. Dates are timestamps, Buffers and Uint8Arrays are byte strings, which are read as Uint8Arrays; fields that
 * are undefined are left out. Whole numbers that a number cannot hold are read as bigints, and bigints are written with 64 bits.
 *
 * `T` is believed, not checked; `serdes.validated(messagePack(), schema)` checks it. It needs the package `@msgpack/msgpack`.
 */
export function messagePack<T>(): Serde<T> {
  return instance as Serde<unknown> as Serde<T>;
}
