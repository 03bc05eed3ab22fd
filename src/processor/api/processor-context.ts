/** What a task offers to a user's processor. */
import type { Serde } from '../../serde/serde.js';
import type { AnyStore } from '../../store/any-store.js';
import type { StateStore } from '../../store/state-store.js';
import type { StoreBuilder } from '../../store/store-builder.js';
import type { Duration } from '../../time/duration.js';
import type { FixedKeyRecord, ForwardableRecord } from './record.js';

/** Where a record came from. Kafka Streams: `RecordMetadata`. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** `stream-time`: as records bring it on. `wall-clock`: as it passes. Kafka Streams: `PunctuationType`. */
export type PunctuationType = 'stream-time' | 'wall-clock';

/**
 * Called when a timer is due, with the current time of its kind, ms. It may forward, use stores, and return a promise,
 * which is then waited for as with `process`. An error is handed to `processingErrorHandler`.
 */
export type Punctuator = (timestamp: number) => void | Promise<void>;

/** A timer. Kafka Streams: `Cancellable`. */
export interface Cancellable {
  /** May be called at any time, also by the timer's own punctuator. */
  cancel(): void;
}

export interface ScheduleOptions {
  /**
   * Anchors the timer: it is due at this time, ms since the epoch, and at whole intervals after it; if it is past, the
   * first time is the next of those. Default: stream-time timers are due with the first record and wall-clock timers one
   * interval from now.
   */
  readonly start?: number | Date | undefined;
}

/** What processors of both kinds find in their context. Kafka Streams: `ProcessingContext`. */
export interface ProcessingContext {
  readonly applicationId: string;
  /** `<sub-topology>_<partition>`. */
  readonly taskId: string;
  /** Folder of the task's state; null when nothing of it is on disk, and in the test driver. */
  readonly stateDir: string | null;
  /** The application's default serdes. */
  readonly keySerde: Serde<unknown> | undefined;
  readonly valueSerde: Serde<unknown> | undefined;
  /** Where the current record came from; null in `init` and in punctuators. */
  readonly recordMetadata: RecordMetadata | null;
  /** Highest timestamp that the task has seen, ms; -1 before its first record. Kafka Streams: `currentStreamTimeMs`. */
  readonly currentStreamTime: number;
  /** The wall clock, ms. Kafka Streams: `currentSystemTimeMs`. */
  readonly currentSystemTime: number;
  /**
   * A store that is connected to the processor, or a global store, which is read-only here. Of `stores.custom()` it is what `open`
   * gave. Stores on disk can be scanned with `for await` only, in a `process` that returns a promise.
   * @throws MillraceError STORE_UNAVAILABLE
   */
  getStateStore<S extends AnyStore>(store: StoreBuilder<S>): S;
  getStateStore<S extends AnyStore = StateStore>(name: string): S;
  /**
   * Calls `punctuator` again and again. Ticks that were missed are not made up for: there is one call, with the current
   * time. Timers of a task are called in the order in which they are due.
   * @throws MillraceError CONFIG_INVALID for an interval below 1 ms
   */
  schedule(interval: Duration, type: PunctuationType, punctuator: Punctuator, options?: ScheduleOptions): Cancellable;
  /** Asks for a commit soon, before `commitInterval` is over. */
  commit(): void;
}

/** Kafka Streams: `api.ProcessorContext`. */
export interface ProcessorContext<KForward, VForward> extends ProcessingContext {
  /**
   * Hands a record to all children in turn, or to the one of a name. Only during `process` or a punctuator (or until the
   * promise it returned is settled).
   * @throws MillraceError PROCESSING_FAILED when there is no such child
   */
  forward<K extends KForward, V extends VForward>(record: ForwardableRecord<K, V>, child?: string): void;
}

/** Kafka Streams: `api.FixedKeyProcessorContext`. */
export interface FixedKeyProcessorContext<KForward, VForward> extends ProcessingContext {
  /** As in {@link ProcessorContext}, for the record that was given and what is made of it. */
  forward<K extends KForward, V extends VForward>(record: FixedKeyRecord<K, V>, child?: string): void;
}
