/** What the nodes of one task share: its record, its stores, and where drops and errors go. */
import type { ErrorCode } from '../errors/codes.js';
import { decided } from '../errors/decided.js';
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';
import type { Logger } from '../observe/logger.js';
import type { RecordMetrics } from '../observe/instance-metrics.js';
import type { AsyncStage } from '../processor/async/async-stage.js';
import { OperatorTime } from '../processor/operator-time.js';
import type { DropReason, OperatorStores, ProcessingContext } from '../processor/context.js';
import type { LongCalls } from '../processor/long-calls.js';
import type { RunningNode } from '../processor/node.js';
import type { PendingWork } from '../processor/pending-work.js';
import type { Timers } from '../processor/punctuation/due-queue.js';
import { RecordContext } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { OlderFormats } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import type { StateStore } from '../store/state-store.js';
import { withDefaultSerde } from '../serde/wrapping.js';
import type { Clock } from '../time/clock.js';
import { AsyncWork } from './async-work.js';
import type { FailedRecord, ProcessingErrorHandler } from './error-handlers.js';
import type { SavedTimes } from './packed-times.js';

/** Ends the names of times that operators have observed. */
const OBSERVED = '-observed-time';

/** A drop is logged once for so many of the same node and reason, so that a flood of them does not become a flood of lines. */
const LOGGED_EVERY = 1_000;

/** What a {@link TaskContext} is made of. */
export interface TaskContextParts {
  readonly applicationId: string;
  readonly taskId: string;
  readonly record: RecordContext;
  readonly turn: Turn;
  readonly longCalls: LongCalls;
  readonly stores: OperatorStores;
  readonly clock: Clock;
  readonly steadyClock: Clock;
  readonly emitIntervalMs: number;
  readonly olderFormats: OlderFormats;
  readonly handler: ProcessingErrorHandler;
  readonly metrics: RecordMetrics;
  readonly logger: Logger;
  /** By name, as committed. */
  readonly committedTimes: SavedTimes;
  /** Told when the task should come round to something, though there may be no new record. */
  readonly wake: () => void;
  readonly stateDir: string | null;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  readonly pending: PendingWork | null;
  readonly timers: Timers | null;
  readonly streamTime: () => number;
  readonly globalStore: (name: string) => StateStore | null;
}

export class TaskContext implements ProcessingContext {
  private readonly logged = new Map<string, number>();
  private readonly times = new Map<string, OperatorTime>();
  private readonly sharedByName = new Map<string, unknown>();

  readonly applicationId: string;
  readonly taskId: string;
  readonly record: RecordContext;
  readonly turn: Turn;
  readonly longCalls: LongCalls;
  readonly stores: OperatorStores;
  readonly clock: Clock;
  readonly steadyClock: Clock;
  readonly emitIntervalMs: number;
  readonly olderFormats: OlderFormats;
  /** Null where no node works asynchronously. */
  asyncWork: AsyncWork | null = null;
  readonly stateDir: string | null;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  readonly pending: PendingWork | null;
  readonly timers: Timers | null;
  readonly streamTime: () => number;
  readonly globalStore: (name: string) => StateStore | null;
  /** A processor asked for a commit. */
  commitRequested = false;
  /** Nodes outside of the graph. */
  readonly companions: RunningNode[] = [];
  private readonly handler: ProcessingErrorHandler;
  private readonly metrics: RecordMetrics;
  private readonly logger: Logger;
  private toldOfTimesLeft = false;
  private readonly committedTimes: SavedTimes;
  private readonly wakeTask: () => void;

  constructor(parts: TaskContextParts) {
    this.applicationId = parts.applicationId;
    this.taskId = parts.taskId;
    this.record = parts.record;
    this.turn = parts.turn;
    this.longCalls = parts.longCalls;
    this.stores = parts.stores;
    this.clock = parts.clock;
    this.steadyClock = parts.steadyClock;
    this.emitIntervalMs = parts.emitIntervalMs;
    this.olderFormats = parts.olderFormats;
    this.handler = parts.handler;
    this.metrics = parts.metrics;
    this.logger = parts.logger;
    this.committedTimes = parts.committedTimes;
    this.wakeTask = parts.wake;
    this.stateDir = parts.stateDir;
    this.defaultKeySerde = parts.defaultKeySerde;
    this.defaultValueSerde = parts.defaultValueSerde;
    this.pending = parts.pending;
    this.timers = parts.timers;
    this.streamTime = parts.streamTime;
    this.globalStore = parts.globalStore;
  }

  requestCommit(): void {
    this.commitRequested = true;
  }

  serde(node: string, part: 'key' | 'value', given: Serde<unknown> | undefined): Serde<unknown> {
    const serde = withDefaultSerde(given, part === 'key' ? this.defaultKeySerde : this.defaultValueSerde);
    if (serde !== undefined) return serde;
    throw new MillraceError(
      'SERDE_MISSING',
      `operator ${node} has no ${part} serde; pass one to the tables that it works on, or set default${part === 'key' ? 'Key' : 'Value'}Serde`,
      { node },
    );
  }

