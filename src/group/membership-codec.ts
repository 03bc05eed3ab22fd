/**
 * The bytes that members of the group exchange: Kafka's consumer protocol (so that its tools can read topics and
 * partitions), with what is Millrace's own as JSON in the user data.
 */
import type { TopicPartition } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import type { MemberClaim, TaskId } from './ownership.js';

/** Name of the assignment protocol; the JVM's is `stream`, and the two cannot share a group. */
export const PROTOCOL_NAME = 'millrace';

const VERSION = 1;

/** What the leader tells a member. */
export interface MemberAssignment {
  readonly active: readonly TaskId[];
  /** Every source topic the leader saw with its partition count, so that all members build the same tasks. */
  readonly topics: Readonly<Record<string, number>>;
  /** Some member asked the whole application to stop. */
  readonly shutdown: boolean;
  /** Tasks of the members that told where they can be asked, by that `host:port`. Leaders before this was known leave it out. */
  readonly hosts?: Readonly<Record<string, readonly TaskId[]>>;
}

export function encodeClaim(topics: readonly string[], claim: MemberClaim): Buffer {
  const userData = Buffer.from(JSON.stringify({ version: VERSION, ...claim }));
  const names = topics.map((topic) => text(topic));
  return Buffer.concat([int16(0), int32(names.length), ...names, int32(userData.length), userData]);
}

/** @throws MillraceError BROKER_PROTOCOL when the bytes are no claim */
export function decodeClaim(bytes: Buffer): MemberClaim {
  return decode(bytes, 'subscription', (at) => {
    let position = at + 4;
    const count = bytes.readInt32BE(at);
    for (let i = 0; i < count; i++) position += 2 + bytes.readInt16BE(position);
    return position;
  }) as MemberClaim;
}

export function encodeAssignment(partitions: readonly TopicPartition[], assignment: MemberAssignment): Buffer {
  const userData = Buffer.from(JSON.stringify({ version: VERSION, ...assignment }));
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const list = byTopic.get(topic);
    if (list === undefined) byTopic.set(topic, [partition]);
    else list.push(partition);
  }
  const entries = [...byTopic].flatMap(([topic, list]) => [text(topic), int32(list.length), ...list.map(int32)]);
  return Buffer.concat([int16(0), int32(byTopic.size), ...entries, int32(userData.length), userData]);
}

/** @throws MillraceError BROKER_PROTOCOL when the bytes are no assignment */
export function decodeAssignment(bytes: Buffer): MemberAssignment {
  return decode(bytes, 'assignment', (at) => {
    let position = at + 4;
    const count = bytes.readInt32BE(at);
    for (let i = 0; i < count; i++) {
      position += 2 + bytes.readInt16BE(position);
      position += 4 + 4 * bytes.readInt32BE(position);
    }
    return position;
  }) as MemberAssignment;
}

function decode(bytes: Buffer, what: string, skipTopics: (at: number) => number): unknown {
  try {
    const at = skipTopics(2);
    const length = bytes.readInt32BE(at);
    const data = JSON.parse(bytes.toString('utf8', at + 4, at + 4 + length)) as { version?: unknown };
    if (data.version === VERSION) return data;
    throw new Error(`version ${String(data.version)} is not ${String(VERSION)}`);
  } catch (cause) {
    throw new MillraceError(
      'BROKER_PROTOCOL',
      `the group's ${what} was not written by this version of Millrace: use another applicationId, or stop the other members`,
      { cause },
    );
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}
