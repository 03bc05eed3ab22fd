/** What can go wrong between us and Kafka, with a class that says what the runtime may do about it. */
import type { ErrorCode } from './codes.js';
import { MillraceError, type ErrorPlace } from './error.js';

/**
 * - `retriable`: the same request may succeed later;
 * - `abortable`: the transaction is lost, the producer is not;
 * - `fenced`: somebody newer has this identity (member, transactional id);
 * - `fatal`: trying again cannot help.
 */
export type BrokerErrorClass = 'retriable' | 'abortable' | 'fenced' | 'fatal';

const CODES: Record<BrokerErrorClass, ErrorCode> = {
  retriable: 'BROKER_RETRIABLE',
  abortable: 'BROKER_ABORTABLE',
  fenced: 'BROKER_FENCED',
  fatal: 'BROKER_FATAL',
};

/** An error of the broker or of the way to it. `kafkaCode` is Kafka's number, -1 where there was no answer. */
export class BrokerError extends MillraceError {
  readonly class: BrokerErrorClass;
  readonly kafkaCode: number;

  constructor(
    errorClass: BrokerErrorClass,
    message: string,
    options: ErrorPlace & { readonly kafkaCode?: number; readonly code?: ErrorCode } = {},
  ) {
    super(options.code ?? CODES[errorClass], message, options);
    this.class = errorClass;
    this.kafkaCode = options.kafkaCode ?? -1;
  }
}
