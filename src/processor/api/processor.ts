/** What a user writes who processes records himself, one by one, with state and timers. */
import type { AnyStore } from '../../store/any-store.js';
import type { StoreBuilder } from '../../store/store-builder.js';
import type { FixedKeyProcessorContext, ProcessorContext } from './processor-context.js';
import type { FixedKeyRecord, Record } from './record.js';

/**
 * Processes the records of one task, each to the end before the next. `KOut` and `VOut` are what it forwards.
 *
 * `process` may return a promise. Then, and only then, the task waits for it: its next record comes when the promise is
 * settled, and a commit waits too; other tasks go on. Kafka Streams: `api.Processor`.
 */
export interface Processor<KIn, VIn, KOut = unknown, VOut = unknown> {
  /** Called once, when the state of the task is there and before its first record. It cannot forward or wait. */
  init?(context: ProcessorContext<KOut, VOut>): void;
  /** An error is handed to `processingErrorHandler`. */
  process(record: Record<KIn, VIn>): void | Promise<void>;
  /** Called once, after the last record; stores can still be read. */
  close?(): void | Promise<void>;
}

/** As {@link Processor}, but the key of a record cannot be changed. Kafka Streams: `api.FixedKeyProcessor`. */
export interface FixedKeyProcessor<KIn, VIn, VOut = unknown> {
  init?(context: FixedKeyProcessorContext<KIn, VOut>): void;
  process(record: FixedKeyRecord<KIn, VIn>): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** Something that makes processors and says which stores come with them. */
export interface Supplier<P> {
  /** Called for each task. Must give another one each time. */
  get(): P;
  /** Stores that are added to the topology with the processor, and connected to it. */
  readonly stores?: readonly StoreBuilder<AnyStore>[];
}

/**
 * Makes the processor of a task: a function, or an object with `get` and `stores`. It must give another one each time; it
 * is also called twice when the topology is written, to check that. Kafka Streams: `ProcessorSupplier`.
 */
export type ProcessorSupplier<KIn, VIn, KOut = unknown, VOut = unknown> =
  (() => Processor<KIn, VIn, KOut, VOut>) | Supplier<Processor<KIn, VIn, KOut, VOut>>;

/** As {@link ProcessorSupplier}. Kafka Streams: `FixedKeyProcessorSupplier`. */
export type FixedKeyProcessorSupplier<KIn, VIn, VOut = unknown> =
  (() => FixedKeyProcessor<KIn, VIn, VOut>) | Supplier<FixedKeyProcessor<KIn, VIn, VOut>>;

/** Suppliers as the runtime sees them; the DSL gives them their types. */
export type AnyProcessor = Processor<unknown, unknown>;
export type AnyFixedKeyProcessor = FixedKeyProcessor<unknown, unknown>;
export type AnyProcessorSupplier = Supplier<AnyProcessor>;
export type AnyFixedKeyProcessorSupplier = Supplier<AnyFixedKeyProcessor>;
