/** Walks the records of fetched bytes, the first step of every record's way: no object, closure or copy per record. */
import { NO_HEADERS, type Headers } from '../../../record/headers.js';
import { MillraceError } from '../../../errors/error.js';
import type { RecordCursor, TopicPartition } from '../../port.js';
import { loadedCodec } from '../compression/codecs.js';
import type { AbortedFilter } from './aborted-filter.js';
import {
  ATTRIBUTES,
  BASE_OFFSET,
  BASE_TIMESTAMP,
  CODEC_MASK,
  CONTROL,
  CRC,
  LAST_OFFSET_DELTA,
  LOG_APPEND_TIME,
  MAGIC,
  MAX_TIMESTAMP,
  PRODUCER_ID,
  RECORD_COUNT,
  RECORDS,
  SMALLEST_HEAD,
  TRANSACTIONAL,
  batchSize,
  readInt64,
} from './batch-header.js';
import { crc32c } from './crc32c.js';
import { recordCorrupt } from './record-corrupt.js';
import { decodeHeaders } from './record-headers.js';
import { readExactVarlong, readUnsignedVarint, readVarlong, varintEnd } from './varint.js';

/** Attributes, timestamp, offset, key, value and header count take a byte each at least. */
const SMALLEST_RECORD = 6;

const MOST = Number.MAX_SAFE_INTEGER;

/**
 * A cursor over `source[start, end)`: whole record batches one after the other, of which the last may be cut off, as
 * the broker does at the size asked for; it is not shown then. See `RecordCursor` for how it is used.
 *
 * Checksums are checked and batches decompressed when the cursor comes to them, so a batch that nobody reads costs
 * nothing. The codecs that the bytes need must have been loaded before (`codecsNeeded` of `scanBatches`).
 */
export class BatchCursor implements RecordCursor {
  offset = -1;
  timestamp = -1;
  exactTimestamp: bigint | null = null;
  buffer: Buffer;
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;

  private headersStart = 0;
  private headersEnd = 0;
  /** The next record, in `buffer`. */
  private position = 0;
  private recordsEnd = 0;
  private recordsLeft = 0;
  private baseOffset = 0;
  private baseTimestamp = 0;
  private logAppendTime = false;
  /** Times of the batch may be beyond what a number holds: each is read as all of its 64 bits. */
  private wide = false;
  /** The batch being read, in `source`. */
  private thisBatch = 0;
  /** The next batch, in `source`. */
  private nextBatch: number;
  private failure: MillraceError | null = null;

  /**
   * @param from records before this offset are skipped: a batch may begin before the offset that was asked for
   * @param aborted hides aborted transactions; null shows them
   */
  constructor(
    private readonly source: Buffer,
    start: number,
    private readonly sourceEnd: number,
    private readonly place: TopicPartition,
    private readonly from: number,
    private readonly aborted: AbortedFilter | null,
  ) {
    this.buffer = source;
    this.nextBatch = start;
  }

  next(): boolean {
    do {
      while (this.recordsLeft === 0) {
        if (!this.enterBatch()) return false;
      }
      this.recordsLeft--;
      this.readRecord();
    } while (this.offset < this.from);
    return true;
  }

  headers(): Headers {
    const start = this.headersStart;
    // Most records have none: a count of zero is a single zero byte.
    if (this.headersEnd === start + 1 && this.buffer[start] === 0) return NO_HEADERS;
    try {
      return decodeHeaders(this.buffer, start, this.headersEnd);
    } catch (cause) {
      throw recordCorrupt(this.place, this.offset, `headers of a record: ${(cause as Error).message}`, cause);
    }
  }

