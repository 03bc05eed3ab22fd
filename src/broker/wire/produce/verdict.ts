/** What the broker's answer to one batch means for it. */
import type { BrokerError } from '../../../errors/broker-error.js';
import { KafkaCode, brokerErrorFor } from '../error-codes.js';
import type { WrittenPartition } from './produce-codec.js';

const RECORD_LIST_TOO_LARGE = 18;
const INVALID_TIMESTAMP = 32;
const INVALID_RECORD = 87;

export type Verdict =
  | { readonly type: 'written'; readonly baseOffset: number }
  /** It was written before; the broker does not remember where. */
  | { readonly type: 'repeated' }
  /** The broker expects another sequence, or none of this producer. */
  | { readonly type: 'out-of-sequence'; readonly error: BrokerError }
  | { readonly type: 'retry'; readonly error: BrokerError }
  /** To be sent again in smaller batches, or, where it is a single record, not at all. */
  | { readonly type: 'too-large'; readonly error: BrokerError }
  /** Not because of its size: some record of it is refused for what it is. */
  | { readonly type: 'refused'; readonly error: BrokerError }
  | { readonly type: 'fatal'; readonly error: BrokerError };

export function verdictOn(answer: WrittenPartition): Verdict {
  const { topic, partition, errorCode, baseOffset, errorMessage } = answer;
  switch (errorCode) {
    case KafkaCode.NONE:
      return baseOffset < 0 ? { type: 'repeated' } : { type: 'written', baseOffset };
    case KafkaCode.DUPLICATE_SEQUENCE_NUMBER:
      return { type: 'repeated' };
    case KafkaCode.MESSAGE_TOO_LARGE:
    case RECORD_LIST_TOO_LARGE:
      return { type: 'too-large', error: brokerErrorFor(errorCode, 'writing', { topic, partition }) };
  }
  const what = errorMessage === null ? 'writing' : `writing (the broker says: ${errorMessage})`;
  const error = brokerErrorFor(errorCode, what, { topic, partition });
  if (errorCode === INVALID_TIMESTAMP || errorCode === INVALID_RECORD) return { type: 'refused', error };
  if (errorCode === KafkaCode.OUT_OF_ORDER_SEQUENCE_NUMBER || errorCode === KafkaCode.UNKNOWN_PRODUCER_ID) {
    return { type: 'out-of-sequence', error };
  }
  return { type: error.class === 'retriable' ? 'retry' : 'fatal', error };
}
