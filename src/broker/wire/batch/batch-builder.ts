/** Turns appended records into a record batch: each is written once, straight into the bytes that go to the broker. */
import { MillraceError } from '../../../errors/error.js';
import { kindAndSize } from '../../../errors/kind-and-size.js';
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import type { CompressionCodec } from '../compression/codec.js';
import {
  ATTRIBUTES,
  BASE_OFFSET,
  BASE_SEQUENCE,
  BASE_TIMESTAMP,
  BATCH_LENGTH,
  CRC,
  LAST_OFFSET_DELTA,
  LEADER_EPOCH,
  LENGTH_PREFIX,
  MAGIC,
  MAX_TIMESTAMP,
  PRODUCER_EPOCH,
  PRODUCER_ID,
  RECORD_COUNT,
  RECORDS,
  TRANSACTIONAL,
  writeInt64,
} from './batch-header.js';
import { crc32c } from './crc32c.js';
import { encodeHeaders, headersSize } from './record-headers.js';
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.js';

/** Up to this size a loop of ours copies faster than the call into V8's copy (measured on keys and small values). */
const COPY_BY_HAND = 24;

/** Largest difference of times within a batch: beyond it, zigzag would leave the safe numbers. */
const MOST_DIFFERENCE = 2 ** 52;

/** Lends the buffers that batches are built in, so that a busy producer does not allocate one for each batch. */
export interface BufferLender {
  /** A buffer of at least this size. */
  take(size: number): Buffer;
  give(buffer: Buffer): void;
}

/** A batch that takes no more records. */
export interface SealedBatch {
  /** A view of `storage`: the batch as it goes to the broker. */
  readonly bytes: Buffer;
  /** What to give back to the lender when the batch is not needed any more. */
  readonly storage: Buffer;
}

/** One batch in the making. */
export class BatchBuilder {
  count = 0;
  /** Bytes written so far, the head included. */
  size = RECORDS;
  private buffer: Buffer;
  /** A number unless it is beyond the safe ones. */
  private firstTimestamp: number | bigint = 0;
  private maxTimestamp: number | bigint = 0;

  constructor(
    private readonly lender: BufferLender,
    firstSize: number,
  ) {
    this.buffer = lender.take(Math.max(firstSize, RECORDS));
  }

  /**
   * Adds a record, unless the batch holds some already and would grow beyond `limit` bytes, or its times lie too far apart
   * for exact differences; then false.
   * The first record is always taken: only the broker knows how large a batch may be.
   * @param timestamp a `bigint` where it is beyond the safe numbers
   * @throws MillraceError HEADER_INVALID, TIMESTAMP_INVALID; then nothing was added
   */
  append(
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
    limit: number,
  ): boolean {
    if (typeof timestamp === 'number' && !Number.isSafeInteger(timestamp)) throw invalidTime(timestamp);
    const count = this.count;
    const timestampDelta = count === 0 ? 0 : difference(timestamp, this.firstTimestamp);
    if (timestampDelta > MOST_DIFFERENCE || timestampDelta < -MOST_DIFFERENCE) return false;
    const keySize = key === null ? -1 : key.length;
    const valueSize = value === null ? -1 : value.length;

    let size = 1 + varlongSize(timestampDelta) + varintSize(count) + varintSize(keySize) + varintSize(valueSize);
    if (keySize > 0) size += keySize;
    if (valueSize > 0) size += valueSize;
    size += headers === NO_HEADERS ? 1 : headersSize(headers);
    const end = this.size + varintSize(size) + size;
    if (end > limit && count > 0) return false;
    if (end > this.buffer.length) this.grow(end);

    const b = this.buffer;
    let at = writeVarint(b, this.size, size);
    b[at++] = 0;
    at = writeVarlong(b, at, timestampDelta);
    at = writeVarint(b, at, count);
    at = writeVarint(b, at, keySize);
    if (key !== null) at = copy(key, b, at);
    at = writeVarint(b, at, valueSize);
    if (value !== null) at = copy(value, b, at);
    if (headers === NO_HEADERS) b[at] = 0;
    else encodeHeaders(headers, b, at);

    this.size = end;
    this.count = count + 1;
    if (count === 0) {
      this.firstTimestamp = timestamp;
      this.maxTimestamp = timestamp;
    } else if (timestamp > this.maxTimestamp) {
      this.maxTimestamp = timestamp;
    }
    return true;
  }

