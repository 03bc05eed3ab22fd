/** DeleteRecords v1: moves the start of logs. */
import type { PartitionOffset } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { byTopic } from '../by-topic.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import type { PartitionOutcome } from './ask-leaders.js';

export function deleteRecordsRequest(partitions: readonly PartitionOffset[], timeoutMs: number): WireRequest {
  const body = new ByteWriter()
    .array(byTopic(partitions), ([topic, list], writer) =>
      writer.string(topic).array(list, ({ partition, offset }) => writer.int32(partition).int64(offset)),
    )
    .int32(timeoutMs)
    .finish();
  return { apiKey: 21, apiVersion: 1, apiName: 'DeleteRecords', body };
}

export function readDeleteRecords(body: Buffer): PartitionOutcome[] {
  const reader = new ByteReader(body, 'DeleteRecords response');
  const outcomes: PartitionOutcome[] = [];
  reader.int32(); // throttle time
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      const partition = reader.int32();
      reader.int64(); // the new start of the log
      outcomes.push({ topic, partition, errorCode: reader.int16() });
    });
  });
  return outcomes;
}
