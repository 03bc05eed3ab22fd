/** Has a broker ask for a transaction to be aborted. */
import { vi } from 'vitest';
import { KafkajsTransport } from '../../src/broker/kafkajs/kafkajs-transport.js';

const PRODUCE = 0;

/**
 * Produce 11 has the bytes of 12, but adds no partition to the transaction: the leader asks the coordinator about it, which does not
 * know of it and answers TRANSACTION_ABORTABLE. To a client that speaks either protocol rightly no broker has a reason to.
 * @returns how often it was asked so
 */
export function verifiedOnly(times: number): () => number {
  let left = times;
  // Called with the transport that it was called on.
  const request = KafkajsTransport.prototype.request;
  vi.spyOn(KafkajsTransport.prototype, 'request').mockImplementation(function (
    this: KafkajsTransport,
    node,
    asked,
  ): Promise<Buffer> {
    if (asked.apiKey !== PRODUCE || asked.apiVersion !== 12 || left === 0) return request.call(this, node, asked);
    left -= 1;
    return request.call(this, node, { ...asked, apiVersion: 11 });
  });
  return () => times - left;
}