  private readRecord(): void {
    const b = this.buffer;
    let at = this.position;

    let raw = b[at++]!;
    if (raw >= 0x80) {
      const second = b[at]!;
      if (second < 0x80) {
        raw = (raw & 0x7f) | (second << 7);
        at++;
      } else {
        raw = readUnsignedVarint(b, at - 1);
        at = varintEnd();
      }
    }
    const size = (raw >>> 1) ^ -(raw & 1);
    const end = at + size;
    if (size < SMALLEST_RECORD || end > this.recordsEnd) this.corrupt(`a record of ${size} bytes`);

    at++; // attributes: none are defined for a record

    raw = b[at++]!;
    let timestampDelta: number;
    if (raw < 0x80) {
      timestampDelta = (raw >>> 1) ^ -(raw & 1);
    } else {
      const second = b[at]!;
      if (second < 0x80) {
        raw = (raw & 0x7f) | (second << 7);
        timestampDelta = (raw >>> 1) ^ -(raw & 1);
        at++;
      } else {
        timestampDelta = this.longDelta(at - 1);
        at = varintEnd();
      }
    }

    raw = b[at++]!;
    if (raw >= 0x80) {
      const second = b[at]!;
      if (second < 0x80) {
        raw = (raw & 0x7f) | (second << 7);
        at++;
      } else {
        raw = readUnsignedVarint(b, at - 1);
        at = varintEnd();
      }
    }
    this.offset = this.baseOffset + ((raw >>> 1) ^ -(raw & 1));
    this.timestamp = this.logAppendTime ? this.baseTimestamp : this.baseTimestamp + timestampDelta;
    if (this.wide) this.readWideTimestamp();

    raw = b[at++]!;
    if (raw >= 0x80) {
      raw = readUnsignedVarint(b, at - 1);
      at = varintEnd();
    }
    const keySize = (raw >>> 1) ^ -(raw & 1);
    if (keySize < 0) {
      this.keyStart = -1;
      this.keyEnd = -1;
    } else {
      this.keyStart = at;
      at += keySize;
      this.keyEnd = at;
    }

    // A key beyond the record makes this read elsewhere; the check below finds that out before anyone sees it.
    raw = b[at++]!;
    if (raw >= 0x80) {
      const second = b[at]!;
      if (second < 0x80) {
        raw = (raw & 0x7f) | (second << 7);
        at++;
      } else {
        raw = readUnsignedVarint(b, at - 1);
        at = varintEnd();
      }
    }
    const valueSize = (raw >>> 1) ^ -(raw & 1);
    if (valueSize < 0) {
      this.valueStart = -1;
      this.valueEnd = -1;
    } else {
      this.valueStart = at;
      at += valueSize;
      this.valueEnd = at;
    }

    // One byte at least for the number of headers.
    if (at >= end) this.corrupt(`a record whose key or value is longer than the record`);
    this.headersStart = at;
    this.headersEnd = end;
    this.position = end;
    if (this.recordsLeft === 0 && end !== this.recordsEnd) {
      this.corrupt(`${this.recordsEnd - end} bytes follow the last record`);
    }
  }

  /** Three to four bytes cover nine hours between the records of a batch; only what is longer needs 64 bits. */
  private longDelta(at: number): number {
    if (this.buffer[at + 2]! < 0x80 || this.buffer[at + 3]! < 0x80) {
      const raw = readUnsignedVarint(this.buffer, at);
      return (raw >>> 1) ^ -(raw & 1);
    }
    return readVarlong(this.buffer, at);
  }

  /** A number for comparing, and beside it what it does not hold. */
  private readWideTimestamp(): void {
    const head = this.thisBatch + (this.logAppendTime ? MAX_TIMESTAMP : BASE_TIMESTAMP);
    let exact = this.source.readBigInt64BE(head);
    if (!this.logAppendTime) {
      readUnsignedVarint(this.buffer, this.position); // size
      exact = BigInt.asIntN(64, exact + readExactVarlong(this.buffer, varintEnd() + 1));
    }
    this.timestamp = Number(exact);
    this.exactTimestamp = Number.isSafeInteger(this.timestamp) ? null : exact;
  }

