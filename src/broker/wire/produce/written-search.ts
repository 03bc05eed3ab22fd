/** Looks into the log for batches whose acknowledgement was lost, when the broker itself does not remember them any more. */
import type { TopicPartition } from '../../port.js';
import type { Transport } from '../../transport.js';
import {
  BASE_OFFSET,
  BASE_SEQUENCE,
  PRODUCER_EPOCH,
  PRODUCER_ID,
  batchSize,
  readInt64,
} from '../batch/batch-header.js';
import { scanBatches } from '../batch/scan-batches.js';
import { KafkaCode, brokerErrorFor } from '../error-codes.js';
import { fetchRequest, readFetch } from '../fetch/fetch-codec.js';
import { EARLIEST, listOffsetsRequest, readListOffsets } from '../fetch/list-offsets.js';
import type { ProducerIdentity } from './init-producer-id.js';

const LIMITS = { committed: false, maxWaitMs: 0, maxBytes: 4 * 1024 * 1024, maxPartitionBytes: 4 * 1024 * 1024 };

export interface SearchStart {
  /** Offset after the last one known to be written, 0 when none is. */
  readonly offset: number;
  /** A timestamp of a record that is searched: the log's index then tells where it can be at the earliest. */
  readonly timestamp: number;
}

/**
 * Base offsets, by base sequence, of all batches of this producer from there to the high watermark.
 * @throws BrokerError
 */
export async function findWritten(
  transport: Transport,
  node: number,
  { topic, partition }: TopicPartition,
  { producerId, epoch }: ProducerIdentity,
  start: SearchStart,
): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const place = { topic, partition };
  let offset = start.offset;
  if (offset === 0) {
    // Without an offset of ours: -1 means that no record is that young, which a broker's own timestamps can bring about.
    offset = await offsetAt(transport, node, place, start.timestamp);
    if (offset < 0) offset = await offsetAt(transport, node, place, EARLIEST);
  }
  for (;;) {
    const body = await transport.request(node, fetchRequest([{ ...place, fetchOffset: offset }], LIMITS));
    const fetched = readFetch(body).partitions[0];
    if (fetched?.errorCode === KafkaCode.OFFSET_OUT_OF_RANGE) {
      // Retention or a deletion has passed our last offset.
      const logStart = await offsetAt(transport, node, place, EARLIEST);
      if (logStart <= offset) return found;
      offset = logStart;
      continue;
    }
    if (fetched === undefined || fetched.errorCode !== 0) {
      throw brokerErrorFor(fetched?.errorCode ?? -1, 'looking for written records', { ...place, offset });
    }
    const { records, highWatermark } = fetched;
    const { end, nextOffset } = scanBatches(records, 0, records.length);
    for (let at = 0; at < end; at += batchSize(records, at)) {
      if (readInt64(records, at + PRODUCER_ID) === producerId && records.readInt16BE(at + PRODUCER_EPOCH) === epoch) {
        found.set(records.readInt32BE(at + BASE_SEQUENCE), readInt64(records, at + BASE_OFFSET));
      }
    }
    if (end === 0 || nextOffset >= highWatermark) return found;
    offset = nextOffset;
  }
}

async function offsetAt(transport: Transport, node: number, place: TopicPartition, at: number): Promise<number> {
  const [listed] = readListOffsets(await transport.request(node, listOffsetsRequest([place], at, false)));
  if (listed === undefined || listed.errorCode !== 0) {
    throw brokerErrorFor(listed?.errorCode ?? -1, 'looking for written records', place);
  }
  return listed.offset;
}