  operatorTime(node: string): OperatorTime {
    return this.savedTime(timeName(node));
  }

  savedTime(name: string): OperatorTime {
    let time = this.times.get(name);
    if (time === undefined) this.times.set(name, (time = new OperatorTime(this.committedTimes.get(name) ?? -1)));
    return time;
  }

  shared<T>(name: string, make: () => T): T {
    if (!this.sharedByName.has(name)) this.sharedByName.set(name, make());
    return this.sharedByName.get(name) as T;
  }

  /** So many of them could not be committed. */
  timesLeft(count: number): void {
    if (this.toldOfTimesLeft) return;
    this.toldOfTimesLeft = true;
    this.logger.warn(
      `the times that ${String(count)} operators have observed find no room beside the committed offsets; after a restart these operators take late records until they have seen newer ones. Give the stores of the task changelogs, or divide the topology`,
      { task: this.taskId },
    );
  }

  /** What operators have observed so far, to be committed; -1 for those that have observed nothing. */
  operatorTimes(): ReadonlyMap<string, number> {
    const observed = new Map<string, number>();
    for (const [name, { time }] of this.times) observed.set(name, time);
    return observed;
  }

  worksAsynchronously(stage: AsyncStage): void {
    this.asyncWork ??= new AsyncWork();
    this.asyncWork.add(stage);
  }

  accompany(node: RunningNode): void {
    this.companions.push(node);
  }

  wake(): void {
    this.asyncWork?.announce();
    this.wakeTask();
  }

  dropped(node: string, reason: DropReason): void {
    this.metrics.dropped(reason);
    const kind = `${node} ${reason}`;
    const before = this.logged.get(kind) ?? 0;
    this.logged.set(kind, before + 1);
    if (before % LOGGED_EVERY !== 0) return;
    const { topic, partition, offset, timestamp } = this.record;
    this.logger.warn(`dropped a record: ${reason}`, {
      node,
      task: this.taskId,
      topic,
      partition,
      offset,
      timestamp,
      count: before + 1,
    });
  }

  unawaited(node: string, promise: Promise<unknown>, key: unknown, value: unknown): void {
    const from = new RecordContext();
    from.copyFrom(this.record);
    promise.catch((error: unknown) => {
      const { pending, record } = this;
      // Given up: whoever has the task now calls the function again.
      if (pending === null || pending.closed) return;
      const current = new RecordContext();
      current.copyFrom(record);
      record.copyFrom(from);
      try {
        this.failed(node, error, key, value);
      } catch (decision) {
        pending.failure ??= { error: decision };
      } finally {
        record.copyFrom(current);
      }
      this.wake();
    });
  }

  failed(node: string, error: unknown, key: unknown, value: unknown): void {
    // Thrown by a node further down: it was decided about there.
    if (error instanceof DecidedFailure) throw error;
    const { topic, partition, offset, timestamp } = this.record;
    const placed = this.placed(node, error);
    if (!isUsersFault(placed)) throw new DecidedFailure(placed);
    const record = { topic, partition, offset, timestamp, node, task: this.taskId, key, value };
    if (this.decide(placed, record) === 'fail') throw new DecidedFailure(placed);
    this.logger.warn(placed.message, { node, task: this.taskId, topic, partition, offset });
    this.metrics.dropped('processing-error');
  }

  /** What the handler does wrong itself is final: it is not asked about that. */
  private decide(error: MillraceError, record: FailedRecord): 'fail' | 'continue' {
    try {
      return decided(this.handler, error, record, 'processingErrorHandler');
    } catch (failure) {
      throw new DecidedFailure(failure as MillraceError);
    }
  }

  private placed(node: string, error: unknown): MillraceError {
    const { topic, partition, offset } = this.record;
    const place = { ...(topic === null ? {} : { topic, partition, offset }), node, task: this.taskId };
    // A subclass says more than its code does.
    if (MillraceError.is(error)) return error.name === 'MillraceError' ? error.completed(place) : error;
    const reason = `a function of the topology failed: ${reasonOf(error)}`;
    return new MillraceError('PROCESSING_FAILED', reason, { ...place, cause: error });
  }
}

/** Apart from the names under which Kafka Streams keeps numbers of its own, which are those of stores. */
function timeName(node: string): string {
  return `${node}${OBSERVED}`;
}

/** Whether Kafka Streams keeps a number under this name, or looks for it there. */
export function isStoreName(name: string): boolean {
  return !name.endsWith(OBSERVED);
}

/** Carries an error that the handler has decided about up to the task, past the nodes in between. */
export class DecidedFailure extends Error {
  constructor(readonly failure: MillraceError) {
    super(failure.message, { cause: failure });
  }
}

const USERS_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PROCESSING_FAILED',
  'SERIALIZATION_FAILED',
  'TIMESTAMP_INVALID',
  'HEADER_INVALID',
]);

/** Only what a user's function or value brought about may be skipped; a broker or a disk that fails may not. */
function isUsersFault(error: MillraceError): boolean {
  return USERS_FAULTS.has(error.code);
}
