/** DescribeGroups v4 and ConsumerGroupDescribe v0: the members of a group and what each has been given, whoever they are. */
import type { TopicPartition } from '../../port.js';
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor, KafkaCode } from '../error-codes.js';

export const CONSUMER_GROUP_DESCRIBE = 69;

const UUID_BYTES = 16;

export interface InspectedMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  /** As the broker writes it, with a slash in front of an address. */
  readonly host: string;
  readonly partitions: readonly TopicPartition[];
  /** Bytes of the assignment as a whole, of classic groups. */
  readonly assignment: Buffer;
}

export interface InspectedGroup {
  /** In Kafka's words; `Dead` of one that does not exist. */
  readonly state: string;
  readonly protocolType: string;
  /** The assignor that its members have agreed on: `millrace`, `stream` (Kafka Streams), `range`, … Empty while there is none. */
  readonly protocol: string;
  readonly members: readonly InspectedMember[];
}

const NONE: InspectedGroup = { state: 'Dead', protocolType: '', protocol: '', members: [] };

/** @throws BrokerError for every other code but 0 */
export function readClassicGroup(body: Buffer, groupId: string): InspectedGroup {
  const reader = new ByteReader(body, 'DescribeGroups response');
  let found = NONE;
  reader.int32(); // throttle time
  reader.array(() => {
    const errorCode = reader.int16();
    check(errorCode, groupId);
    reader.string(); // group id
    const state = reader.string();
    const protocolType = reader.string();
    const protocol = reader.string();
    const members = reader.array((): InspectedMember => {
      const memberId = reader.string();
      const instanceId = reader.nullableString();
      const clientId = reader.string();
      const host = reader.string();
      reader.bytes(); // metadata
      const assignment = reader.bytes();
      const partitions = protocolType === 'consumer' ? assignedPartitions(assignment) : [];
      return { memberId, instanceId, clientId, host, partitions, assignment };
    });
    reader.int32(); // operations allowed
    if (errorCode === 0) found = { state, protocolType, protocol, members };
  });
  return found;
}

export function consumerGroupRequest(groupId: string): WireRequest {
  const body = new ByteWriter()
    .compactArray([groupId], (id, writer) => writer.compactString(id))
    .boolean(false)
    .noTags()
    .finish();
  return { apiKey: CONSUMER_GROUP_DESCRIBE, apiVersion: 0, apiName: 'ConsumerGroupDescribe', body, flexible: true };
}

/** @throws BrokerError for every other code but 0 */
export function readConsumerGroup(body: Buffer, groupId: string): InspectedGroup {
  const reader = new ByteReader(body, 'ConsumerGroupDescribe response');
  let found = NONE;
  reader.int32(); // throttle time
  reader.compactArray(() => {
    const errorCode = reader.int16();
    reader.compactNullableString(); // its words
    check(errorCode, groupId);
    reader.compactString(); // group id
    const state = reader.compactString();
    reader.int32(); // epoch of the group
    reader.int32(); // epoch of the assignment
    const protocol = reader.compactString();
    const members = reader.compactArray((): InspectedMember => {
      const memberId = reader.compactString();
      const instanceId = reader.compactNullableString();
      reader.compactNullableString(); // rack
      reader.int32(); // epoch
      const clientId = reader.compactString();
      const host = reader.compactString();
      reader.compactArray(() => reader.compactString()); // topics subscribed to
      reader.compactNullableString(); // and their pattern
      const partitions = readAssignment(reader);
      readAssignment(reader); // what it will have
      reader.skipTags();
      return { memberId, instanceId, clientId, host, partitions, assignment: Buffer.alloc(0) };
    });
    reader.int32(); // operations allowed
    reader.skipTags();
    if (errorCode === 0) found = { state, protocolType: 'consumer', protocol, members };
  });
  return found;
}

function readAssignment(reader: ByteReader): TopicPartition[] {
  const partitions = reader.compactArray(() => {
    reader.raw(UUID_BYTES); // id of the topic
    const topic = reader.compactString();
    const numbers = reader.compactArray(() => reader.int32());
    reader.skipTags();
    return numbers.map((partition) => ({ topic, partition }));
  });
  reader.skipTags();
  return partitions.flat();
}

/** As all consumers write it; members that have been given nothing yet have no bytes. */
function assignedPartitions(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  const reader = new ByteReader(assignment, 'the assignment of a member');
  reader.int16(); // version
  const topics = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => ({ topic, partition: reader.int32() }));
  });
  return topics.flat();
}

function check(errorCode: number, groupId: string): void {
  if (errorCode === 0 || errorCode === KafkaCode.GROUP_ID_NOT_FOUND) return;
  throw brokerErrorFor(errorCode, `describing group ${groupId}`);
}
