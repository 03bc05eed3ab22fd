/** The options that say what becomes of records that fail, with what follows from each other filled in. */
import { MillraceError } from '../errors/error.js';
import type { FailureAnswer, FailureDecision } from '../record/decided.js';
import type { DeserializationHandler } from '../source/reader-topic.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import type { ProcessingErrorHandler, ProductionErrorHandler, RetryPolicy } from './error-handlers.js';

/** How often and how long after each other a record is tried at which a function of the topology threw. */
export interface RetryErrors {
  /** In all, the first one included. */
  readonly attempts: number;
  /** Wait before the second attempt, doubled before each further one. Default 100 ms. */
  readonly backOff?: Duration | undefined;
  /** Longest wait. Default 10 s. */
  readonly maxBackOff?: Duration | undefined;
}

/** A dead-letter topic that is created at start when it does not exist. */
export interface DeadLetterTopic {
  readonly name: string;
  /** Default 1. */
  readonly partitions?: number | undefined;
  /** Default that of the option `replicationFactor`. */
  readonly replicationFactor?: number | undefined;
  /** Its configuration, e.g. `{ 'retention.ms': '1209600000' }`. Default the broker's. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** What most applications want to say about records that fail. */
export interface ErrorOptions {
  readonly retry?: RetryErrors | undefined;
  readonly then?: FailureDecision | undefined;
  readonly deadLetterTopic?: string | DeadLetterTopic | undefined;
}

/** The options about failures as they are given. */
export interface GivenFailureOptions {
  readonly errors?: ErrorOptions | undefined;
  readonly deserializationErrorHandler?: FailureDecision | DeserializationHandler | undefined;
  readonly processingErrorHandler?: FailureDecision | ProcessingErrorHandler | undefined;
  readonly productionErrorHandler?: FailureDecision | ProductionErrorHandler | undefined;
}

export interface FailureOptions {
  readonly deserializationErrorHandler: DeserializationHandler;
  readonly processingErrorHandler: ProcessingErrorHandler;
  readonly productionErrorHandler: ProductionErrorHandler;
  readonly retry: RetryPolicy | null;
  readonly deadLetterTopic: DeadLetterTopic | null;
  /** Whether the topic is created when it does not exist. */
  readonly createsDeadLetterTopic: boolean;
  /** Somebody may ask for the bytes of a record that failed. */
  readonly keepsSourceBytes: boolean;
}

/** @throws MillraceError CONFIG_INVALID when dead letters are asked for and have no topic, or have one and nobody asks */
export function failureOptions(given: GivenFailureOptions): FailureOptions {
  const { retry, deadLetterTopic } = given.errors ?? {};
  const topic = typeof deadLetterTopic === 'string' ? { name: deadLetterTopic } : (deadLetterTopic ?? null);
  const then = given.errors?.then ?? (topic === null ? 'fail' : 'deadLetter');
  const { deserializationErrorHandler: decoding = then, processingErrorHandler: processing = then } = given;
  const { productionErrorHandler: writing = then } = given;
  const handlers = [decoding, processing, writing];
  const custom = handlers.some((one) => typeof one === 'function');
  if (topic === null && handlers.includes('deadLetter')) {
    throw new MillraceError(
      'CONFIG_INVALID',
      'dead letters are asked for, but have no topic; set errors.deadLetterTopic',
      { option: 'errors.deadLetterTopic' },
    );
  }
  if (topic !== null && !custom && handlers.every((one) => one === 'continue')) {
    throw new MillraceError(
      'CONFIG_INVALID',
      "errors.deadLetterTopic has no effect where every failure is answered by continue; set errors.then to 'deadLetter'",
      { option: 'errors.deadLetterTopic' },
    );
  }
  return {
    deserializationErrorHandler: typeof decoding === 'function' ? decoding : always(decoding, topic),
    processingErrorHandler: typeof processing === 'function' ? processing : always(processing, topic),
    productionErrorHandler: typeof writing === 'function' ? writing : always(writing, topic),
    retry: retry === undefined ? null : retryPolicy(retry),
    deadLetterTopic: topic,
    createsDeadLetterTopic: typeof deadLetterTopic === 'object',
    keepsSourceBytes: topic !== null || custom,
  };
}

/** What ends the instance leaves a dead letter too, where there is a topic for it. */
function always(decision: FailureDecision, topic: DeadLetterTopic | null): () => FailureAnswer {
  const answer =
    decision === 'fail' && topic !== null ? ({ then: 'fail', deadLetters: 'standard' } as const) : decision;
  return () => answer;
}

function retryPolicy({ attempts, backOff, maxBackOff }: RetryErrors): RetryPolicy {
  return {
    attempts,
    backoffMs: toMilliseconds(backOff ?? 100, 'errors.retry.backOff'),
    maxBackoffMs: toMilliseconds(maxBackOff ?? 10_000, 'errors.retry.maxBackOff'),
  };
}
