/** What the broker's answer to one batch means for it. */
import { BrokerError } from '../../../errors/broker-error.js';
import { KafkaCode, brokerErrorFor } from '../error-codes.js';
import type { PendingBatch } from './pending-batch.js';
import type { WrittenPartition } from './produce-codec.js';

const RECORD_LIST_TOO_LARGE = 18;

export type Verdict =
  | { readonly type: 'written'; readonly baseOffset: number }
  /** It was written before; the broker does not remember where. */
  | { readonly type: 'repeated' }
  /** The broker expects another sequence, or none of this producer. */
  | { readonly type: 'out-of-sequence'; readonly error: BrokerError }
  | { readonly type: 'retry'; readonly error: BrokerError }
  | { readonly type: 'fatal'; readonly error: BrokerError };

export function verdictOn(batch: PendingBatch, answer: WrittenPartition): Verdict {
  const { topic, partition, errorCode, baseOffset, errorMessage } = answer;
  switch (errorCode) {
    case KafkaCode.NONE:
      return baseOffset < 0 ? { type: 'repeated' } : { type: 'written', baseOffset };
    case KafkaCode.DUPLICATE_SEQUENCE_NUMBER:
      return { type: 'repeated' };
    case KafkaCode.MESSAGE_TOO_LARGE:
    case RECORD_LIST_TOO_LARGE:
      return { type: 'fatal', error: tooLarge(batch, answer) };
  }
  const what = errorMessage === null ? 'Writing' : `Writing (the broker says: ${errorMessage})`;
  const error = brokerErrorFor(errorCode, what, { topic, partition });
  if (errorCode === KafkaCode.OUT_OF_ORDER_SEQUENCE_NUMBER || errorCode === KafkaCode.UNKNOWN_PRODUCER_ID) {
    return { type: 'out-of-sequence', error };
  }
  return { type: error.class === 'retriable' ? 'retry' : 'fatal', error };
}

function tooLarge({ bytes, count }: PendingBatch, { topic, partition, errorCode }: WrittenPartition): BrokerError {
  const remedy =
    count === 1
      ? 'Raise max.message.bytes of the topic.'
      : 'Set the option batchBytes below max.message.bytes of the topic, or raise that.';
  const what = count === 1 ? 'A record makes a batch of' : `A batch of ${count} records has`;
  return new BrokerError('fatal', `${what} ${bytes.length} bytes, more than topic "${topic}" accepts. ${remedy}`, {
    topic,
    partition,
    option: 'batchBytes',
    kafkaCode: errorCode,
    code: 'PRODUCTION_FAILED',
  });
}
