/** A table that every instance holds whole. */
import { ownParts, PARTS, type GlobalTableParts } from './parts.js';

/**
 * A table read whole by every instance of the application, from a topic of its own, before anything is processed. A stream
 * can join it by any key. Kafka Streams: `GlobalKTable`.
 */
export class GlobalKTable<K, V> {
  /** @internal */
  readonly [PARTS]: GlobalTableParts;
  /** Name of the store, for queries. */
  readonly queryableStoreName: string;
  /** Only the compiler knows the types of keys and values. */
  declare protected readonly types: [K, V];

  /** @internal Made by `StreamsBuilder.globalTable`. */
  constructor(parts: GlobalTableParts) {
    this[PARTS] = ownParts(parts, 'GlobalKTable', "builder.globalTable('topic') of a StreamsBuilder");
    this.queryableStoreName = parts.store;
  }
}
