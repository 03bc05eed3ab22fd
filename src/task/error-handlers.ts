/** What a user may decide when a function of his throws while a record is processed. */
import type { MillraceError } from '../errors/error.js';

export interface FailedRecord {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  /** Name of the operator that threw. */
  readonly node: string;
  readonly task: string;
  readonly key: unknown;
  readonly value: unknown;
}

/** `continue`: the record is dropped at that operator and counted; what came before it stands. Kafka Streams: `ProcessingExceptionHandler`. */
export type ProcessingErrorHandler = (error: MillraceError, record: FailedRecord) => 'fail' | 'continue';
