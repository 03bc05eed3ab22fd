/** Values as CBOR, by the package cbor2. */
import { decode, encode, TypeEncoderMap } from 'cbor2';
import { kindAndSize } from '../../errors/kind-and-size.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { Serde } from '../serde.js';
import { undecodable, unencodable } from '../serde-error.js';

/** The package knows Uint8Arrays only, and would write the fields of a Buffer. */
const types = new TypeEncoderMap();
types.registerEncoder(Buffer, (buffer: Buffer) => [
  Number.NaN,
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength),
]);

class CborSerde implements Serde<unknown> {
  readonly keepsNoBytes = true;

  serialize(value: unknown): Buffer {
    if (value === undefined) throw unencodable('undefined is not written as CBOR; for a tombstone, return null');
    try {
      const bytes = encode(value, { types });
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (cause) {
      throw unencodable(`${kindAndSize(value)} cannot be written as CBOR: ${toldBy(cause)}`);
    }
  }

  deserialize(bytes: Buffer): unknown {
    let value: unknown;
    try {
      // Byte strings of the result would be views of what was fetched.
      value = decode(new Uint8Array(bytes));
    } catch (cause) {
      throw undecodable(`the bytes are not CBOR: ${toldBy(cause)}`);
    }
    if (value === undefined) throw undecodable('the bytes are the CBOR of undefined, which is no value of a record');
    return value;
  }
}

/** What the package says without a word of the value or the bytes; its other messages may quote them. */
const ABOUT_FORM =
  /^(?:Unexpected end of stream reading \d+ bytes, got \d+|Extra data in input|Maximum depth \d+ exceeded|Maximum call stack size exceeded|Unexpected BREAK|Missing map value|Streaming not supported|Additional info not implemented: \d+|Invalid indefinite encoding for MT \d+|Unknown type: \w+(?=,)|Negative size|Invalid encoder return value)/;

function toldBy(cause: unknown): string {
  const said = ABOUT_FORM.exec(reasonOf(cause))?.[0];
  return said ?? `the package cbor2 refuses it with ${cause instanceof Error ? cause.name : 'what is no error'}`;
}

const instance = Object.freeze(new CborSerde());

/**
 * Values as CBOR (RFC 8949): besides what JSON has, dates, byte strings (read as Uint8Arrays), maps with keys of any kind, sets,
 * undefined and whole numbers of any size; those that a number cannot hold are bigints.
 *
 * `T` is believed, not checked; `serdes.validated(cbor(), schema)` checks it. It needs the package `cbor2`.
 */
export function cbor<T>(): Serde<T> {
  return instance as Serde<unknown> as Serde<T>;
}
