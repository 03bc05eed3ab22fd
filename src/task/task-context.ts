/** What the nodes of one task share: its record, its stores, and where drops and errors go. */
import type { DropReason } from '../errors/drop-reasons.js';
import { MillraceError } from '../errors/error.js';
import type { Logger } from '../observe/logger.js';
import type { EventChannels } from '../observe/events.js';
import type { TaskTracing } from '../observe/telemetry.js';
import type { RecordMetrics } from '../observe/instance-metrics.js';
import type { AsyncStage } from '../processor/async/async-stage.js';
import { OperatorTime } from '../processor/operator-time.js';
import type { Companion, OperatorStores, NodeContext } from '../processor/context.js';
import type { LongCalls } from '../processor/long-calls.js';
import type { PendingWork } from '../processor/pending-work.js';
import { Timers } from '../processor/punctuation/due-queue.js';
import type { RawRecord } from '../record/raw-record.js';
import { RecordContext } from '../record/record-context.js';
import type { Turn } from '../record/turn.js';
import type { OlderFormats } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import type { StateStore } from '../store/state-store.js';
import { forKeys } from '../serde/prepared.js';
import { withDefaultSerde } from '../serde/wrapping.js';
import type { Clock } from '../time/clock.js';
import { AsyncWork } from './async-work.js';
import type { DeadLetters } from './dead-letters.js';
import type { ProcessingErrorHandler, RetryPolicy } from './error-handlers.js';
import { FailedRecords } from './failed-records.js';
import type { SavedTimes } from './packed-times.js';
import type { SourceBytes } from './source-bytes.js';

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
  readonly retry: RetryPolicy | null;
  readonly letters: DeadLetters;
  readonly sources: SourceBytes;
  readonly metrics: RecordMetrics;
  readonly logger: Logger;
  /** By name, as committed. */
  readonly committedTimes: SavedTimes;
  /** Told when the task should come round to something, though there may be no new record. */
  readonly wake: () => void;
  readonly stateDir: string | null;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
  /** What the task waits for. */
  readonly work: PendingWork;
  /** Null where nobody follows records. */
  readonly tracing: TaskTracing | null;
  readonly events: EventChannels;
  /** Of a global store: no timers, and no promise of a processor is waited for. */
  readonly global: boolean;
  readonly streamTime: () => number;
  readonly globalStore: (name: string) => StateStore | null;
}

export class TaskContext implements NodeContext {
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
  readonly companions: Companion[] = [];
  /** What becomes of records that failed. */
  readonly failures: FailedRecords;
  readonly work: PendingWork;
  private readonly sources: SourceBytes;
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
    this.metrics = parts.metrics;
    this.logger = parts.logger;
    this.committedTimes = parts.committedTimes;
    this.wakeTask = parts.wake;
    this.stateDir = parts.stateDir;
    this.defaultKeySerde = parts.defaultKeySerde;
    this.defaultValueSerde = parts.defaultValueSerde;
    this.work = parts.work;
    this.pending = parts.global ? null : parts.work;
    this.timers = parts.global ? null : new Timers();
    this.sources = parts.sources;
    this.failures = new FailedRecords({ ...parts, wake: () => this.wake() });
    this.streamTime = parts.streamTime;
    this.globalStore = parts.globalStore;
  }

  requestCommit(): void {
    this.commitRequested = true;
  }

  serde(node: string, part: 'key' | 'value', given: Serde<unknown> | undefined): Serde<unknown> {
    const serde = withDefaultSerde(given, part === 'key' ? this.defaultKeySerde : this.defaultValueSerde);
    if (serde !== undefined) return part === 'key' ? forKeys(serde) : serde;
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

  accompany(companion: Companion): void {
    this.companions.push(companion);
  }

  wake(): void {
    this.asyncWork?.announce();
    this.wakeTask();
  }

  dropped(node: string, reason: DropReason, lateBy?: number): void {
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
      ...(lateBy !== undefined && { lateBy }),
      count: before + 1,
    });
  }

  warn(node: string, message: string): void {
    this.logger.warn(message, { node, task: this.taskId });
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

  sourceBytes(): RawRecord | null {
    return this.sources.wanted ? this.sources.of(this.record) : null;
  }

  holdSourceBytes(bytes: RawRecord | null): void {
    if (bytes !== null) this.sources.keep(this.record, bytes);
  }

  failed(
    node: string,
    error: unknown,
    key: unknown,
    value: unknown,
    again: (() => void) | null = null,
    attempts = 1,
  ): void {
    this.failures.failed(node, error, key, value, again, attempts);
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
