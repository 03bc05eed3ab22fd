/** Why a record is dropped: one table, the keys of the metric `dropped`, from which docs/errors.md is made. */

/** What each reason means. */
export const DROP_REASONS = {
  'null-key': 'an operator that works by key was given a record without one',
  'null-value': 'an operator that needs a value was given a record without one',
  late: 'the window that the record belongs to is closed, its session is over, or a version of its time is kept no more',
  'negative-timestamp': 'the timestamp extractor gave a time below zero',
  'stale-answer': 'the row has changed since a foreign-key join asked the other table about it',
  undecodable: 'key or value cannot be read, and `deserializationErrorHandler` answered `continue`',
  'processing-error': 'a function of the topology failed, and `processingErrorHandler` answered `continue`',
  'production-error': 'the record could not be written, and the handler of production errors answered `continue`',
} as const;

export type DropReason = keyof typeof DROP_REASONS;
