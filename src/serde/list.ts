/** Lists of values of one serde. */
import { kindAndSize } from '../errors/kind-and-size.js';
import type { Headers } from '../record/headers.js';
import { OptionalSerde, readRange } from './optional.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';

/** How the entries are written: all of one size, or each with its length before it. */
const CONSTANT_SIZE = 0;
const VARIABLE_SIZE = 1;
const NULL_ENTRY = -1;

/** Serdes whose values Kafka's lists write without their lengths: numbers and UUIDs. */
interface OfOneSize {
  readonly listEntryBytes: number;
}

function entryBytesOf(serde: Serde<unknown>): number | null {
  return 'listEntryBytes' in serde ? (serde as Serde<unknown> & OfOneSize).listEntryBytes : null;
}

/** Where in the bytes of a list its reader is. */
class Place {
  constructor(
    readonly buffer: Buffer,
    public at: number,
    readonly end: number,
  ) {}

  byte(): number {
    if (this.at >= this.end) throw tooShort();
    return this.buffer[this.at++] as number;
  }

  int(): number {
    if (this.at + 4 > this.end) throw tooShort();
    const value = this.buffer.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  /** A number of things of which each takes at least `least` bytes. */
  count(what: string, least: number): number {
    const count = this.int();
    if (count < 0) throw undecodable(`a list says that it has a negative number of ${what}`);
    if (count * least > this.end - this.at) throw tooShort();
    return count;
  }
}

function tooShort(): Error {
  return undecodable('a list ends before all of its entries');
}

/**
 * `00, number of nulls (4 bytes), their places (4 each), number of entries (4), entries` for numbers and UUIDs, and
 * `01, number of entries (4), length (4; -1 for null) and bytes of each` for all others.
 * Kafka Streams: `ListSerializer`, `ListDeserializer`.
 */
class ListSerde<T> implements Serde<T[]> {
  readonly inner: Serde<T>;
  readonly keepsNoBytes: boolean;
  private readonly entryBytes: number | null;
  private readonly nullable: boolean;

  constructor(inner: Serde<T>) {
    this.nullable = inner instanceof OptionalSerde;
    this.inner = inner instanceof OptionalSerde ? (inner.inner as Serde<T>) : inner;
    this.entryBytes = entryBytesOf(this.inner);
    this.keepsNoBytes = this.inner.keepsNoBytes === true;
  }

  serialize(list: T[], topic: string, headers?: Headers): Buffer {
    if (!Array.isArray(list)) throw unencodable(`a list is expected, not ${kindAndSize(list)}`);
    const nulls: number[] = [];
    const entries: (Buffer | null)[] = [];
    let size = 0;
    for (let i = 0; i < list.length; i += 1) {
      const value = list[i] as T;
      if (value === null && this.nullable) {
        nulls.push(i);
        entries.push(null);
        continue;
      }
      const bytes = this.inner.serialize(value, topic, headers);
      size += bytes.length;
      entries.push(bytes);
    }
    return this.entryBytes === null ? withLengths(entries, size) : withoutLengths(entries, nulls, size);
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): T[] {
    return this.deserializeRange(bytes, 0, bytes.length, topic, headers);
  }

  deserializeRange(buffer: Buffer, start: number, end: number, topic: string, headers?: Headers): T[] {
    const place = new Place(buffer, start, end);
    const form = place.byte();
    if (form !== CONSTANT_SIZE && form !== VARIABLE_SIZE) {
      throw undecodable(`a list begins with the byte 0 or 1, not ${String(form)}`);
    }
    const list =
      form === CONSTANT_SIZE ? this.readConstant(place, topic, headers) : this.readLengths(place, topic, headers);
    if (place.at === end) return list;
    throw undecodable(
      `a list of ${String(list.length)} ends ${String(end - place.at)} bytes before the end of the value`,
    );
  }

  private readConstant(place: Place, topic: string, headers: Headers | undefined): T[] {
    if (this.entryBytes === null)
      throw undecodable('a list without the lengths of its entries is one of numbers or UUIDs');
    const nulls = new Set<number>();
    for (let left = place.count('nulls', 4); left > 0; left -= 1) nulls.add(place.int());
    const count = place.count('entries', 0);
    if ((count - nulls.size) * this.entryBytes > place.end - place.at) throw tooShort();
    const list: T[] = [];
    for (let i = 0; i < count; i += 1)
      list.push(nulls.has(i) ? this.readNull() : this.read(place, this.entryBytes, topic, headers));
    return list;
  }

  private readLengths(place: Place, topic: string, headers: Headers | undefined): T[] {
    const count = place.count('entries', 4);
    const list: T[] = [];
    for (let i = 0; i < count; i += 1) {
      const length = place.int();
      if (length < NULL_ENTRY) throw undecodable('an entry of a list says that it has a negative number of bytes');
      list.push(length === NULL_ENTRY ? this.readNull() : this.read(place, length, topic, headers));
    }
    return list;
  }

  private readNull(): T {
    if (this.nullable) return null as T;
    throw undecodable('an entry of a list is null; serdes.list(serdes.optional(…)) reads such lists');
  }

  private read(place: Place, length: number, topic: string, headers: Headers | undefined): T {
    const { buffer, at } = place;
    if (at + length > place.end) throw tooShort();
    place.at = at + length;
    return readRange(this.inner, buffer, at, at + length, topic, headers);
  }
}

function withLengths(entries: readonly (Buffer | null)[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(5 + 4 * entries.length + size);
  bytes[0] = VARIABLE_SIZE;
  let at = bytes.writeInt32BE(entries.length, 1);
  for (const entry of entries) {
    at = bytes.writeInt32BE(entry === null ? NULL_ENTRY : entry.length, at);
    if (entry !== null) at += entry.copy(bytes, at);
  }
  return bytes;
}

function withoutLengths(entries: readonly (Buffer | null)[], nulls: readonly number[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(9 + 4 * nulls.length + size);
  bytes[0] = CONSTANT_SIZE;
  let at = bytes.writeInt32BE(nulls.length, 1);
  for (const place of nulls) at = bytes.writeInt32BE(place, at);
  at = bytes.writeInt32BE(entries.length, at);
  for (const entry of entries) if (entry !== null) at += entry.copy(bytes, at);
  return bytes;
}

/**
 * Lists of values of one serde, byte for byte as Kafka writes them. Nulls among the entries need `serdes.list(serdes.optional(…))`.
 * Kafka Streams: `Serdes.ListSerde(ArrayList.class, inner)`.
 */
export function list<T>(inner: Serde<T>): Serde<T[]> {
  return new ListSerde(inner);
}