  /**
   * Adds a record of another batch, whose part from the size of its key to the end of its headers is encoded already. All
   * must be of one batch: they keep its base timestamp and their differences to it.
   */
  appendEncoded(source: Buffer, start: number, end: number, base: number | bigint, timestampDelta: number): void {
    const count = this.count;
    const size = 1 + varlongSize(timestampDelta) + varintSize(count) + (end - start);
    const next = this.size + varintSize(size) + size;
    if (next > this.buffer.length) this.grow(next);

    const b = this.buffer;
    let at = writeVarint(b, this.size, size);
    b[at++] = 0;
    at = writeVarlong(b, at, timestampDelta);
    at = writeVarint(b, at, count);
    source.copy(b, at, start, end);

    this.size = next;
    this.count = count + 1;
    this.firstTimestamp = base;
    const sum = typeof base === 'number' ? base + timestampDelta : base + BigInt(timestampDelta);
    const timestamp =
      typeof sum === 'bigint' || Number.isSafeInteger(sum) ? sum : BigInt(base) + BigInt(timestampDelta);
    if (count === 0 || timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
  }

  /** Completes the batch but for its producer (`stampProducer`). The builder is used up afterwards. */
  seal(codec: CompressionCodec | null, codecNumber: number): SealedBatch {
    let storage = this.buffer;
    let size = this.size;
    if (codec !== null) {
      const body = codec.compress(storage.subarray(RECORDS, size));
      this.lender.give(storage);
      size = RECORDS + body.length;
      storage = this.lender.take(size);
      storage.set(body, RECORDS);
    }
    const bytes = storage.subarray(0, size);
    writeInt64(bytes, 0, BASE_OFFSET);
    bytes.writeInt32BE(size - LENGTH_PREFIX, BATCH_LENGTH);
    bytes.writeInt32BE(-1, LEADER_EPOCH);
    bytes[MAGIC] = 2;
    bytes.writeInt16BE(codecNumber, ATTRIBUTES);
    bytes.writeInt32BE(this.count - 1, LAST_OFFSET_DELTA);
    writeInt64(bytes, this.firstTimestamp, BASE_TIMESTAMP);
    writeInt64(bytes, this.maxTimestamp, MAX_TIMESTAMP);
    bytes.writeInt32BE(this.count, RECORD_COUNT);
    return { bytes, storage };
  }

  private grow(needed: number): void {
    const larger = this.lender.take(Math.max(needed, this.buffer.length * 4));
    larger.set(this.buffer.subarray(0, this.size));
    this.lender.give(this.buffer);
    this.buffer = larger;
  }
}

/**
 * Writes who produced a sealed batch, and its checksum. Done again with other numbers when a producer's epoch changes;
 * a batch that is sent again for any other reason keeps its bytes.
 */
export function stampProducer(
  batch: Buffer,
  producerId: number,
  producerEpoch: number,
  baseSequence: number,
  transactional: boolean,
): void {
  const attributes = batch.readInt16BE(ATTRIBUTES);
  batch.writeInt16BE(transactional ? attributes | TRANSACTIONAL : attributes & ~TRANSACTIONAL, ATTRIBUTES);
  writeInt64(batch, producerId, PRODUCER_ID);
  batch.writeInt16BE(producerEpoch, PRODUCER_EPOCH);
  batch.writeInt32BE(baseSequence, BASE_SEQUENCE);
  batch.writeUInt32BE(crc32c(batch, ATTRIBUTES, batch.length), CRC);
}

/** Here, since what is found when the batch is sent would concern nobody's call any more. */
function invalidTime(timestamp: unknown): MillraceError {
  return new MillraceError(
    'TIMESTAMP_INVALID',
    `a record cannot be written with the timestamp ${kindAndSize(timestamp, 0, Number.MAX_SAFE_INTEGER)}; it must be a whole number of ms that can be kept exactly`,
  );
}

function difference(later: number | bigint, earlier: number | bigint): number {
  if (typeof later === 'number' && typeof earlier === 'number') return later - earlier;
  return Number(BigInt(later) - BigInt(earlier));
}

function copy(from: Buffer, to: Buffer, start: number): number {
  const size = from.length;
  if (size > COPY_BY_HAND) {
    to.set(from, start);
  } else {
    for (let i = 0; i < size; i++) to[start + i] = from[i]!;
  }
  return start + size;
}
