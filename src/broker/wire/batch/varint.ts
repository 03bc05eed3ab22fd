/** Variable-length integers of record bodies, for hot loops: positions go in and out as numbers, nothing is allocated. */

/**
 * A position beyond any buffer, so that a varint without an end fails the bounds check that its caller makes anyway.
 * Small enough to be added to without leaving V8's small integers.
 */
const NOWHERE = 0x1fff_ffff;

let end = 0;

/** Where the varint ends that was read last. */
export function varintEnd(): number {
  return end;
}

/**
 * Reads up to five bytes as an unsigned number of 32 bits, still zigzag. The end is in `varintEnd()`; callers check it
 * against their bounds, since reading beyond the buffer gives zeros.
 */
export function readUnsignedVarint(buffer: Buffer, start: number): number {
  let at = start;
  let byte = buffer[at++]!;
  let value = byte & 0x7f;
  for (let shift = 7; byte >= 0x80; shift += 7) {
    if (shift > 28) {
      end = NOWHERE;
      return 0;
    }
    byte = buffer[at++]!;
    value |= (byte & 0x7f) << shift;
  }
  end = at;
  return value;
}

/** Reads up to ten bytes as a signed number, exact within ±2^53. The end is in `varintEnd()`. */
export function readVarlong(buffer: Buffer, start: number): number {
  return Number(readExactVarlong(buffer, start));
}

/** As {@link readVarlong}, with all 64 bits. */
export function readExactVarlong(buffer: Buffer, start: number): bigint {
  let at = start;
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = buffer[at++]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (!(byte >= 0x80)) {
      end = at;
      return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
  }
  end = NOWHERE;
  return 0n;
}

/** Bytes of a zigzag varint of a 32-bit number. */
export function varintSize(value: number): number {
  const raw = (value << 1) ^ (value >> 31);
  if ((raw & 0xffff_ff80) === 0) return 1;
  if ((raw & 0xffff_c000) === 0) return 2;
  if ((raw & 0xffe0_0000) === 0) return 3;
  return (raw & 0xf000_0000) === 0 ? 4 : 5;
}

/** Writes a 32-bit number as a zigzag varint and returns the position after it. */
export function writeVarint(buffer: Buffer, start: number, value: number): number {
  let at = start;
  let rest = (value << 1) ^ (value >> 31);
  while ((rest & 0xffff_ff80) !== 0) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

const INT32_LIMIT = 0x8000_0000;

/** Bytes of a zigzag varlong of a whole number within ±2^52. */
export function varlongSize(value: number): number {
  if (value >= -INT32_LIMIT && value < INT32_LIMIT) return varintSize(value);
  let size = 1;
  for (let rest = zigzag(value); rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes a whole number within ±2^52 as a zigzag varlong and returns the position after it. */
export function writeVarlong(buffer: Buffer, start: number, value: number): number {
  if (value >= -INT32_LIMIT && value < INT32_LIMIT) return writeVarint(buffer, start, value);
  let at = start;
  let rest = zigzag(value);
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) buffer[at++] = (rest % 0x80) | 0x80;
  buffer[at++] = rest;
  return at;
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}
