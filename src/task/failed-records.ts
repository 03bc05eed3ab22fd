/** What becomes of a record that failed in a task: tried again, dropped, made a dead letter, or the end of the instance. */
import type { ErrorCode } from '../errors/codes.js';
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import type { RecordMetrics } from '../observe/instance-metrics.js';
import { LineLimit } from '../observe/line-limit.js';
import type { Logger } from '../observe/logger.js';
import type { EventChannels } from '../observe/events.js';
import type { TaskTracing } from '../observe/telemetry.js';
import { backOff } from '../processor/async/attempts.js';
import type { PendingWork } from '../processor/pending-work.js';
import { decided, type Decided } from '../record/decided.js';
import type { RecordContext } from '../record/record-context.js';
import type { UndecodableRecord } from '../source/reader-topic.js';
import { UNREAD } from '../source/unread-values.js';
import type { DeadLetters } from './dead-letters.js';
import type { FailedRecord, ProcessingErrorHandler, RetryPolicy } from './error-handlers.js';
import type { SourceBytes } from './source-bytes.js';

/** For a handler that answers `retry` where no policy says how long to wait. */
const STANDARD_BACK_OFF = { backoffMs: 100, maxBackoffMs: 10_000 };

interface FailedRecordsParts {
  readonly taskId: string;
  /** The task's. */
  readonly record: RecordContext;
  readonly handler: ProcessingErrorHandler;
  readonly retry: RetryPolicy | null;
  readonly letters: DeadLetters;
  readonly sources: SourceBytes;
  /** What the task waits for. */
  readonly work: PendingWork;
  readonly wake: () => void;
  readonly metrics: RecordMetrics;
  readonly logger: Logger;
  readonly tracing: TaskTracing | null;
  readonly events: EventChannels;
}

export class FailedRecords {
  /** Of records that are to be tried again. */
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  /** Of those that are dropped: their causes come in storms. */
  private readonly lines: LineLimit;

  constructor(private readonly parts: FailedRecordsParts) {
    this.lines = new LineLimit(parts.logger);
  }

  /** Whether a record waits to be tried again. */
  get retrying(): boolean {
    return this.timers.size > 0;
  }

  /**
   * @param again leaves another attempt with the task's turn; null where the operator has handed results on
   * @param attempts so far
   * @throws DecidedFailure unless processing goes on
   */
  failed(
    node: string,
    error: unknown,
    key: unknown,
    value: unknown,
    again: (() => void) | null,
    attempts: number,
  ): void {
    // Thrown by a node further down: it was decided about there.
    if (error instanceof DecidedFailure) throw error;
    const placed = this.placed(node, error);
    this.parts.tracing?.failed(placed);
    if (!USERS_FAULTS.has(placed.code)) throw new DecidedFailure(placed);
    const { retry, sources, record, metrics, taskId } = this.parts;
    // What we refuse ourselves is refused every time.
    if (again !== null && retry !== null && attempts < retry.attempts && !MillraceError.is(error)) {
      this.told(placed, 'retry');
      this.tryAgain(placed, again, attempts);
      return;
    }
    const { topic, partition, offset, timestamp, headers } = record;
    const bytes = sources.of(record);
    const shown: FailedRecord = {
      topic,
      partition,
      offset,
      timestamp,
      headers,
      node,
      task: taskId,
      key,
      value: value === UNREAD ? sources.unreadValue(record, bytes) : value,
      sourceKeyBytes: bytes?.key ?? null,
      sourceValueBytes: bytes?.value ?? null,
      attempts,
      mayRetry: again !== null,
    };
    const answer = this.decide(placed, shown);
    this.told(placed, decisionOf(answer));
    if (answer.then === 'retry') {
      if (again !== null) this.tryAgain(placed, again, attempts);
      return;
    }
    this.write(answer, {
      error: placed,
      ...{ node, task: taskId, source: sources.sourceOf(record) },
      ...{ topic, partition, offset, timestamp, headers },
      ...{ key: shown.sourceKeyBytes, value: shown.sourceValueBytes },
    });
    if (answer.then === 'fail') throw new DecidedFailure(placed);
    this.passedOver(placed, answer, { node, task: taskId, topic, partition, offset });
    metrics.dropped('processing-error');
  }

