/** Fetch: what is asked of one broker for many partitions, and what it sends back. Record batches stay as they are. */
import type { TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import type { AbortedTransaction } from '../batch/aborted-filter.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { byTopic } from '../by-topic.js';

export interface FetchLimits {
  readonly committed: boolean;
  readonly maxWaitMs: number;
  /** Bytes of the whole response; a first batch that is larger comes nevertheless. */
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
}

export interface FetchedPartition extends TopicPartition {
  readonly errorCode: number;
  /** -1 where the broker did not tell. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** A view into the response. */
  readonly records: Buffer;
}

export interface FetchResponse {
  readonly throttleMs: number;
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

const NOTHING = Buffer.alloc(0);
const NONE_ABORTED: readonly AbortedTransaction[] = [];

/**
 * Version 11, the last one with plain strings: it has aborted transactions, log start and zstd, and needs no session.
 * Partitions come in the order in which the broker shall fill the response.
 */
export function fetchRequest(
  partitions: readonly (TopicPartition & { readonly fetchOffset: number })[],
  limits: FetchLimits,
): WireRequest {
  const body = new ByteWriter(64 + partitions.length * 48)
    .int32(-1) // a consumer, no replica
    .int32(limits.maxWaitMs)
    .int32(1) // one byte is enough to answer
    .int32(limits.maxBytes)
    .int8(limits.committed ? 1 : 0)
    .int32(0) // no session:
    .int32(-1) // every partition is listed each time
    .array(byTopic(partitions), ([topic, inTopic], writer) =>
      writer.string(topic).array(inTopic, ({ partition, fetchOffset }) =>
        writer
          .int32(partition)
          .int32(-1) // leader epoch: not known
          .int64(fetchOffset)
          .int64(-1) // log start: for followers
          .int32(limits.maxPartitionBytes),
      ),
    )
    .int32(0) // forgotten partitions of a session
    .string('') // rack
    .finish();
  return { apiKey: 1, apiVersion: 11, apiName: 'Fetch', body };
}

export function readFetch(body: Buffer): FetchResponse {
  const reader = new ByteReader(body, 'fetch response');
  const throttleMs = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // session
  const partitions: FetchedPartition[] = [];
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      partitions.push(readPartition(topic, reader));
    });
  });
  return { throttleMs, errorCode, partitions };
}

function readPartition(topic: string, reader: ByteReader): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  const aborted = reader.nullableArray(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  reader.int32(); // preferred replica: only told to those who name their rack
  const records = reader.nullableBytes() ?? NOTHING;
  return {
    topic,
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    aborted: aborted === null || aborted.length === 0 ? NONE_ABORTED : aborted,
    records,
  };
}
