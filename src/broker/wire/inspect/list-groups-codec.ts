/** ListGroups v2 and v5: the groups that one broker coordinates. */
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor } from '../error-codes.js';

export const LIST_GROUPS = 16;
/** The first version that tells types; the states came one before. */
export const TELLS_TYPES = 5;

export interface ListedGroup {
  readonly groupId: string;
  /** What its members speak among each other: `consumer` of consumers and streams, `connect` of Kafka Connect; may be empty. */
  readonly protocolType: string;
  /** In Kafka's words; empty where the broker does not tell it here. */
  readonly state: string;
  /** `classic`, or the newer protocols `consumer`, `share`, `streams`; in lower case. `classic` of brokers that know no other. */
  readonly type: string;
}

export function listGroupsRequest(tellsTypes: boolean): WireRequest {
  const named = { apiKey: LIST_GROUPS, apiName: 'ListGroups' };
  if (!tellsTypes) return { ...named, apiVersion: 2, body: Buffer.alloc(0) };
  const none: readonly string[] = [];
  const body = new ByteWriter()
    .compactArray(none, () => undefined)
    .compactArray(none, () => undefined)
    .noTags()
    .finish();
  return { ...named, apiVersion: TELLS_TYPES, body, flexible: true };
}

/** @throws BrokerError for every code but 0 */
export function readListGroups(body: Buffer, tellsTypes: boolean): ListedGroup[] {
  const reader = new ByteReader(body, 'ListGroups response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, 'listing groups');
  if (!tellsTypes) {
    return reader.array(() => ({
      groupId: reader.string(),
      protocolType: reader.string(),
      state: '',
      type: 'classic',
    }));
  }
  return reader.compactArray(() => {
    const groupId = reader.compactString();
    const protocolType = reader.compactString();
    const state = reader.compactString();
    const type = reader.compactString().toLowerCase();
    reader.skipTags();
    return { groupId, protocolType, state, type };
  });
}
