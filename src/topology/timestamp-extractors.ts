/** The extractors that come along: where a record gets its time when it enters. */
import { MillraceError } from '../errors/error.js';
import type { TimestampExtractor } from '../processor/api/topic-functions.js';

/**
 * For `timestampExtractor`, of one source or of the application. They differ in what becomes of a record whose own timestamp
 * is negative; the names are those of Kafka Streams' classes.
 */
export const timestampExtractors = {
  /** The record's own; a negative one is an error that ends the application. This is the default. */
  failOnInvalidTimestamp: ({ topic, partition, offset, timestamp }) => {
    if (timestamp >= 0) return timestamp;
    throw new MillraceError(
      'TIMESTAMP_INVALID',
      `the record has the negative timestamp ${String(timestamp)}; correct the producer or set another timestamp extractor`,
      { topic: topic ?? undefined, partition, offset },
    );
  },

  /** The record's own; a record with a negative one is dropped, counted and logged. */
  logAndSkipOnInvalidTimestamp: ({ timestamp }) => timestamp,

  /**
   * The record's own, or the highest one seen in its partition instead of a negative one; 0 where nothing has been seen.
   * (Kafka Streams ends the application if it has not seen a valid one before.)
   */
  usePartitionTimeOnInvalidTimestamp: ({ timestamp }, partitionTime) =>
    timestamp >= 0 ? timestamp : Math.max(partitionTime, 0),

  /** The time at which the record is read, by the application's clock. */
  wallclockTimestampExtractor: (_record, _partitionTime, clock) => clock.now(),
} as const satisfies Readonly<Record<string, TimestampExtractor>>;
