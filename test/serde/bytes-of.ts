import { expect } from 'vitest';
import { decodeUtf8 } from '../../src/record/utf8.js';
import type { Serde } from '../../src/serde/serde.js';

/** The bytes of a value as hexadecimal text. */
export function hexOf<T>(serde: Serde<T>, value: T): string {
  return serde.serialize(value, 'topic').toString('hex');
}

/** Reads bytes in all the ways that a serde offers, which must agree; bytes stand in the middle of a larger buffer. */
export function readHex<T>(serde: Serde<T>, hex: string): T {
  const bytes = Buffer.from(hex, 'hex');
  const framed = Buffer.concat([Buffer.from('abc'), bytes, Buffer.from('xyz')]);
  const value = serde.deserialize(framed.subarray(3, 3 + bytes.length), 'topic');
  for (const other of [
    serde.deserializeRange?.(framed, 3, 3 + bytes.length, 'topic') ?? value,
    serde.fromText === undefined ? value : serde.fromText(decodeUtf8(bytes)),
  ]) {
    if (JSON.stringify(other, shown) !== JSON.stringify(value, shown)) {
      throw new Error(`${JSON.stringify(other, shown)} is not ${JSON.stringify(value, shown)}`);
    }
  }
  return value;
}

function shown(_: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
}

/** Calls with the error code that they must end with. */
export function unreadable(message: RegExp): unknown {
  return expect.objectContaining({
    code: 'DESERIALIZATION_FAILED',
    message: expect.stringMatching(message) as string,
  });
}

export function unwritable(message: RegExp): unknown {
  return expect.objectContaining({ code: 'SERIALIZATION_FAILED', message: expect.stringMatching(message) as string });
}
