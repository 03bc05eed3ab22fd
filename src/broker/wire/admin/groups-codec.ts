/** DescribeGroups v4, DeleteGroups v1, OffsetDelete v0, LeaveGroup v3: groups as their administrators see them. */
import type { GroupDescription, GroupMemberDescription, TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { byTopic } from '../by-topic.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor, KafkaCode } from '../error-codes.js';

export function describeMembersRequest(groupId: string): WireRequest {
  const body = new ByteWriter()
    .array([groupId], (id, writer) => writer.string(id))
    .boolean(false)
    .finish();
  return { apiKey: 15, apiVersion: 4, apiName: 'DescribeGroups', body };
}

/** A group that does not exist is `Dead` and has no members. @throws BrokerError for every other code but 0 */
export function readMembers(body: Buffer, groupId: string): GroupDescription {
  const reader = new ByteReader(body, 'DescribeGroups response');
  let found: GroupDescription = { state: 'Dead', members: [] };
  reader.int32(); // throttle time
  reader.array(() => {
    const errorCode = reader.int16();
    if (errorCode !== 0 && errorCode !== KafkaCode.GROUP_ID_NOT_FOUND) {
      throw brokerErrorFor(errorCode, `describing group ${groupId}`);
    }
    reader.string(); // group id
    const state = reader.string();
    reader.string(); // protocol type
    reader.string(); // protocol
    const members = reader.array((): GroupMemberDescription => {
      const memberId = reader.string();
      const instanceId = reader.nullableString();
      const clientId = reader.string();
      const host = reader.string();
      reader.bytes(); // metadata
      reader.bytes(); // assignment
      return { memberId, instanceId, clientId, host };
    });
    reader.int32(); // operations allowed
    if (errorCode === 0) found = { state, members };
  });
  return found;
}

export function deleteGroupRequest(groupId: string): WireRequest {
  const body = new ByteWriter().array([groupId], (id, writer) => writer.string(id)).finish();
  return { apiKey: 42, apiVersion: 1, apiName: 'DeleteGroups', body };
}

/** One that does not exist is no error. @throws BrokerError for every other code but 0 */
export function readDeleteGroup(body: Buffer): void {
  const reader = new ByteReader(body, 'DeleteGroups response');
  reader.int32(); // throttle time
  reader.array(() => {
    const groupId = reader.string();
    const errorCode = reader.int16();
    if (errorCode !== 0 && errorCode !== KafkaCode.GROUP_ID_NOT_FOUND) {
      throw brokerErrorFor(errorCode, `deleting group ${groupId}`);
    }
  });
}

export function deleteOffsetsRequest(groupId: string, partitions: readonly TopicPartition[]): WireRequest {
  const body = new ByteWriter()
    .string(groupId)
    .array(byTopic(partitions), ([topic, list], writer) =>
      writer.string(topic).array(list, ({ partition }) => writer.int32(partition)),
    )
    .finish();
  return { apiKey: 47, apiVersion: 0, apiName: 'OffsetDelete', body };
}

/** A group or a topic that does not exist is no error. @throws BrokerError for every other code but 0 */
export function readDeleteOffsets(body: Buffer, groupId: string): void {
  const reader = new ByteReader(body, 'OffsetDelete response');
  const what = `deleting offsets of group ${groupId}`;
  const done: readonly number[] = [0, KafkaCode.GROUP_ID_NOT_FOUND, KafkaCode.UNKNOWN_TOPIC_OR_PARTITION];
  const errorCode = reader.int16();
  if (!done.includes(errorCode)) throw brokerErrorFor(errorCode, what);
  reader.int32(); // throttle time
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      const partition = reader.int32();
      const code = reader.int16();
      if (!done.includes(code)) throw brokerErrorFor(code, what, { topic, partition });
    });
  });
}

export function removeMembersRequest(groupId: string, members: readonly GroupMemberDescription[]): WireRequest {
  const body = new ByteWriter()
    .string(groupId)
    .array(members, ({ memberId, instanceId }, writer) => writer.string(memberId).nullableString(instanceId))
    .finish();
  return { apiKey: 13, apiVersion: 3, apiName: 'LeaveGroup', body };
}

/** A member that has left by itself meanwhile is no error. @throws BrokerError for every other code but 0 */
export function readRemoveMembers(body: Buffer, groupId: string): void {
  const reader = new ByteReader(body, 'LeaveGroup response');
  const what = `removing members of group ${groupId}`;
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, what);
  reader.array(() => {
    reader.string();
    reader.nullableString();
    const code = reader.int16();
    if (code !== 0 && code !== KafkaCode.UNKNOWN_MEMBER_ID) throw brokerErrorFor(code, what);
  });
}
