/** Produce: finished record batches to one broker, at most one per partition, and what became of each. */
import type { TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { byTopic } from '../by-topic.js';

export interface BatchToWrite extends TopicPartition {
  readonly bytes: Buffer;
}

export interface WrittenPartition extends TopicPartition {
  readonly errorCode: number;
  /** Offset of the batch's first record; -1 where it was not written or the broker does not know it any more. */
  readonly baseOffset: number;
  /** What the broker adds to its error code. */
  readonly errorMessage: string | null;
}

export interface ProduceResponse {
  readonly throttleMs: number;
  readonly partitions: readonly WrittenPartition[];
}

const ALL_REPLICAS = -1;

/**
 * 8: the last one with plain strings, the first one with a reason for each error. 12: the first one that adds partitions to a
 * transaction by itself.
 */
export type ProduceVersion = 8 | 12;

/** Bytes that a request needs for its batches, or a few less. */
export function produceSize(batches: readonly BatchToWrite[]): number {
  let size = 256;
  for (const { topic, bytes } of batches) size += bytes.length + topic.length * 3 + 16;
  return size;
}

/**
 * Copies the batches.
 * @param space to write the request into
 */
export function produceRequest(
  batches: readonly BatchToWrite[],
  transactionalId: string | null,
  timeoutMs: number,
  version: ProduceVersion,
  space: Buffer,
): WireRequest {
  if (version === 12) return flexibleRequest(batches, transactionalId, timeoutMs, space);
  const body = new ByteWriter(space)
    .nullableString(transactionalId)
    .int16(ALL_REPLICAS)
    .int32(timeoutMs)
    .array(byTopic(batches), ([topic, inTopic], writer) =>
      writer.string(topic).array(inTopic, ({ partition, bytes }) => writer.int32(partition).bytes(bytes)),
    )
    .finish();
  return { apiKey: 0, apiVersion: 8, apiName: 'Produce', body };
}

function flexibleRequest(
  batches: readonly BatchToWrite[],
  transactionalId: string | null,
  timeoutMs: number,
  space: Buffer,
): WireRequest {
  const body = new ByteWriter(space)
    .compactNullableString(transactionalId)
    .int16(ALL_REPLICAS)
    .int32(timeoutMs)
    .compactArray(byTopic(batches), ([topic, inTopic], writer) =>
      writer
        .compactString(topic)
        .compactArray(inTopic, ({ partition, bytes }) => writer.int32(partition).compactBytes(bytes).noTags())
        .noTags(),
    )
    .noTags()
    .finish();
  return { apiKey: 0, apiVersion: 12, apiName: 'Produce', body, flexible: true };
}

export function readProduce(body: Buffer, version: ProduceVersion = 8): ProduceResponse {
  if (version === 12) return readFlexible(body);
  const reader = new ByteReader(body, 'produce response');
  const partitions: WrittenPartition[] = [];
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      const baseOffset = reader.int64();
      reader.int64(); // append time
      reader.int64(); // log start
      const reasons = reader.array(() => {
        reader.int32(); // number of the record in its batch
        return reader.nullableString();
      });
      const errorMessage = reader.nullableString() ?? reasons.find((reason) => reason !== null) ?? null;
      partitions.push({ topic, partition, errorCode, baseOffset, errorMessage });
    });
  });
  return { throttleMs: reader.int32(), partitions };
}

function readFlexible(body: Buffer): ProduceResponse {
  const reader = new ByteReader(body, 'produce response');
  const partitions: WrittenPartition[] = [];
  reader.compactArray(() => {
    const topic = reader.compactString();
    reader.compactArray(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      const baseOffset = reader.int64();
      reader.int64(); // append time
      reader.int64(); // log start
      const reasons = reader.compactArray(() => {
        reader.int32(); // number of the record in its batch
        const reason = reader.compactNullableString();
        reader.skipTags();
        return reason;
      });
      const errorMessage = reader.compactNullableString() ?? reasons.find((reason) => reason !== null) ?? null;
      reader.skipTags(); // the current leader, where it is another one: metadata tells it too
      partitions.push({ topic, partition, errorCode, baseOffset, errorMessage });
    });
    reader.skipTags();
  });
  return { throttleMs: reader.int32(), partitions };
}
