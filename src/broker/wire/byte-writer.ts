/** Writes Kafka's primitive types, in their classic and their flexible ("compact") form, into one growing buffer. */

const TWO_TO_32 = 0x1_0000_0000;

/** Big-endian, as everything on Kafka's wire. Every method returns the writer, so that a request reads like its schema. */
export class ByteWriter {
  private buffer: Buffer;
  private length: number;

  /** @param space bytes to start with, or the buffer to write into; what does not fit goes into a new one of twice the size */
  constructor(space: number | Buffer = 256) {
    this.buffer = typeof space === 'number' ? Buffer.allocUnsafe(space) : space;
    this.length = 0;
  }

  get size(): number {
    return this.length;
  }

  /** What was written so far. A view: do not write on while it is in use. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  int8(value: number): this {
    this.room(1);
    this.length = this.buffer.writeInt8(value, this.length);
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  int16(value: number): this {
    this.room(2);
    this.length = this.buffer.writeInt16BE(value, this.length);
    return this;
  }

  int32(value: number): this {
    this.room(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
    return this;
  }

  uint32(value: number): this {
    this.room(4);
    this.length = this.buffer.writeUInt32BE(value, this.length);
    return this;
  }

  /** A whole number within ±2^53: offsets and timestamps are numbers throughout. */
  int64(value: number): this {
    this.room(8);
    const high = Math.floor(value / TWO_TO_32);
    this.buffer.writeInt32BE(high, this.length);
    this.length = this.buffer.writeUInt32BE(value - high * TWO_TO_32, this.length + 4);
    return this;
  }

  float64(value: number): this {
    this.room(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
    return this;
  }

  /** Unsigned, up to 2^32 - 1. */
  uvarint(value: number): this {
    this.room(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
    return this;
  }

  /** Zigzag, 32 bits. */
  varint(value: number): this {
    return this.uvarint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** Zigzag, for whole numbers within ±2^52. */
  varlong(value: number): this {
    this.room(10);
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.length++] = rest;
    return this;
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): this {
    this.room(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  string(value: string): this {
    const size = Buffer.byteLength(value);
    return this.int16(size).utf8(value, size);
  }

  nullableString(value: string | null): this {
    return value === null ? this.int16(-1) : this.string(value);
  }

  bytes(value: Uint8Array): this {
    return this.int32(value.length).raw(value);
  }

  nullableBytes(value: Uint8Array | null): this {
    return value === null ? this.int32(-1) : this.bytes(value);
  }

  array<T>(items: readonly T[], write: (item: T, writer: this) => void): this {
    this.int32(items.length);
    for (const item of items) write(item, this);
    return this;
  }

  nullArray(): this {
    return this.int32(-1);
  }

  compactString(value: string): this {
    const size = Buffer.byteLength(value);
    return this.uvarint(size + 1).utf8(value, size);
  }

  compactNullableString(value: string | null): this {
    return value === null ? this.uvarint(0) : this.compactString(value);
  }

  compactBytes(value: Uint8Array): this {
    return this.uvarint(value.length + 1).raw(value);
  }

  compactNullableBytes(value: Uint8Array | null): this {
    return value === null ? this.uvarint(0) : this.compactBytes(value);
  }

  compactArray<T>(items: readonly T[], write: (item: T, writer: this) => void): this {
    this.uvarint(items.length + 1);
    for (const item of items) write(item, this);
    return this;
  }

  compactNullArray(): this {
    return this.uvarint(0);
  }

  /** The tag buffer that ends each struct of a flexible version; we never send tagged fields. */
  noTags(): this {
    return this.uvarint(0);
  }

  private utf8(value: string, size: number): this {
    this.room(size);
    this.buffer.write(value, this.length, size, 'utf8');
    this.length += size;
    return this;
  }

  private room(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
