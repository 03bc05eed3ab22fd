/** What every store of a task has, whatever it keeps. */
import type { Headers } from '../record/headers.js';
import type { StoreFormat, StoreKind } from './spec.js';

/** Kafka Streams: `StateStore`. */
export interface StateStore {
  readonly name: string;
  readonly kind: StoreKind;
  readonly format: StoreFormat;
  /** True when the content outlives the process; false: rebuilt from the changelog at every start. */
  readonly persistent: boolean;
}

/** A value with the time of its last update, ms. Read-only; it stays as it is when the store goes on. */
export interface ValueAndTimestamp<V> {
  readonly value: V;
  readonly timestamp: number;
}

/** The same with headers. Kafka Streams: `ValueTimestampHeaders`. */
export interface ValueTimestampHeaders<V> extends ValueAndTimestamp<V> {
  readonly headers: Headers;
}
