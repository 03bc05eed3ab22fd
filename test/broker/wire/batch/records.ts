/** Records as plain values, and the two ways between them and batches, for the tests. */
import { AbortedFilter, type AbortedTransaction } from '../../../../src/broker/wire/batch/aborted-filter.js';
import { BatchBuilder, stampProducer, type BufferLender } from '../../../../src/broker/wire/batch/batch-builder.js';
import { BatchCursor } from '../../../../src/broker/wire/batch/batch-cursor.js';
import { ATTRIBUTES, BASE_OFFSET, CONTROL, CRC, writeInt64 } from '../../../../src/broker/wire/batch/batch-header.js';
import { crc32c } from '../../../../src/broker/wire/batch/crc32c.js';
import { codecNumber, loadCodecs, loadedCodec } from '../../../../src/broker/wire/compression/codecs.js';
import type { Compression } from '../../../../src/broker/port.js';
import { NO_HEADERS, type Headers } from '../../../../src/record/headers.js';

export interface PlainRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

export interface NewRecord {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly headers?: Headers;
  readonly timestamp?: number;
}

export interface BatchSettings {
  readonly baseOffset?: number;
  readonly producerId?: number;
  readonly epoch?: number;
  readonly sequence?: number;
  readonly transactional?: boolean;
  readonly compression?: Compression;
}

/** Lends what it is asked for, exactly. */
export const exactLender: BufferLender = { take: (size) => Buffer.alloc(size, 0xee), give: () => undefined };

export async function makeBatch(records: readonly NewRecord[], settings: BatchSettings = {}): Promise<Buffer> {
  const { baseOffset = 0, producerId = -1, epoch = 0, sequence = 0, transactional = false } = settings;
  const { compression = 'none' } = settings;
  const builder = new BatchBuilder(exactLender, 0);
  for (const { key = null, value = null, headers = NO_HEADERS, timestamp = 1 } of records) {
    builder.append(bytes(key), bytes(value), headers, timestamp, Infinity);
  }
  const codec = codecNumber(compression);
  await loadCodecs(1 << codec);
  const batch = builder.seal(codec === 0 ? null : loadedCodec(codec), codec).bytes;
  stampProducer(batch, producerId, epoch, sequence, transactional);
  return at(batch, baseOffset);
}

/** A control batch as the transaction coordinator writes it. */
export async function makeMarker(type: 'abort' | 'commit', producerId: number, baseOffset: number): Promise<Buffer> {
  const builder = new BatchBuilder(exactLender, 0);
  builder.append(Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]), Buffer.alloc(6), NO_HEADERS, 1, Infinity);
  const batch = builder.seal(null, 0).bytes;
  stampProducer(batch, producerId, 0, -1, true);
  batch.writeInt16BE(batch.readInt16BE(ATTRIBUTES) | CONTROL, ATTRIBUTES);
  return at(sealAgain(batch), baseOffset);
}

/** Sets the base offset, which the checksum does not cover. */
export function at(batch: Buffer, baseOffset: number): Buffer {
  writeInt64(batch, baseOffset, BASE_OFFSET);
  return batch;
}

/** Makes the checksum right again after a batch was tampered with. */
export function sealAgain(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch, ATTRIBUTES, batch.length), CRC);
  return batch;
}

export function cursorOver(
  source: Buffer,
  options: { readonly from?: number; readonly aborted?: readonly AbortedTransaction[] } = {},
): BatchCursor {
  const filter = options.aborted === undefined ? null : new AbortedFilter(options.aborted);
  return new BatchCursor(source, 0, source.length, { topic: 'orders', partition: 3 }, options.from ?? 0, filter);
}

export function current(cursor: BatchCursor): PlainRecord {
  const { buffer, keyStart, keyEnd, valueStart, valueEnd, offset, timestamp } = cursor;
  return {
    offset,
    timestamp,
    key: keyStart < 0 ? null : buffer.toString('utf8', keyStart, keyEnd),
    value: valueStart < 0 ? null : buffer.toString('utf8', valueStart, valueEnd),
    headers: cursor.headers(),
  };
}

export function readAll(cursor: BatchCursor): PlainRecord[] {
  const records: PlainRecord[] = [];
  while (cursor.next()) records.push(current(cursor));
  return records;
}

export function values(cursor: BatchCursor): (string | null)[] {
  return readAll(cursor).map(({ value }) => value);
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}
