/** The one error of queries: why a store could not be asked, in the words of Kafka Streams. */
import { MillraceError, type ErrorPlace } from '../errors/error.js';

/** What can keep a query from its answer. Kafka Streams: `FailureReason`; the last two are of asking over the network. */
export const QUERY_FAILURES = [
  /** The store is of a kind that cannot be asked this. */
  'UNKNOWN_QUERY_TYPE',
  /** The application does not run, or the task is being restored. */
  'NOT_ACTIVE',
  /** The store has not come to the position that was asked for. */
  'NOT_UP_TO_BOUND',
  /** The partition is on no instance that is known: it moves, or its instance has told no `applicationServer`. */
  'NOT_PRESENT',
  /** There is no such store, or no such partition of it. */
  'DOES_NOT_EXIST',
  /** The store, or a serde, threw. */
  'STORE_EXCEPTION',
  /** The instance that has the partition did not answer. */
  'UNREACHABLE',
  /** What was asked is not valid: a key that the serde refuses, a position that is none. */
  'INVALID',
] as const;

export type QueryFailure = (typeof QUERY_FAILURES)[number];

const KNOWN: ReadonlySet<unknown> = new Set(QUERY_FAILURES);

/** Whether another instance, of another release maybe, gave a reason that is known here. */
export function isQueryFailure(reason: unknown): reason is QueryFailure {
  return KNOWN.has(reason);
}

/** What may be otherwise a moment later, wherever the partition then is. */
const PASSING: ReadonlySet<QueryFailure> = new Set(['NOT_ACTIVE', 'NOT_UP_TO_BOUND', 'NOT_PRESENT', 'UNREACHABLE']);

/** Why a query has no answer. That there is nothing of a key is an answer, and never an error. */
export class QueryError extends MillraceError {
  constructor(
    readonly reason: QueryFailure,
    message: string,
    place: ErrorPlace = {},
  ) {
    super('QUERY_FAILED', `${message} (${reason})`, place);
    this.said = message;
  }

  /** @internal The message without reason and place, as it goes over the network. */
  readonly said: string;

  /** Whether asking again may help. */
  get passes(): boolean {
    return PASSING.has(this.reason);
  }
}
