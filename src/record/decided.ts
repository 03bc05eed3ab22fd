/** Asks an error handler of the user's what to do about a record, and takes nothing for an answer but an answer. */
import { MillraceError } from '../errors/error.js';
import { ignoreRejection } from '../errors/promised.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { reasonOf } from '../errors/shown-value.js';
import { checkedHeaders, NO_HEADERS, type Headers, type WritableHeaders } from './headers.js';

/**
 * What to do about a record that failed: stop, drop it (counted and logged), or put it into the topic `errors.deadLetterTopic` and
 * go on.
 */
export type FailureDecision = 'fail' | 'continue' | 'deadLetter';

/** A record that a handler has written in place of the one that failed. Kafka Streams: the `ProducerRecord`s of a handler's `Response`. */
export interface DeadLetter {
  readonly topic: string;
  /** Decides the partition. Default null: any partition. */
  readonly key?: Uint8Array | null;
  /** Default null. */
  readonly value?: Uint8Array | null;
  /** Default none. */
  readonly headers?: WritableHeaders;
  /** Ms since the epoch. Default: that of the record that failed. */
  readonly timestamp?: number;
}

/** A decision with the dead letters that go with it. */
export interface FailureResponse {
  readonly then: 'fail' | 'continue';
  /** `standard`: the one that Millrace makes, for `errors.deadLetterTopic`. */
  readonly deadLetters: 'standard' | readonly DeadLetter[];
}

/** Everything that a handler may answer. */
export type FailureAnswer = FailureDecision | FailureResponse;

/** A dead letter that was looked at. */
export interface CheckedLetter {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Null: that of the record that failed. */
  readonly timestamp: number | null;
}

/** An answer that was looked at. */
export interface Decided {
  readonly then: 'fail' | 'continue' | 'retry';
  readonly deadLetters: 'standard' | readonly CheckedLetter[];
}

const NO_LETTERS: readonly CheckedLetter[] = [];
const WORDS: ReadonlyMap<unknown, Decided> = new Map<unknown, Decided>([
  ['fail', { then: 'fail', deadLetters: NO_LETTERS }],
  ['continue', { then: 'continue', deadLetters: NO_LETTERS }],
  ['deadLetter', { then: 'continue', deadLetters: 'standard' }],
]);
const RETRY: Decided = { then: 'retry', deadLetters: NO_LETTERS };

/**
 * @param option names the handler in errors
 * @param mayRetry whether `retry` is an answer here; null where it never is
 * @throws MillraceError PROCESSING_FAILED when the handler throws, or gives what is no answer
 */
export function decided<R>(
  handler: (error: MillraceError, record: R) => FailureAnswer | 'retry',
  error: MillraceError,
  record: R,
  option: string,
  mayRetry: boolean | null = null,
): Decided {
  let given: unknown;
  try {
    given = handler(error, record);
  } catch (cause) {
    throw failed(`${option} failed: ${reasonOf(cause)}`, error, option, cause);
  }
  const word = WORDS.get(given);
  if (word !== undefined) return word;
  if (given === 'retry' && mayRetry === true) return RETRY;
  if (given === 'retry' && mayRetry === false) {
    const why =
      'this record cannot be tried again (record.mayRetry is false): the operator has handed results on already';
    throw failed(`${option} returned retry, but ${why}`, error, option, error);
  }
  const response = typeof given === 'object' && given !== null ? responseOf(given, option, error) : null;
  if (response !== null) return response;
  ignoreRejection(given);
  const words = mayRetry === null ? 'fail, continue, deadLetter' : 'fail, continue, deadLetter, retry';
  const problem = `${option} must return ${words} or { then, deadLetters }, not ${kindAndSize(given)}`;
  throw failed(problem, error, option, error);
}

function responseOf(given: object, option: string, error: MillraceError): Decided | null {
  const { then, deadLetters } = given as Partial<FailureResponse>;
  if (then !== 'fail' && then !== 'continue') return null;
  if (deadLetters === 'standard') return { then, deadLetters };
  if (!Array.isArray(deadLetters)) return null;
  const letters = (deadLetters as readonly unknown[]).map((letter) => {
    try {
      return checkedLetter(letter);
    } catch (cause) {
      throw failed(`${option} gave a dead letter that cannot be written: ${reasonOf(cause)}`, error, option, cause);
    }
  });
  return { then, deadLetters: letters };
}

function checkedLetter(given: unknown): CheckedLetter {
  const { topic, key, value, headers, timestamp } = (given ?? {}) as Partial<DeadLetter>;
  if (typeof topic !== 'string' || topic === '') throw new TypeError('it needs the name of a topic');
  if (timestamp !== undefined && (!Number.isSafeInteger(timestamp) || timestamp < 0)) {
    throw new TypeError(
      `its timestamp must be a whole number of ms, not ${kindAndSize(timestamp, 0, Number.MAX_SAFE_INTEGER)}`,
    );
  }
  return {
    topic,
    key: bytesOf(key, 'key'),
    value: bytesOf(value, 'value'),
    headers: headers === undefined ? NO_HEADERS : checkedHeaders(headers),
    timestamp: timestamp ?? null,
  };
}

function bytesOf(given: Uint8Array | null | undefined, part: string): Buffer | null {
  if (given === undefined || given === null) return null;
  if (!((given as unknown) instanceof Uint8Array)) {
    throw new TypeError(`its ${part} must be bytes or null, not ${kindAndSize(given)}`);
  }
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

/** Where the record is that the handler was asked about is known to the error that it was asked about. */
function failed(problem: string, about: MillraceError, option: string, cause: unknown): MillraceError {
  const { topic, partition, offset, node, task } = about;
  const message = `${problem}; it was asked about: ${about.message}`;
  return new MillraceError('PROCESSING_FAILED', message, { topic, partition, offset, node, task, option, cause });
}
