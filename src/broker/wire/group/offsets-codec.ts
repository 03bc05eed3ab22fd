/** OffsetCommit v7 (carries a group instance id) and OffsetFetch v7 (can wait for open transactions). */
import type { CommittedOffset, GroupIdentity, TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor } from '../error-codes.js';
import { byTopic } from '../by-topic.js';

const NO_LEADER_EPOCH = -1;

export function commitRequest(identity: GroupIdentity, offsets: readonly CommittedOffset[]): WireRequest {
  const body = new ByteWriter(256 + 64 * offsets.length)
    .string(identity.groupId)
    .int32(identity.generation)
    .string(identity.memberId)
    .nullableString(identity.instanceId)
    .array(byTopic(offsets), ([topic, partitions], writer) =>
      writer
        .string(topic)
        .array(partitions, ({ partition, offset, metadata }) =>
          writer.int32(partition).int64(offset).int32(NO_LEADER_EPOCH).nullableString(metadata),
        ),
    )
    .finish();
  return { apiKey: 8, apiVersion: 7, apiName: 'OffsetCommit', body };
}

/** @throws BrokerError the first code that is not 0, with its partition */
export function readCommit(body: Buffer, groupId: string): void {
  const reader = new ByteReader(body, 'OffsetCommit response');
  reader.int32(); // throttle time
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      if (errorCode !== 0) {
        throw brokerErrorFor(errorCode, `committing offsets of group ${groupId}`, { topic, partition });
      }
    });
  });
}

/**
 * @param partitions null asks for everything that the group has committed
 * @param requireStable wait (by a retriable code) for transactions that commit offsets and are still open
 */
export function offsetFetchRequest(
  groupId: string,
  partitions: readonly TopicPartition[] | null,
  requireStable: boolean,
): WireRequest {
  const body = new ByteWriter().compactString(groupId);
  if (partitions === null) body.compactNullArray();
  else {
    body.compactArray(byTopic(partitions), ([topic, list]) =>
      body
        .compactString(topic)
        .compactArray(list, ({ partition }) => body.int32(partition))
        .noTags(),
    );
  }
  body.boolean(requireStable).noTags();
  return { apiKey: 9, apiVersion: 7, apiName: 'OffsetFetch', body: body.finish(), flexible: true };
}

/**
 * Offset -1 where nothing is committed.
 * @throws BrokerError the first code that is not 0
 */
export function readOffsetFetch(body: Buffer, groupId: string): CommittedOffset[] {
  const reader = new ByteReader(body, 'OffsetFetch response');
  const what = `reading the offsets of group ${groupId}`;
  const offsets: CommittedOffset[] = [];
  reader.int32(); // throttle time
  reader.compactArray(() => {
    const topic = reader.compactString();
    reader.compactArray(() => {
      const partition = reader.int32();
      const offset = reader.int64();
      reader.int32(); // leader epoch
      const metadata = reader.compactNullableString() ?? '';
      const errorCode = reader.int16();
      reader.skipTags();
      if (errorCode !== 0) throw brokerErrorFor(errorCode, what, { topic, partition });
      offsets.push({ topic, partition, offset, metadata });
    });
    reader.skipTags();
  });
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, what);
  return offsets;
}
