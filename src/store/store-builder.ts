/** The description of a store together with the type of the store that it becomes. */
import type { AnyStore } from './any-store.js';
import type { StoreSpec } from './spec.js';
import type { StateStore } from './state-store.js';

declare const STORE: unique symbol;

/** What `stores.keyValue(…)` and its like make: frozen data. Kafka Streams: `StoreBuilder`. */
export type StoreBuilder<S extends AnyStore = StateStore> = StoreSpec & {
  /** Only the compiler knows it. */
  readonly [STORE]?: S;
};
