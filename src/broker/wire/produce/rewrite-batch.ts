/** Takes a pending batch apart into its records again: to leave some out, or to make two batches of one. */
import { BASE_TIMESTAMP, RECORDS, sequenceAfter } from '../batch/batch-header.js';
import { BatchBuilder, type BufferLender } from '../batch/batch-builder.js';
import { readUnsignedVarint, readVarlong, varintEnd } from '../batch/varint.js';
import type { CompressionCodec } from '../compression/codec.js';
import type { BufferShare } from './buffer-share.js';
import type { UnsentRecords } from './partition-queue.js';
import { PendingBatch, type RecordRun } from './pending-batch.js';
import type { QueueOwner } from './queue-owner.js';

/** Size, attributes, time and number of a record, at most. */
const MOST_PREFIX = 5 + 1 + 10 + 5;

/** Where the records of a batch lie that is not compressed. Only ever sees batches of our own making, so nothing is checked. */
export class RecordWalk {
  /** Of the batch, and what to add to it for the record. */
  readonly baseTimestamp: number | bigint;
  timestampDelta = 0;
  /** From the key's size to the end of the headers: what stays the same wherever the record goes. */
  start = 0;
  end = RECORDS;

  constructor(private readonly bytes: Buffer) {
    const base = bytes.readBigInt64BE(BASE_TIMESTAMP);
    this.baseTimestamp = Number.isSafeInteger(Number(base)) ? Number(base) : base;
  }

  next(): void {
    const raw = readUnsignedVarint(this.bytes, this.end);
    const body = varintEnd();
    this.timestampDelta = readVarlong(this.bytes, body + 1);
    readUnsignedVarint(this.bytes, varintEnd()); // its number in the batch
    this.start = varintEnd();
    this.end = body + (raw >>> 1);
  }
}

/** Where the buffers of batches come from, and where their bytes are counted. */
export interface BatchPlace {
  readonly buffers: BufferLender;
  readonly share: BufferShare;
}

/** Leaves out the records of some writers; afterwards the batch may be empty, and counts as written. */
export function leaveOut(
  queue: UnsentRecords,
  batch: PendingBatch,
  writers: ReadonlySet<QueueOwner>,
  codec: CompressionCodec | null,
  { buffers, share }: BatchPlace,
): void {
  const { runs, count, heldBytes } = batch;
  if (!runs.some(({ writer }) => writer !== null && writers.has(writer))) return;
  const { bytes, storage } = batch.unsealed(codec);
  const walk = new RecordWalk(bytes);
  const target = new BatchBuilder(buffers, bytes.length);
  const left: RecordRun[] = [];
  for (const [i, { writer, from }] of runs.entries()) {
    const end = runs[i + 1]?.from ?? count;
    const stays = writer === null || !writers.has(writer);
    if (stays && end > from) left.push({ writer, from: target.count });
    for (let at = from; at < end; at++) {
      walk.next();
      if (stays) target.appendEncoded(bytes, walk.start, walk.end, walk.baseTimestamp, walk.timestampDelta);
    }
  }
  batch.replace(target, left);
  if (batch.count === 0) batch.written = true;
  buffers.give(storage);
  share.give(queue, heldBytes - batch.heldBytes);
}

/**
 * Makes batches of at most `limit` bytes before compression, a single record excepted, and puts them in its place. What has
 * sequences keeps them: the broker refused the batch, so none of them is used.
 */
export function split(
  queue: UnsentRecords,
  batch: PendingBatch,
  limit: number,
  codec: CompressionCodec | null,
  { codecNumber, transactional }: { readonly codecNumber: number; readonly transactional: boolean },
  { buffers, share }: BatchPlace,
): void {
  const { runs, count, identity, heldBytes } = batch;
  let { baseSequence } = batch;
  const { bytes, storage } = batch.unsealed(codec);
  const walk = new RecordWalk(bytes);
  const parts: PendingBatch[] = [];
  let builder = new BatchBuilder(buffers, limit);
  let first = 0;
  let held = 0;
  const finish = (last: boolean, end: number): void => {
    const own = runsBetween(runs, first, end);
    const part = last ? batch : new PendingBatch(builder, batch.createdAt, own);
    if (last) batch.replace(builder, own);
    else parts.push(part);
    held += part.heldBytes;
    if (identity === null) return;
    part.seal(codec, codecNumber);
    part.stamp(identity, baseSequence, transactional);
    baseSequence = sequenceAfter(baseSequence, part.count);
  };
  for (let at = 0; at < count; at++) {
    walk.next();
    if (builder.count > 0 && builder.size + (walk.end - walk.start) + MOST_PREFIX > limit) {
      finish(false, at);
      builder = new BatchBuilder(buffers, limit);
      first = at;
    }
    builder.appendEncoded(bytes, walk.start, walk.end, walk.baseTimestamp, walk.timestampDelta);
  }
  finish(true, count);
  batch.tooLarge = false;
  batch.refused = false;
  queue.insert(parts, batch);
  buffers.give(storage);
  share.give(queue, heldBytes - held);
}

/** Who wrote the records from one number to before another one, which are counted from 0 then. */
function runsBetween(runs: readonly RecordRun[], start: number, end: number): RecordRun[] {
  const own: RecordRun[] = [];
  for (const [i, { writer, from }] of runs.entries()) {
    const next = runs[i + 1]?.from ?? Infinity;
    if (next > start && from < end && next > from) own.push({ writer, from: Math.max(from - start, 0) });
  }
  return own;
}
