/** Reads Kafka's primitive types out of a response. A response that does not hold what its schema says is an error, never garbage. */
import { MillraceError } from '../../errors/error.js';

const TWO_TO_32 = 0x1_0000_0000;

export class ByteReader {
  private readonly buffer: Buffer;
  private readonly what: string;
  private position: number;

  /** @param what names the bytes in errors, e.g. `JoinGroup response` */
  constructor(buffer: Buffer, what: string) {
    this.buffer = buffer;
    this.what = what;
    this.position = 0;
  }

  get remaining(): number {
    return this.buffer.length - this.position;
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1));
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  int16(): number {
    return this.buffer.readInt16BE(this.take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4));
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4));
  }

  /** As a number: exact within ±2^53, which holds for every offset and timestamp; beyond that rounded. */
  int64(): number {
    const at = this.take(8);
    return this.buffer.readInt32BE(at) * TWO_TO_32 + this.buffer.readUInt32BE(at + 4);
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.take(8));
  }

  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer.readUInt8(this.take(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw this.malformed('a varint of more than five bytes');
  }

  varint(): number {
    const value = this.uvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag, as a number: exact within ±2^52. */
  varlong(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.buffer.readUInt8(this.take(1));
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 0x80;
    }
    throw this.malformed('a varlong of more than ten bytes');
  }

  string(): string {
    return this.present(this.nullableString(), 'string');
  }

  nullableString(): string | null {
    const size = this.int16();
    return size < 0 ? null : this.utf8(size);
  }

  /** A view into the response, not a copy. */
  bytes(): Buffer {
    return this.present(this.nullableBytes(), 'byte string');
  }

  nullableBytes(): Buffer | null {
    const size = this.int32();
    return size < 0 ? null : this.raw(size);
  }

  array<T>(read: (reader: this) => T): T[] {
    return this.present(this.nullableArray(read), 'array');
  }

  nullableArray<T>(read: (reader: this) => T): T[] | null {
    const count = this.int32();
    return count < 0 ? null : this.items(count, read);
  }

  compactString(): string {
    return this.present(this.compactNullableString(), 'string');
  }

  compactNullableString(): string | null {
    const size = this.uvarint() - 1;
    return size < 0 ? null : this.utf8(size);
  }

  compactBytes(): Buffer {
    return this.present(this.compactNullableBytes(), 'byte string');
  }

  compactNullableBytes(): Buffer | null {
    const size = this.uvarint() - 1;
    return size < 0 ? null : this.raw(size);
  }

  compactArray<T>(read: (reader: this) => T): T[] {
    return this.present(this.compactNullableArray(read), 'array');
  }

  compactNullableArray<T>(read: (reader: this) => T): T[] | null {
    const count = this.uvarint() - 1;
    return count < 0 ? null : this.items(count, read);
  }

  /** Steps over the tagged fields at the end of a struct; we know none. */
  skipTags(): void {
    const count = this.uvarint();
    for (let i = 0; i < count; i++) {
      this.uvarint();
      this.raw(this.uvarint());
    }
  }

  raw(size: number): Buffer {
    const at = this.take(size);
    return this.buffer.subarray(at, at + size);
  }

  private items<T>(count: number, read: (reader: this) => T): T[] {
    // Each item has at least one byte: a count beyond that is damage, and must not become an allocation.
    if (count > this.remaining)
      throw this.malformed(`an array of ${String(count)} items in ${String(this.remaining)} bytes`);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read(this));
    return items;
  }

  private utf8(size: number): string {
    const at = this.take(size);
    return this.buffer.toString('utf8', at, at + size);
  }

  private present<T>(value: T | null, kind: string): T {
    if (value === null) throw this.malformed(`null where a ${kind} must be`);
    return value;
  }

  private take(size: number): number {
    const at = this.position;
    if (size > this.buffer.length - at) {
      throw this.malformed(`${String(size)} bytes wanted, ${String(this.buffer.length - at)} left`);
    }
    this.position = at + size;
    return at;
  }

  private malformed(problem: string): MillraceError {
    return new MillraceError(
      'BROKER_PROTOCOL',
      `${this.what} is malformed at byte ${String(this.position)} of ${String(this.buffer.length)}: ${problem}. ` +
        'Check that the address is a Kafka broker and that its version is supported.',
    );
  }
}
