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
  /** A record at which a function of the topology threw is tried again: `attempts` in all, `backOff` (default 100 ms) before the second one, doubled before each further one up to `maxBackOff` (default 10 s). Its task waits, others go on. The operator that threw gets it again, not those before it; not when it has handed results on already, nor operators over windows, which may have changed one of several windows. Default: tried once. */
  readonly retry?: RetryErrors | undefined;
  /** What becomes of a record that still fails or cannot be decoded, where no handler says otherwise: `fail`, the instance fails, after a dead letter if there is a topic for it; `continue`, the record is left out, counted and logged; `deadLetter`, the same with a dead letter. Default `deadLetter` with a `deadLetterTopic`, else `fail`. */
  readonly then?: FailureDecision | undefined;
  /** Topic of dead letters: the bytes of the record as they were read, its headers, and headers that say what happened, as Kafka Streams writes them. `{ name, partitions, replicationFactor, config }`: created at start when it does not exist. Default none. Kafka Streams: `errors.dead.letter.queue.topic.name`. */
  readonly deadLetterTopic?: string | DeadLetterTopic | undefined;
}

/** The options about failures as they are given. */
export interface GivenFailureOptions {
  readonly errors?: ErrorOptions | undefined;
  /** A record that cannot be decoded: of an input, or of a changelog or source topic while a store is restored from it (`record.store` tells which). Also asked about a record whose time cannot be kept (`TIMESTAMP_INVALID`). Answers as `errors.then`, or `{ then, deadLetters }` with dead letters of its own. Default: as `errors.then` says. Kafka Streams: `deserialization.exception.handler`. */
  readonly deserializationErrorHandler?: FailureDecision | DeserializationHandler | undefined;
  /** A user function that threw, of an operator, a timer or the processor of a global store; or an output that cannot be turned into bytes. Answers as `errors.then`, `retry`, or `{ then, deadLetters }`; a record that is left out is so at that operator, what came before it stands. Default: as `errors.then` says. Kafka Streams: `processing.exception.handler`. */
  readonly processingErrorHandler?: FailureDecision | ProcessingErrorHandler | undefined;
  /** A record that the broker refuses: larger than `max.message.bytes` of its topic, of a time or kind that the topic does not take. Answers as `errors.then`, or `{ then, deadLetters }`; the dead letter has the key and value of that record. Not asked about records of changelogs, without which state would be lost, nor when a broker cannot be reached, a topic may not be written to or is gone: that ends the instance. Default: as `errors.then` says. Kafka Streams: `production.exception.handler`. */
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
