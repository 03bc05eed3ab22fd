/** DescribeGroups v2: what a group is doing at the moment, by its coordinator. */
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor } from '../error-codes.js';

export function describeGroupRequest(groupId: string): WireRequest {
  const body = new ByteWriter().array([groupId], (id, writer) => writer.string(id)).finish();
  return { apiKey: 15, apiVersion: 2, apiName: 'DescribeGroups', body };
}

/**
 * The group's state in Kafka's words: `PreparingRebalance`, `CompletingRebalance`, `Stable`, `Empty`, `Dead`.
 * @throws BrokerError for every code but 0
 */
export function readGroupState(body: Buffer, groupId: string): string {
  const reader = new ByteReader(body, 'DescribeGroups response');
  reader.int32(); // throttle time
  let state = 'Dead';
  // The members come last in a group and nobody asks for them; with one group, nothing comes after them.
  if (reader.int32() > 0) {
    const errorCode = reader.int16();
    if (errorCode !== 0) throw brokerErrorFor(errorCode, `describing group ${groupId}`);
    reader.string();
    state = reader.string();
  }
  return state;
}
