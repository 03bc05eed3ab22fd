/** InitProducerId: the identity under which a broker recognises batches that are sent again. */
import type { WireRequest } from '../../transport.js';
import { ByteReader } from '../byte-reader.js';
import { ByteWriter } from '../byte-writer.js';
import { brokerErrorFor } from '../error-codes.js';

/** Sequences count per partition and identity. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly epoch: number;
}

/** @param transactionTimeoutMs ignored without a transactional id */
export function initProducerIdRequest(transactionalId: string | null, transactionTimeoutMs: number): WireRequest {
  const body = new ByteWriter().nullableString(transactionalId).int32(transactionTimeoutMs).finish();
  return { apiKey: 22, apiVersion: 1, apiName: 'InitProducerId', body };
}

/** @throws BrokerError for every code but 0 */
export function readInitProducerId(body: Buffer): ProducerIdentity {
  const reader = new ByteReader(body, 'InitProducerId response');
  reader.int32(); // throttle time: the broker minds it by not reading from us
  const errorCode = reader.int16();
  if (errorCode !== 0) throw brokerErrorFor(errorCode, 'asking for a producer id');
  return { producerId: reader.int64(), epoch: reader.int16() };
}
