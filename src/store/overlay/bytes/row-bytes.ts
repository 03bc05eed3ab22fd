/** Builds the bytes of a row: one buffer that grows, reused from row to row. */
import { NodeBuffer } from '../../../record/node-buffer.js';

export class RowBytesWriter {
  private buffer = NodeBuffer.allocUnsafe(1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length] = value;
    this.length += 1;
  }

  /** A whole number from 0 to 2^53, seven bits a byte, low bits first. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length] = (rest % 0x80) | 0x80;
      this.length += 1;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.length] = rest;
    this.length += 1;
  }

  /** The same for negative ones too. */
  signed(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** A text as UTF-8 behind the number of its bytes and `more`, as a varint. */
  text(value: string, more: number): void {
    // Where it belongs if each character is one byte, as mostly. Else it may take more bytes to say how many there are.
    this.reserve(16 + value.length * 3);
    const head = this.length;
    const start = head + varintBytes(value.length + more);
    const length = this.buffer.write(value, start, 'utf8');
    const moved = head + varintBytes(length + more);
    if (moved !== start) this.buffer.copyWithin(moved, start, start + length);
    this.varint(length + more);
    this.length += length;
  }

  bytes(value: Buffer): void {
    this.reserve(value.length);
    value.copy(this.buffer, this.length);
    this.length += value.length;
  }

  /** A copy of what was written. */
  take(): Buffer {
    return NodeBuffer.from(this.buffer.subarray(0, this.length));
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = NodeBuffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
}

/** Bytes of a varint. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

/** Reads what {@link RowBytesWriter} wrote. */
export class RowBytesReader {
  constructor(
    readonly buffer: Buffer,
    public at: number,
  ) {}

  get done(): boolean {
    return this.at >= this.buffer.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer.readUInt8(this.at);
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
