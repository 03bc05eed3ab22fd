/** Records as tests write and read them, whether by the driver or on Kafka. */
import type { Headers, WritableHeaders } from '../../record/headers.js';
import type { Serde } from '../../serde/serde.js';
import type { Duration } from '../../time/duration.js';

/** A record as tests see it. Kafka Streams: `TestRecord`. */
export interface TestRecord<K, V> {
  readonly key: K | null;
  readonly value: V | null;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The time itself where `timestamp` is beyond the safe numbers. */
  readonly exactTimestamp?: bigint | undefined;
  readonly headers: Headers;
}

export interface PipeOptions {
  /** Whole milliseconds; a `bigint` beyond the safe numbers. Default: the topic's own time, which starts at the driver's and moves by `autoAdvance`. */
  readonly timestamp?: number | bigint | undefined;
  /** Values are bytes or null; `textHeader` makes a header of a text. */
  readonly headers?: WritableHeaders | undefined;
}

/** When the records of a list happened. */
export interface PipeListOptions {
  /** Timestamp of the first one, ms. Default: the topic's own time, as for single records. */
  readonly start: number;
  /** From each to the next. Default 0. */
  readonly advance?: Duration | undefined;
}

/** A record of a list. */
export interface PipedRecord<K, V> extends PipeOptions {
  readonly key?: K | null | undefined;
  readonly value: V | null;
}

export interface TestTopicOptions<K, V> {
  readonly key: Serde<K>;
  readonly value: Serde<V>;
}
