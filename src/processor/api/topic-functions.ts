/** The functions that a user passes to sources and sinks: they say when a record happened and where it goes. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { Clock } from '../../time/clock.js';

/** What a record from a topic shows to a timestamp extractor. */
export interface ExtractableRecord extends RecordView {
  readonly key: unknown;
  readonly value: unknown;
}

/**
 * Gives a record its timestamp, in ms. A negative result drops the record and counts it.
 * `partitionTime` is the highest timestamp seen in the partition, -1 before the first; `clock` is the wall clock.
 * Ready-made: `timestampExtractors`. Kafka Streams: `TimestampExtractor`.
 */
export type TimestampExtractor = (record: ExtractableRecord, partitionTime: number, clock: Clock) => number;

/**
 * Chooses partitions for a record: a number, several (multicast), none (`[]` drops it) or `null` for the default.
 * `headers` are those that are written. Kafka Streams: `StreamPartitioner`.
 */
export type Partitioner = (
  topic: string,
  key: unknown,
  value: unknown,
  partitions: number,
  headers: Headers,
) => number | readonly number[] | null;

/** Kafka Streams: `TopicNameExtractor`. */
export type TopicExtractor = (value: unknown, key: unknown, record: RecordView) => string;

/** A {@link Partitioner} that sees keys alone. Compared loosely, as serdes are, so that tables of other keys can stand for each other. */
export type KeyPartitioner<K> = {
  bivariant(topic: string, key: K, value: null, partitions: number): ReturnType<Partitioner>;
}['bivariant'];