  /** Steps to the next batch and opens it if its records are to be shown. False at the end of the bytes. */
  private enterBatch(): boolean {
    if (this.failure !== null) throw this.failure;
    const source = this.source;
    const start = this.nextBatch;
    if (this.sourceEnd - start < SMALLEST_HEAD) return false;
    const end = start + batchSize(source, start);
    this.baseOffset = readInt64(source, start + BASE_OFFSET);
    this.offset = this.baseOffset;
    const magic = source[start + MAGIC]!;
    if (magic !== 2) this.corrupt(unreadableMagic(magic));
    if (end - start < RECORDS) this.corrupt(`a batch of ${end - start} bytes`);
    if (end > this.sourceEnd) return false;
    const checksum = crc32c(source, start + ATTRIBUTES, end);
    const expected = source.readUInt32BE(start + CRC);
    if (checksum !== expected) this.corrupt(`its checksum is ${checksum} where its head says ${expected}`);
    this.nextBatch = end;

    const attributes = source.readInt16BE(start + ATTRIBUTES);
    if (this.aborted !== null && (attributes & (TRANSACTIONAL | CONTROL)) !== 0) {
      const last = this.baseOffset + source.readInt32BE(start + LAST_OFFSET_DELTA);
      const producer = readInt64(source, start + PRODUCER_ID);
      this.aborted.reach(last);
      if ((attributes & CONTROL) !== 0) this.aborted.passMarker(producer, this.isAbortMarker(start, end));
      else if (this.aborted.hides(producer)) return true;
    }
    if ((attributes & CONTROL) !== 0) return true;

    const count = source.readInt32BE(start + RECORD_COUNT);
    if (count < 0) this.corrupt(`a batch of ${count} records`);
    this.open(start, end, attributes & CODEC_MASK);
    if (count === 0 && this.position !== this.recordsEnd) this.corrupt('bytes in a batch without records');
    this.logAppendTime = (attributes & LOG_APPEND_TIME) !== 0;
    // With log append time the broker sets the maximum only, and it holds for every record.
    this.baseTimestamp = readInt64(source, start + (this.logAppendTime ? MAX_TIMESTAMP : BASE_TIMESTAMP));
    // What is added to a base below zero may be as large as what is added to one beyond the safe numbers.
    this.wide = this.baseTimestamp < 0 || Math.max(this.baseTimestamp, readInt64(source, start + MAX_TIMESTAMP)) > MOST;
    this.thisBatch = start;
    this.exactTimestamp = null;
    this.recordsLeft = count;
    return true;
  }

  private open(start: number, end: number, codec: number): void {
    if (codec === 0 || end === start + RECORDS) {
      this.buffer = this.source;
      this.position = start + RECORDS;
      this.recordsEnd = end;
      return;
    }
    try {
      this.buffer = loadedCodec(codec).decompress(this.source.subarray(start + RECORDS, end));
    } catch (cause) {
      if (MillraceError.is(cause)) throw cause;
      this.corrupt(`it cannot be decompressed (${(cause as Error).message})`, cause);
    }
    this.position = 0;
    this.recordsEnd = this.buffer.length;
  }

  /** A control batch holds one record; its key is a version and a type, both int16. Type 0 aborts, 1 commits. */
  private isAbortMarker(start: number, end: number): boolean {
    const b = this.source;
    let at = start + RECORDS;
    readUnsignedVarint(b, at); // size
    at = varintEnd() + 1; // attributes
    readVarlong(b, at); // timestamp
    readUnsignedVarint(b, varintEnd()); // offset
    const keySize = readUnsignedVarint(b, varintEnd()) >>> 1;
    at = varintEnd();
    if (keySize < 4 || at + 4 > end) this.corrupt(`a control record with a key of ${keySize} bytes`);
    return b.readInt16BE(at + 2) === 0;
  }

  /** Remembers the error: a cursor that failed must not go on as if it had come to its end. */
  private corrupt(problem: string, cause?: unknown): never {
    this.recordsLeft = 0;
    this.failure = recordCorrupt(this.place, this.offset, problem, cause);
    throw this.failure;
  }
}

function unreadableMagic(magic: number): string {
  return magic < 2
    ? `it is in the message format ${magic} of Kafka before 0.11, which is not read here; copy the topic with a current producer`
    : `it is in the record format ${magic}, which this version does not know`;
}
