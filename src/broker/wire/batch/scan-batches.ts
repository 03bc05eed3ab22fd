/** Looks at the heads of fetched batches, as soon as they arrive: where to fetch next, and what is needed to read them. */
import {
  ATTRIBUTES,
  CODEC_MASK,
  CONTROL,
  MAGIC,
  RECORDS,
  SMALLEST_HEAD,
  batchSize,
  offsetAfter,
} from './batch-header.js';

/** What the heads say. */
export interface ScannedBatches {
  /** End of the last whole batch. */
  readonly end: number;
  /** The offset after it; -1 when there is no whole batch. */
  readonly nextOffset: number;
  /** Bit n is set when a batch is compressed by the codec of that number. */
  readonly codecsNeeded: number;
}

/**
 * Stops at a batch that is cut off, and at one that no cursor could read: that one is left for a fetch of its own, so
 * that what precedes it is not lost with it.
 */
export function scanBatches(buffer: Buffer, start: number, end: number): ScannedBatches {
  let at = start;
  let nextOffset = -1;
  let codecsNeeded = 0;
  while (end - at >= RECORDS && buffer[at + MAGIC] === 2) {
    const size = batchSize(buffer, at);
    if (size < RECORDS || size > end - at) break;
    nextOffset = offsetAfter(buffer, at);
    const attributes = buffer.readInt16BE(at + ATTRIBUTES);
    if ((attributes & CONTROL) === 0) codecsNeeded |= 1 << (attributes & CODEC_MASK);
    at += size;
  }
  return { end: at, nextOffset, codecsNeeded };
}

/** Whether the bytes that `scanBatches` stopped at are damage (or an old format), and not just cut off. */
export function isUnreadable(buffer: Buffer, at: number, end: number): boolean {
  if (end - at < SMALLEST_HEAD) return false;
  return buffer[at + MAGIC] !== 2 || batchSize(buffer, at) < RECORDS;
}
