/** Something that stands around every processor of a topology: to count, to log, to trace, to keep something besides. */
import type { AnyFixedKeyProcessorSupplier, AnyProcessorSupplier } from './processor.js';

/**
 * Wraps the suppliers of all processors, those of the DSL's operators too; on the edges of tables, values are changes, pairs of
 * new and old value. A wrapped supplier gives a processor that does something of its own and calls the one it was given:
 * `init` with the context, or another that passes on what is forwarded; `process`; `close`.
 *
 * Called when the topology is built, to learn of stores that it adds, and again for each task. Kafka Streams:
 * `ProcessorWrapper`, `processor.wrapper.class`.
 */
export interface ProcessorWrapper {
  /** For `process`, and for all operators of the DSL. Default: leaves them as they are. */
  wrapProcessorSupplier?(name: string, supplier: AnyProcessorSupplier): AnyProcessorSupplier;
  /** For `processValues`. Default: leaves them as they are. */
  wrapFixedKeyProcessorSupplier?(name: string, supplier: AnyFixedKeyProcessorSupplier): AnyFixedKeyProcessorSupplier;
}
