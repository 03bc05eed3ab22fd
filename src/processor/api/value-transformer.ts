/** What a user writes who makes the values of a table with state or timers of his own. */
import type { RecordView } from '../../record/record-context.js';
import type { ProcessingContext } from './processor-context.js';
import type { Supplier } from './processor.js';

/** Makes the values of a table. Kafka Streams: `ValueTransformerWithKey`. */
export interface ValueTransformer<K, V, VR> {
  /** Called once, when the state of the task is there. The context cannot forward. */
  init?(context: ProcessingContext): void;
  /**
   * The new value of a row, null for none. Called for deletions too, with null. It cannot wait: a promise would be a value.
   * An error is handed to `processingErrorHandler`.
   */
  transform(value: V | null, key: K, record: RecordView): VR;
  /** Called once, after the last record; stores can still be read. */
  close?(): void | Promise<void>;
}

/**
 * Makes the transformer of a task: a function, or an object with `get` and `stores`. It must give another one each time. It
 * is also called twice when the topology is written, to check that, and once for every operator that reads the table
 * without the table having a store. Kafka Streams: `ValueTransformerWithKeySupplier`.
 */
export type ValueTransformerSupplier<K, V, VR> =
  (() => ValueTransformer<K, V, VR>) | Supplier<ValueTransformer<K, V, VR>>;

/** As the runtime sees it. */
export type AnyValueTransformer = ValueTransformer<unknown, unknown, unknown>;
export type AnyValueTransformerSupplier = Supplier<AnyValueTransformer>;
