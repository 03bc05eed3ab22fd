/** What a user may decide when a function of his throws while a record is processed. */
import type { BrokerError } from '../errors/broker-error.js';
import type { MillraceError } from '../errors/error.js';
import type { FailureAnswer } from '../record/decided.js';
import type { Headers } from '../record/headers.js';

/** Kafka Streams: `ErrorHandlerContext` and the record. */
export interface FailedRecord {
  /** Of the record that the task is at; null in a punctuation. */
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  /** Name of the operator that threw. */
  readonly node: string;
  readonly task: string;
  /** What came to that operator; null in a punctuation. */
  readonly key: unknown;
  readonly value: unknown;
  /**
   * The bytes of the record's key as they were read from its topic, behind a repartition from that topic. Null for a null key, and
   * where no record is at hand: in a punctuation, or when a cache tells later what it held back.
   */
  readonly sourceKeyBytes: Buffer | null;
  /** The same of its value. */
  readonly sourceValueBytes: Buffer | null;
  /** How often the operator has tried this record, from 1 on. */
  readonly attempts: number;
  /** Whether `retry` may be answered: the operator threw before it handed anything on. */
  readonly mayRetry: boolean;
}

/**
 * `continue`: the record is dropped at that operator and counted; what came before it stands. `retry`: the operator gets it again
 * after a while, as often as this is answered. Kafka Streams: `ProcessingExceptionHandler`.
 */
export type ProcessingErrorHandler = (error: MillraceError, record: FailedRecord) => FailureAnswer | 'retry';

/** A record that the broker refused. Where it came from is not known any more. */
export interface UnwritableRecord {
  /** Where it was to be written. */
  readonly topic: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly headers: Headers;
  readonly keyBytes: Buffer | null;
  readonly valueBytes: Buffer | null;
  /** Id of the task that wrote it. */
  readonly task: string;
}

/**
 * Decides about a record that the broker refuses: larger than its topic takes, of a time or kind that the topic does not take. Not asked
 * about records of changelogs. Kafka Streams: `ProductionExceptionHandler`.
 */
export type ProductionErrorHandler = (error: BrokerError | MillraceError, record: UnwritableRecord) => FailureAnswer;

/** How a record that a function threw at is tried again, before anybody is asked what to do about it. */
export interface RetryPolicy {
  /** In all, the first one included. */
  readonly attempts: number;
  /** Wait before the second attempt, ms; doubled before each further one. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}
