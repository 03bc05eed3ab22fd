/** FindCoordinator v2: which broker looks after a group or a transactional id. */
import type { WireRequest } from '../transport.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { brokerErrorFor } from './error-codes.js';
import type { BrokerAddress } from './metadata.js';

export interface Coordinator extends BrokerAddress {
  readonly node: number;
}

export function findCoordinatorRequest(key: string, type: 'group' | 'transaction'): WireRequest {
  const body = new ByteWriter()
    .string(key)
    .int8(type === 'group' ? 0 : 1)
    .finish();
  return { apiKey: 10, apiVersion: 2, apiName: 'FindCoordinator', body };
}

/** @throws BrokerError for every code but 0 */
export function readCoordinator(body: Buffer, key: string, type: 'group' | 'transaction'): Coordinator {
  const reader = new ByteReader(body, 'FindCoordinator response');
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  reader.nullableString(); // error message, the same for each code
  if (errorCode !== 0) throw brokerErrorFor(errorCode, `looking up the coordinator of ${type} ${key}`);
  return { node: reader.int32(), host: reader.string(), port: reader.int32() };
}
