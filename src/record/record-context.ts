/** What is known of the record being processed: one object a task, overwritten for every record. */
import { NO_HEADERS, type Headers } from './headers.js';

/**
 * The last argument of every user function: where the current record came from.
 * It is one object for each task, overwritten by the next record: read it during the call, copy what you keep.
 * Kafka Streams: `RecordContext` / `RecordMetadata`.
 */
export interface RecordView {
  /** Source topic; `null` outside of a record (in a punctuation, for instance). */
  readonly topic: string | null;
  /** Source partition; -1 outside of a record. */
  readonly partition: number;
  /** Source offset; -1 outside of a record. */
  readonly offset: number;
  /** Milliseconds since the epoch, as seen by the operator that calls. */
  readonly timestamp: number;
  /**
   * Null or left out, but where `timestamp` is beyond the safe numbers (2^53 - 1) and so the nearest number only: the time itself. A record
   * with such a time keeps it as long as no operator works with times.
   */
  readonly exactTimestamp?: bigint | null;
  readonly headers: Headers;
}

/** The writable side of {@link RecordView}, held by the task and its operators. */
export class RecordContext implements RecordView {
  topic: string | null = null;
  partition = -1;
  offset = -1;
  timestamp = -1;
  exactTimestamp: bigint | null = null;
  headers: Headers = NO_HEADERS;

  set(
    topic: string | null,
    partition: number,
    offset: number,
    timestamp: number,
    headers: Headers,
    exactTimestamp: bigint | null = null,
  ): void {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.headers = headers;
    this.exactTimestamp = exactTimestamp;
  }

  copyFrom(other: RecordView): void {
    this.topic = other.topic;
    this.partition = other.partition;
    this.offset = other.offset;
    this.timestamp = other.timestamp;
    this.headers = other.headers;
    this.exactTimestamp = other.exactTimestamp ?? null;
  }
}
