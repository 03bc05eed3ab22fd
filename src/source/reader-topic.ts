/** Turns the raw records of one source topic into keys, values and timestamps, or says why that cannot be done. */
import type { RecordCursor } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import type { Headers } from '../record/headers.js';
import type { Serde } from '../serde/serde.js';
import { systemClock, type Clock } from '../time/clock.js';

/** A record that could not be decoded, for the deserialization handler. */
export interface UndecodableRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  readonly keyBytes: Buffer | null;
  readonly valueBytes: Buffer | null;
  readonly node: string;
}

/** What to do with a record that cannot be decoded: stop, or drop it, counted and logged. */
export type DeserializationDecision = 'fail' | 'continue';
export type DeserializationHandler = (error: MillraceError, record: UndecodableRecord) => DeserializationDecision;

/** Gets the timestamp of a decoded record; negative drops it. */
export type Extractor = (
  record: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly timestamp: number;
    readonly headers: Headers;
    readonly key: unknown;
    readonly value: unknown;
  },
  partitionTime: number,
  clock: Clock,
) => number;

/** What a source reports instead of handing on a record. */
export interface SourceReports {
  undecodable(error: MillraceError, record: UndecodableRecord): void;
  negativeTimestamp(topic: string, partition: number, offset: number, timestamp: number): void;
}

/** The first node of the way: gets every record of the topic. */
export interface RecordTarget {
  receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void;
}

/** The part of a partition queue that a decoded record is written into. */
interface Head {
  key: unknown;
  value: unknown;
  timestamp: number;
  offset: number;
  headers: Headers;
  readonly partition: number;
  readonly partitionTime: number;
}

/**
 * One topic of a source node.
 * Without an extractor of the user's the record's own timestamp counts and a negative one is an error, as with Kafka
 * Streams' `FailOnInvalidTimestamp`.
 */
export class ReaderTopic {
  constructor(
    readonly topic: string,
    readonly node: string,
    private readonly keySerde: Serde<unknown>,
    private readonly valueSerde: Serde<unknown>,
    private readonly extractor: Extractor | null,
    private readonly handler: DeserializationHandler,
    private readonly reports: SourceReports,
    readonly target: RecordTarget,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Fills the head from the cursor's record; false when the record is to be skipped. */
  decode(cursor: RecordCursor, head: Head): boolean {
    const headers = cursor.headers();
    try {
      head.key = decodeWith(this.keySerde, cursor.buffer, cursor.keyStart, cursor.keyEnd, this.topic, headers);
    } catch (cause) {
      return this.skipUndecodable('key', cause, cursor, head, headers);
    }
    try {
      head.value = decodeWith(this.valueSerde, cursor.buffer, cursor.valueStart, cursor.valueEnd, this.topic, headers);
    } catch (cause) {
      return this.skipUndecodable('value', cause, cursor, head, headers);
    }
    head.offset = cursor.offset;
    head.headers = headers;
    head.timestamp = this.extractor === null ? cursor.timestamp : this.extract(this.extractor, cursor, head);
    if (head.timestamp >= 0) return true;
    if (this.extractor === null) {
      throw new MillraceError(
        'TIMESTAMP_INVALID',
        `the record has the negative timestamp ${String(head.timestamp)}; correct the producer or set a timestamp extractor`,
        { topic: this.topic, partition: head.partition, offset: cursor.offset, node: this.node },
      );
    }
    this.reports.negativeTimestamp(this.topic, head.partition, cursor.offset, head.timestamp);
    return false;
  }

  private extract(extractor: Extractor, cursor: RecordCursor, head: Head): number {
    const { key, value, headers } = head;
    const { topic } = this;
    const { offset, timestamp } = cursor;
    const record = { topic, partition: head.partition, offset, timestamp, headers, key, value };
    return extractor(record, head.partitionTime, this.clock);
  }

  private skipUndecodable(
    part: 'key' | 'value',
    cause: unknown,
    cursor: RecordCursor,
    head: Head,
    headers: Headers,
  ): false {
    const { offset, timestamp } = cursor;
    const record: UndecodableRecord = {
      topic: this.topic,
      partition: head.partition,
      offset,
      timestamp,
      headers,
      keyBytes: bytesOf(cursor.buffer, cursor.keyStart, cursor.keyEnd),
      valueBytes: bytesOf(cursor.buffer, cursor.valueStart, cursor.valueEnd),
      node: this.node,
    };
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new MillraceError(
      'DESERIALIZATION_FAILED',
      `the ${part} cannot be decoded: ${reason}; correct the serde or the producer, or set deserializationErrorHandler`,
      { topic: this.topic, partition: head.partition, offset, node: this.node, cause },
    );
    if (this.handler(error, record) === 'fail') throw error;
    this.reports.undecodable(error, record);
    return false;
  }
}

function decodeWith(
  serde: Serde<unknown>,
  buffer: Buffer,
  start: number,
  end: number,
  topic: string,
  headers: Headers,
): unknown {
  if (start < 0) return null;
  if (serde.deserializeRange !== undefined) return serde.deserializeRange(buffer, start, end);
  return serde.deserialize(buffer.subarray(start, end), topic, headers);
}

function bytesOf(buffer: Buffer, start: number, end: number): Buffer | null {
  return start < 0 ? null : Buffer.from(buffer.subarray(start, end));
}
