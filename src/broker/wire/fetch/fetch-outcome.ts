/** What a partition's part of a Fetch response means for its reader. */
import type { BrokerError } from '../../../errors/broker-error.js';
import type { FetchedRecords, ReaderOptions } from '../../port.js';
import { AbortedFilter } from '../batch/aborted-filter.js';
import { BatchCursor } from '../batch/batch-cursor.js';
import { recordCorrupt } from '../batch/record-corrupt.js';
import { isUnreadable, scanBatches, type ScannedBatches } from '../batch/scan-batches.js';
import { KafkaCode, brokerErrorFor } from '../error-codes.js';
import type { AssignedPartition } from './assigned-partition.js';
import type { FetchAnswer } from './fetch-answer.js';
import type { FetchedPartition } from './fetch-codec.js';

const UNKNOWN_SERVER_ERROR = -1;

export type FetchOutcome =
  | { readonly type: 'records'; readonly records: FetchedRecords }
  /** Nothing new, or only a part of a batch that did not fit. */
  | { readonly type: 'nothing' }
  | { readonly type: 'out-of-range' }
  /** It may pass; the leader may be another one. */
  | { readonly type: 'retry'; readonly error: BrokerError }
  /** Concerns this partition alone. */
  | { readonly type: 'failed'; readonly error: Error }
  /** Concerns the whole reader. */
  | { readonly type: 'denied'; readonly error: BrokerError };

/**
 * @param scanned what `scanBatches` found in the records
 * @param answer what they are a part of
 */
export function fetchOutcome(
  partition: AssignedPartition,
  fetched: FetchedPartition,
  scanned: ScannedBatches,
  isolation: ReaderOptions['isolation'],
  answer: FetchAnswer,
): FetchOutcome {
  if (fetched.errorCode !== 0) return failure(partition, fetched.errorCode);
  const { records, aborted } = fetched;
  const { topic, partition: number, fetchOffset } = partition;
  if (scanned.end === 0) return withoutBatch(partition, records);
  if (scanned.nextOffset <= fetchOffset) {
    const problem = `the broker sent batches up to offset ${scanned.nextOffset - 1} only`;
    return { type: 'failed', error: recordCorrupt(partition, fetchOffset, problem) };
  }
  const filter = isolation === 'committed' && aborted.length > 0 ? new AbortedFilter(aborted) : null;
  const cursor = new BatchCursor(records, 0, scanned.end, { topic, partition: number }, fetchOffset, filter);
  return {
    type: 'records',
    records: {
      topic,
      partition: number,
      cursor,
      bytes: records.length,
      nextOffset: scanned.nextOffset,
      endOffset: endOffsetOf(fetched, isolation),
      giveBack: answer.keep(),
    },
  };
}

/** The end that readers of an isolation see. */
export function endOffsetOf(fetched: FetchedPartition, isolation: ReaderOptions['isolation']): number {
  return isolation === 'committed' ? fetched.lastStableOffset : fetched.highWatermark;
}

export function scanFetched({ records }: FetchedPartition): ScannedBatches {
  return scanBatches(records, 0, records.length);
}

function withoutBatch(partition: AssignedPartition, records: Buffer): FetchOutcome {
  if (!isUnreadable(records, 0, records.length)) return { type: 'nothing' };
  try {
    // The cursor knows best what is wrong with it.
    new BatchCursor(records, 0, records.length, partition, partition.fetchOffset, null).next();
  } catch (error) {
    return { type: 'failed', error: error as Error };
  }
  return { type: 'failed', error: recordCorrupt(partition, partition.fetchOffset, 'its head makes no sense') };
}

function failure({ topic, partition, fetchOffset }: AssignedPartition, errorCode: number): FetchOutcome {
  if (errorCode === KafkaCode.OFFSET_OUT_OF_RANGE) return { type: 'out-of-range' };
  const place = { topic, partition, offset: fetchOffset };
  const error = brokerErrorFor(errorCode, 'fetching', place);
  // The broker found damage in its own log: that does not pass by itself.
  if (errorCode === KafkaCode.CORRUPT_MESSAGE) {
    return { type: 'failed', error: recordCorrupt(place, fetchOffset, 'the broker says so itself', error) };
  }
  if (error.class === 'retriable' || errorCode === UNKNOWN_SERVER_ERROR) return { type: 'retry', error };
  return error.code === 'BROKER_AUTHORIZATION' ? { type: 'denied', error } : { type: 'failed', error };
}
