/** Numbers of a fixed width, big-endian as Java writes them. */
import { kindAndSize } from '../errors/kind-and-size.js';
import { NodeBuffer } from '../record/node-buffer.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';

/** How one kind of number is checked, written and read. */
interface Format<T> {
  /** As it stands in messages: `a long`. */
  readonly name: string;
  readonly bytes: number;
  /** What is wrong with a value, or null. */
  readonly refuse: (value: T) => string | null;
  /** Of the whole numbers that it takes. */
  readonly range?: readonly [least: T, most: T];
  /** What the bytes keep of a value, where that is not all of it. */
  readonly round?: (value: T) => T;
  readonly write: (buffer: Buffer, value: T) => void;
  readonly read: (buffer: Buffer, at: number) => T;
}

class FixedWidthSerde<T> implements Serde<T> {
  readonly immutable = true;
  readonly keepsNoBytes = true;

  /** Lists leave out the length of each entry, as Kafka's do. */
  readonly listEntryBytes: number;

  constructor(private readonly format: Format<T>) {
    this.listEntryBytes = format.bytes;
  }

  normalize(value: T): T {
    const { name, refuse, round, range = [] } = this.format;
    const problem = refuse(value);
    if (problem !== null)
      throw unencodable(`${name} ${problem}, not ${kindAndSize(value, ...(range as [number, number] | []))}`);
    return round === undefined ? value : round(value);
  }

  serialize(value: T): Buffer {
    this.normalize(value);
    const buffer = NodeBuffer.allocUnsafe(this.format.bytes);
    this.format.write(buffer, value);
    return buffer;
  }

  deserialize(bytes: Buffer): T {
    return this.deserializeRange(bytes, 0, bytes.length);
  }

  deserializeRange(buffer: Buffer, start: number, end: number): T {
    const { name, bytes, read } = this.format;
    if (end - start !== bytes) throw undecodable(`${name} has ${String(bytes)} bytes, not ${String(end - start)}`);
    return read(buffer, start);
  }
}

function notANumber(value: number): string | null {
  return typeof value === 'number' ? null : 'must be a number';
}

function wholeNumbers(least: number, most: number): Pick<Format<number>, 'refuse' | 'range'> {
  return {
    range: [least, most],
    refuse: (value) =>
      Number.isInteger(value) && value >= least && value <= most
        ? null
        : `must be a whole number from ${String(least)} to ${String(most)}`,
  };
}

const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

/** Reads eight bytes as a whole number; `null` when a number cannot hold it exactly. */
function readSafeLong(buffer: Buffer, at: number): number | null {
  const value = buffer.readInt32BE(at) * 4_294_967_296 + buffer.readUInt32BE(at + 4);
  return Number.isSafeInteger(value) ? value : null;
}

/** Whole numbers have one zero only: what a store holds is the number that is read again. */
function withoutMinusZero(value: number): number {
  return value + 0;
}

const doubles = new FixedWidthSerde<number>({
  name: 'a double',
  bytes: 8,
  refuse: notANumber,
  write: (buffer, value) => buffer.writeDoubleBE(value),
  read: (buffer, at) => buffer.readDoubleBE(at),
});

const floats = new FixedWidthSerde<number>({
  name: 'a float',
  bytes: 4,
  refuse: notANumber,
  round: Math.fround,
  write: (buffer, value) => buffer.writeFloatBE(value),
  read: (buffer, at) => buffer.readFloatBE(at),
});

const ints = new FixedWidthSerde<number>({
  name: 'an int',
  bytes: 4,
  ...wholeNumbers(-2_147_483_648, 2_147_483_647),
  round: withoutMinusZero,
  write: (buffer, value) => buffer.writeInt32BE(value),
  read: (buffer, at) => buffer.readInt32BE(at),
});

const shorts = new FixedWidthSerde<number>({
  name: 'a short',
  bytes: 2,
  ...wholeNumbers(-32_768, 32_767),
  round: withoutMinusZero,
  write: (buffer, value) => buffer.writeInt16BE(value),
  read: (buffer, at) => buffer.readInt16BE(at),
});

const longs = new FixedWidthSerde<number>({
  name: 'a long',
  bytes: 8,
  range: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  refuse: (value) =>
    Number.isSafeInteger(value)
      ? null
      : 'must be a whole number within plus or minus 2^53 - 1 (use serdes.bigint() beyond)',
  round: withoutMinusZero,
  write: (buffer, value) => {
    buffer.writeInt32BE(Math.floor(value / 4_294_967_296), 0);
    buffer.writeUInt32BE(value - Math.floor(value / 4_294_967_296) * 4_294_967_296, 4);
  },
  read: (buffer, at) => {
    const value = readSafeLong(buffer, at);
    if (value === null) {
      throw undecodable('a long is beyond what a number holds exactly (plus or minus 2^53 - 1); use serdes.bigint()');
    }
    return value;
  },
});

const bigints = new FixedWidthSerde<bigint>({
  name: 'a long',
  bytes: 8,
  range: [LEAST_LONG, MOST_LONG],
  refuse: (value) =>
    typeof value === 'bigint' && value >= LEAST_LONG && value <= MOST_LONG ? null : 'must be a bigint of 64 bits',
  write: (buffer, value) => buffer.writeBigInt64BE(value),
  read: (buffer, at) => buffer.readBigInt64BE(at),
});

/** 64-bit floating point. Kafka Streams: `Serdes.Double()`. */
export function double(): Serde<number> {
  return doubles;
}

/** 32-bit floating point; values are rounded to it. Kafka Streams: `Serdes.Float()`. */
export function float(): Serde<number> {
  return floats;
}

/** Whole numbers of 32 bits. Kafka Streams: `Serdes.Integer()`. */
export function int(): Serde<number> {
  return ints;
}

/** Whole numbers of 16 bits. Kafka Streams: `Serdes.Short()`. */
export function short(): Serde<number> {
  return shorts;
}

/**
 * Whole numbers of 64 bits as `number`: an error beyond plus or minus 2^53 - 1, never a rounded value.
 * Kafka Streams: `Serdes.Long()`.
 */
export function long(): Serde<number> {
  return longs;
}

/** Whole numbers of 64 bits as `bigint`. Kafka Streams: `Serdes.Long()`. */
export function bigint(): Serde<bigint> {
  return bigints;
}
