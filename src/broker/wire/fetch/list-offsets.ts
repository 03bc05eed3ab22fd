/** ListOffsets: the ends of a log, and the offset at a time. */
import type { TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { byTopic } from '../by-topic.js';

/** What may stand in place of a timestamp. */
export const LATEST = -1;
export const EARLIEST = -2;

export interface ListedOffset extends TopicPartition {
  readonly errorCode: number;
  /** -1 where nothing matches. */
  readonly offset: number;
}

/**
 * @param at milliseconds since the epoch (the first offset at or after), `EARLIEST` or `LATEST`
 * @param committed `LATEST` is the last stable offset instead of the high watermark
 */
export function listOffsetsRequest(partitions: readonly TopicPartition[], at: number, committed: boolean): WireRequest {
  const body = new ByteWriter()
    .int32(-1)
    .int8(committed ? 1 : 0)
    .array(byTopic(partitions), ([topic, inTopic], writer) =>
      writer.string(topic).array(inTopic, ({ partition }) => writer.int32(partition).int64(at)),
    )
    .finish();
  return { apiKey: 2, apiVersion: 2, apiName: 'ListOffsets', body };
}

export function readListOffsets(body: Buffer): ListedOffset[] {
  const reader = new ByteReader(body, 'ListOffsets response');
  reader.int32(); // throttle time: the broker minds it by not reading from us
  const listed: ListedOffset[] = [];
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      reader.int64(); // timestamp
      listed.push({ topic, partition, errorCode, offset: reader.int64() });
    });
  });
  return listed;
}
