/** The fixed head of a record batch (format 2): where its fields lie, and the reading of those that are needed without its records. */

/** Byte offsets from the start of a batch. */
export const BASE_OFFSET = 0;
export const BATCH_LENGTH = 8;
export const LEADER_EPOCH = 12;
export const MAGIC = 16;
export const CRC = 17;
export const ATTRIBUTES = 21;
export const LAST_OFFSET_DELTA = 23;
export const BASE_TIMESTAMP = 27;
export const MAX_TIMESTAMP = 35;
export const PRODUCER_ID = 43;
export const PRODUCER_EPOCH = 51;
export const BASE_SEQUENCE = 53;
export const RECORD_COUNT = 57;
/** Where the records start: the size of the head. */
export const RECORDS = 61;

/** Bytes before what `BATCH_LENGTH` counts. */
export const LENGTH_PREFIX = 12;
/** Offset and length are enough to step over a batch of any format; its magic lies here in all of them. */
export const SMALLEST_HEAD = 17;

export const CODEC_MASK = 0x07;
export const LOG_APPEND_TIME = 0x08;
export const TRANSACTIONAL = 0x10;
export const CONTROL = 0x20;

/** Sequences count records and wrap to 0 after 2^31 - 1. */
export function sequenceAfter(sequence: number, records: number): number {
  return (sequence + records) % 0x8000_0000;
}

const TWO_TO_32 = 0x1_0000_0000;

/** Exact within ±2^53, which every offset is, and every timestamp but a few: those are read as a `bigint`. */
export function readInt64(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * TWO_TO_32 + buffer.readUInt32BE(at + 4);
}

/** @param value a whole number within ±2^53, or a `bigint` of 64 bits */
export function writeInt64(buffer: Buffer, value: number | bigint, at: number): void {
  if (typeof value === 'bigint') {
    buffer.writeBigInt64BE(value, at);
    return;
  }
  const high = Math.floor(value / TWO_TO_32);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * TWO_TO_32, at + 4);
}

/** Bytes of the batch that starts at `at`, its head included; only valid where at least `LENGTH_PREFIX` bytes are there. */
export function batchSize(buffer: Buffer, at: number): number {
  return LENGTH_PREFIX + buffer.readInt32BE(at + BATCH_LENGTH);
}

/** The offset that follows a batch. Compaction may have removed its last records, even all of them: the head still knows. */
export function offsetAfter(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + BASE_OFFSET) + buffer.readInt32BE(at + LAST_OFFSET_DELTA) + 1;
}
