/** Values that may be null where a null is no tombstone: inside of other values. */
import type { Headers } from '../record/headers.js';
import type { Serde } from './serde.js';
import { undecodable } from './serde-error.js';

const NULL = 0;
const PRESENT = 1;

export class OptionalSerde<T> implements Serde<T | null> {
  readonly immutable: boolean;
  readonly keepsNoBytes: boolean;

  constructor(readonly inner: Serde<T>) {
    this.immutable = inner.immutable === true;
    this.keepsNoBytes = inner.keepsNoBytes === true;
  }

  serialize(value: T | null, topic: string, headers?: Headers): Buffer {
    if (value === null) return Buffer.of(NULL);
    const inner = this.inner.serialize(value, topic, headers);
    const bytes = Buffer.allocUnsafe(1 + inner.length);
    bytes[0] = PRESENT;
    inner.copy(bytes, 1);
    return bytes;
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): T | null {
    return this.deserializeRange(bytes, 0, bytes.length, topic, headers);
  }

  deserializeRange(buffer: Buffer, start: number, end: number, topic: string, headers?: Headers): T | null {
    if (end === start) throw undecodable('an optional value has at least 1 byte, not 0');
    const first = buffer[start];
    if (first === PRESENT) return readRange(this.inner, buffer, start + 1, end, topic, headers);
    if (first !== NULL) throw undecodable(`an optional value begins with the byte 0 or 1, not ${String(first)}`);
    if (end - start === 1) return null;
    throw undecodable(`an optional value that is null has 1 byte, not ${String(end - start)}`);
  }
}

/** Reads `buffer[start, end)` by the fast path where there is one. */
export function readRange<T>(
  serde: Serde<T>,
  buffer: Buffer,
  start: number,
  end: number,
  topic: string,
  headers: Headers | undefined,
): T {
  return serde.deserializeRange === undefined
    ? serde.deserialize(buffer.subarray(start, end), topic, headers)
    : serde.deserializeRange(buffer, start, end, topic, headers);
}

/**
 * Values of another serde, or null: the byte 0, or the byte 1 and the value. In `serdes.list` a null is written as Kafka's lists
 * write it.
 *
 * It is for nulls inside of something. A record whose whole value is null is a tombstone, and a row of a store whose value is null is
 * deleted, whatever its serde.
 */
export function optional<T>(inner: Serde<T>): Serde<T | null> {
  return new OptionalSerde(inner);
}