  /** A record that could not be decoded, and what its handler answered. */
  undecodable(error: MillraceError, record: UndecodableRecord, answer: Decided): void {
    const { metrics, taskId } = this.parts;
    this.told(error, decisionOf(answer));
    const { node, topic, partition, offset, timestamp, headers, keyBytes: key, valueBytes: value } = record;
    const position = { topic, partition, offset, timestamp, headers };
    this.parts.letters.write(answer, { error, node, task: taskId, source: node, ...position, key, value });
    if (answer.then === 'fail') return;
    metrics.dropped('undecodable');
    this.passedOver(error, answer, { node, task: taskId, topic, partition, offset });
  }

  /** Nothing is tried again any more. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private passedOver(
    error: MillraceError,
    answer: Decided,
    place: { readonly node: string } & Record<string, unknown>,
  ): void {
    const outcome = decisionOf(answer) === 'deadLetter' ? 'made a dead letter of a record' : 'dropped a record';
    this.lines.warn(`${place.node} ${error.code} ${outcome}`, `${outcome}: ${error.message}`, place);
  }

  private told(error: MillraceError, decision: string): void {
    this.parts.events.tell('millrace:error', { error, decision });
  }

  /** The task takes no further record meanwhile; others go on. */
  private tryAgain(error: MillraceError, again: () => void, attempts: number): void {
    const { record, sources, work, metrics, logger, taskId, retry, wake } = this.parts;
    const wait = backOff(attempts, retry ?? STANDARD_BACK_OFF);
    const { topic, partition, offset } = record;
    logger.info(`a record is tried again in ${wait.toFixed(0)} ms: ${error.message}`, {
      ...{ node: error.node, task: taskId, topic, partition, offset },
      attempts,
    });
    metrics.retried += 1;
    sources.keep(record);
    work.begin(record);
    again();
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work.end();
      wake();
    }, wait);
    this.timers.add(timer);
  }

  /** What the handler does wrong itself is final: it is not asked about that. */
  private decide(error: MillraceError, record: FailedRecord): Decided {
    try {
      return decided(this.parts.handler, error, record, 'processingErrorHandler', record.mayRetry);
    } catch (failure) {
      throw new DecidedFailure(failure as MillraceError);
    }
  }

  /** A letter that cannot be written makes no other one. */
  private write(answer: Decided, failure: Parameters<DeadLetters['write']>[1]): void {
    try {
      this.parts.letters.write(answer, failure);
    } catch (error) {
      throw new DecidedFailure(error as MillraceError);
    }
  }

  private placed(node: string, error: unknown): MillraceError {
    const { topic, partition, offset } = this.parts.record;
    const place = { ...(topic === null ? {} : { topic, partition, offset }), node, task: this.parts.taskId };
    // A subclass says more than its code does.
    if (MillraceError.is(error)) return error.name === 'MillraceError' ? error.completed(place) : error;
    const reason = `a function of the topology failed: ${reasonOf(error)}`;
    return new MillraceError('PROCESSING_FAILED', reason, { ...place, cause: error });
  }
}

function decisionOf({ then, deadLetters }: Decided): string {
  return then === 'continue' && deadLetters.length > 0 ? 'deadLetter' : then;
}

/** Carries an error that the handler has decided about up to the task, past the nodes in between. */
export class DecidedFailure extends Error {
  constructor(readonly failure: MillraceError) {
    super(failure.message, { cause: failure });
  }
}

/** What a handler decided to fail with, without the envelope that carried it past the nodes. */
export function decidedFailure(error: unknown): unknown {
  return error instanceof DecidedFailure ? error.failure : error;
}

/** Only what a user's function or value brought about may be skipped; a broker or a disk that fails may not. */
const USERS_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PROCESSING_FAILED',
  'SERIALIZATION_FAILED',
  'TIMESTAMP_INVALID',
  'HEADER_INVALID',
]);
