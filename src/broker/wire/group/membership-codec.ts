/** JoinGroup v5, SyncGroup v3, Heartbeat v3, LeaveGroup v3: the oldest versions that carry a group instance id. */
import type { GroupIdentity, GroupOptions, JoinedMember } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { KafkaCode, brokerErrorFor } from '../error-codes.js';

/** The only protocol type that Kafka's own tools understand. */
const PROTOCOL_TYPE = 'consumer';

export interface JoinAnswer {
  /** The coordinator wants a second JoinGroup with the id it has just given; nothing else is filled. */
  readonly memberIdRequired: boolean;
  readonly generation: number;
  readonly memberId: string;
  readonly leader: boolean;
  /** All members, on the leader; else empty. */
  readonly members: readonly JoinedMember[];
}

/** @param memberId empty for a member that the coordinator has not named yet */
export function joinRequest(options: GroupOptions, memberId: string, subscription: Buffer): WireRequest {
  const body = new ByteWriter(256 + subscription.length)
    .string(options.groupId)
    .int32(options.sessionTimeoutMs)
    .int32(options.rebalanceTimeoutMs)
    .string(memberId)
    .nullableString(options.instanceId)
    .string(PROTOCOL_TYPE)
    .array([options.protocol], (name, writer) => writer.string(name).bytes(subscription))
    .finish();
  return { apiKey: 11, apiVersion: 5, apiName: 'JoinGroup', body };
}

/** @throws BrokerError for every code but 0 and MEMBER_ID_REQUIRED */
export function readJoin(body: Buffer, groupId: string): JoinAnswer {
  const reader = new ByteReader(body, 'JoinGroup response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  const memberIdRequired = errorCode === KafkaCode.MEMBER_ID_REQUIRED;
  if (errorCode !== 0 && !memberIdRequired) throw brokerErrorFor(errorCode, `joining group ${groupId}`);
  const generation = reader.int32();
  reader.string(); // the protocol chosen: we offer one only
  const leaderId = reader.string();
  const memberId = reader.string();
  const members = reader.array(() => ({
    memberId: reader.string(),
    instanceId: reader.nullableString(),
    subscription: reader.bytes(),
  }));
  return { memberIdRequired, generation, memberId, leader: leaderId === memberId, members };
}

/** @param assignments by member id; empty for all but the leader */
export function syncRequest(identity: GroupIdentity, assignments: ReadonlyMap<string, Buffer>): WireRequest {
  const body = identityOf(identity)
    .array([...assignments], ([memberId, assignment], writer) => writer.string(memberId).bytes(assignment))
    .finish();
  return { apiKey: 14, apiVersion: 3, apiName: 'SyncGroup', body };
}

/** @throws BrokerError for every code but 0 */
export function readSync(body: Buffer, groupId: string): Buffer {
  const reader = new ByteReader(body, 'SyncGroup response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, `taking the assignment of group ${groupId}`);
  return reader.bytes();
}

export function heartbeatRequest(identity: GroupIdentity): WireRequest {
  return { apiKey: 12, apiVersion: 3, apiName: 'Heartbeat', body: identityOf(identity).finish() };
}

/** @throws BrokerError for every code but 0 */
export function readHeartbeat(body: Buffer, groupId: string): void {
  const reader = new ByteReader(body, 'heartbeat response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, `the heartbeat to group ${groupId}`);
}

export function leaveRequest(groupId: string, memberId: string, instanceId: string | null): WireRequest {
  const body = new ByteWriter()
    .string(groupId)
    .array([memberId], (id, writer) => writer.string(id).nullableString(instanceId))
    .finish();
  return { apiKey: 13, apiVersion: 3, apiName: 'LeaveGroup', body };
}

/** @throws BrokerError for every code but 0, of the request or of the member */
export function readLeave(body: Buffer, groupId: string): void {
  const reader = new ByteReader(body, 'LeaveGroup response');
  reader.int32(); // throttle time
  const codes = [reader.int16()];
  reader.array(() => {
    reader.string();
    reader.nullableString();
    codes.push(reader.int16());
  });
  const errorCode = codes.find((code) => code !== 0);
  if (errorCode !== undefined) throw brokerErrorFor(errorCode, `leaving group ${groupId}`);
}

function identityOf({ groupId, generation, memberId, instanceId }: GroupIdentity): ByteWriter {
  return new ByteWriter().string(groupId).int32(generation).string(memberId).nullableString(instanceId);
}
