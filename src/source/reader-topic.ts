/** Turns the raw records of one source topic into keys, values and timestamps, or says why that cannot be done. */
import type { RecordCursor } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import { ignoreRejection, promised } from '../errors/promised.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { reasonOf } from '../errors/shown-value.js';
import { decided, type Decided, type FailureAnswer } from '../record/decided.js';
import type { Headers } from '../record/headers.js';
import { NodeBuffer } from '../record/node-buffer.js';
import { NotReady } from '../serde/not-ready.js';
import type { Serde } from '../serde/serde.js';
import { UnreadValues } from './unread-values.js';
import { systemClock, type Clock } from '../time/clock.js';

const MOST = Number.MAX_SAFE_INTEGER;
const RANGE_OF_SERDE = 'deserializeRange() of the serde';

/** A record that could not be decoded, or whose time cannot be kept (`TIMESTAMP_INVALID`), for the deserialization handler. */
export interface UndecodableRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  readonly keyBytes: Buffer | null;
  readonly valueBytes: Buffer | null;
  readonly node: string;
  /** The store into which it was being restored; left out for a record of an input. */
  readonly store?: string;
}

/** Decides about a record that cannot be decoded. Kafka Streams: `DeserializationExceptionHandler`. */
export type DeserializationHandler = (error: MillraceError, record: UndecodableRecord) => FailureAnswer;

/** Gets the timestamp of a decoded record; negative drops it. */
export type Extractor = (
  record: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly timestamp: number;
    readonly exactTimestamp: bigint | null;
    readonly headers: Headers;
    readonly key: unknown;
    readonly value: unknown;
  },
  partitionTime: number,
  clock: Clock,
) => number;

/** What a source reports instead of handing on a record. */
export interface SourceReports {
  /** With `fail` the error is thrown next. */
  undecodable(error: MillraceError, record: UndecodableRecord, answer: Decided): void;
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
  exactTimestamp: bigint | null;
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
  /** No decoded key or value holds a part of the bytes that it was decoded from. */
  readonly keepsNoBytes: boolean;

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
    /** Nothing behind the source works with times: those beyond the safe numbers can be taken along. */
    private readonly carriesFarTimes = false,
  ) {
    this.keepsNoBytes = keySerde.keepsNoBytes === true && valueSerde.keepsNoBytes === true;
  }

  /**
   * Fills the head from the cursor's record; false when the record is to be skipped.
   *
   * What serdes usually do, to read a range, is written out here: so long a method V8 compiles by itself, with all that it calls, instead of
   * taking a part of it into the loop of the task and leaving the rest as calls.
   * @throws NotReady when a serde has to fetch something first
   */
  decode(cursor: RecordCursor, head: Head): boolean {
    const { topic, keySerde, valueSerde } = this;
    const { buffer, keyStart, valueStart } = cursor;
    const headers = cursor.headers();
    try {
      if (keyStart < 0) head.key = null;
      else if (keySerde.deserializeRange === undefined) {
        head.key = decodeCopy(keySerde, buffer, keyStart, cursor.keyEnd, topic, headers);
      } else {
        const key = keySerde.deserializeRange(buffer, keyStart, cursor.keyEnd, topic, headers);
        if (key instanceof Promise) throw promised(key, RANGE_OF_SERDE);
        head.key = key;
      }
    } catch (cause) {
      if (cause instanceof NotReady) throw cause;
      return this.skipUndecodable('key', cause, cursor, head, headers);
    }
    try {
      if (valueStart < 0) head.value = null;
      else if (valueSerde.deserializeRange === undefined) {
        head.value = decodeCopy(valueSerde, buffer, valueStart, cursor.valueEnd, topic, headers);
      } else {
        const value = valueSerde.deserializeRange(buffer, valueStart, cursor.valueEnd, topic, headers);
        if (value instanceof Promise) throw promised(value, RANGE_OF_SERDE);
        head.value = value;
      }
    } catch (cause) {
      if (cause instanceof NotReady) throw cause;
      return this.skipUndecodable('value', cause, cursor, head, headers);
    }
    head.offset = cursor.offset;
    head.headers = headers;
    head.exactTimestamp = null;
    const timestamp = this.extractor === null ? cursor.timestamp : this.extract(this.extractor, cursor, head);
    if (timestamp >= 0 && timestamp <= MOST && (this.extractor === null || Number.isInteger(timestamp))) {
      // An extractor may give -0, which is no time of its own.
      head.timestamp = timestamp + 0;
      return true;
    }
    return this.unusualTimestamp(timestamp, cursor, head);
  }

  /** Decodes a value that was left unread, now that an error handler is to see it; null where that cannot be done. */
  unreadValue(bytes: Buffer | null, headers: Headers): unknown {
    const { valueSerde } = this;
    if (bytes === null || !(valueSerde instanceof UnreadValues)) return null;
    try {
      return decodeCopy(valueSerde.serde, bytes, 0, bytes.length, this.topic, headers);
    } catch {
      // The handler is asked about another error, and has the bytes.
      return null;
    }
  }

  /** @throws MillraceError PROCESSING_FAILED when the extractor throws, as Kafka Streams does without asking a handler */
  private extract(extractor: Extractor, cursor: RecordCursor, head: Head): number {
    const { key, value, headers } = head;
    const { topic } = this;
    const { offset, timestamp, exactTimestamp } = cursor;
    const record = { topic, partition: head.partition, offset, timestamp, exactTimestamp, headers, key, value };
    try {
      return extractor(record, head.partitionTime, this.clock);
    } catch (cause) {
      const place = { topic, partition: head.partition, offset, node: this.node };
      if (MillraceError.is(cause)) throw cause.completed(place);
      throw new MillraceError('PROCESSING_FAILED', `the timestamp extractor failed: ${reasonOf(cause)}`, {
        ...place,
        cause,
      });
    }
  }

  /** What is no time of every day: dropped, refused, or taken along as it is. */
  private unusualTimestamp(timestamp: number, cursor: RecordCursor, head: Head): boolean {
    const { topic, node } = this;
    const { offset, exactTimestamp } = cursor;
    const own = exactTimestamp !== null && timestamp === cursor.timestamp;
    if (own && timestamp > 0) {
      if (this.carriesFarTimes) {
        head.timestamp = timestamp;
        head.exactTimestamp = exactTimestamp;
        return true;
      }
      return this.refuseTimestamp(
        `the record has the timestamp ${String(exactTimestamp)}, beyond what operators can keep or compare exactly (${String(MOST)} ms); correct the producer or set a timestamp extractor`,
        cursor,
        head,
      );
    }
    if (!Number.isInteger(timestamp) || timestamp > 0) {
      ignoreRejection(timestamp);
      const given = this.extractor === null ? 'the record has the timestamp' : 'the timestamp extractor gave';
      return this.refuseTimestamp(
        `${given} ${this.extractor === null ? String(timestamp) : kindAndSize(timestamp, 0, MOST)}; it must be a whole number of ms from 0 to ${String(MOST)}, or a negative one to drop the record`,
        cursor,
        head,
      );
    }
    if (this.extractor === null) {
      throw new MillraceError(
        'TIMESTAMP_INVALID',
        `the record has the negative timestamp ${String(exactTimestamp ?? timestamp)}; correct the producer or set a timestamp extractor`,
        { topic, partition: head.partition, offset, node },
      );
    }
    this.reports.negativeTimestamp(topic, head.partition, offset, timestamp);
    return false;
  }

  private refuseTimestamp(problem: string, cursor: RecordCursor, head: Head): false {
    const { topic, node } = this;
    const place = { topic, partition: head.partition, offset: cursor.offset, node };
    return this.skip(new MillraceError('TIMESTAMP_INVALID', problem, place), cursor, head, head.headers);
  }

  private skipUndecodable(
    part: 'key' | 'value',
    cause: unknown,
    cursor: RecordCursor,
    head: Head,
    headers: Headers,
  ): false {
    const error = new MillraceError(
      'DESERIALIZATION_FAILED',
      `the ${part} cannot be decoded: ${reasonOf(cause)}; correct the serde or the producer, or set deserializationErrorHandler`,
      { topic: this.topic, partition: head.partition, offset: cursor.offset, node: this.node, cause },
    );
    return this.skip(error, cursor, head, headers);
  }

  /** Lets the handler decide. @throws the error when it says so */
  private skip(error: MillraceError, cursor: RecordCursor, head: Head, headers: Headers): false {
    const { offset, timestamp } = cursor;
    const record: UndecodableRecord = {
      topic: this.topic,
      partition: head.partition,
      offset,
      timestamp,
      headers,
      keyBytes: rawBytesOf(cursor.buffer, cursor.keyStart, cursor.keyEnd),
      valueBytes: rawBytesOf(cursor.buffer, cursor.valueStart, cursor.valueEnd),
      node: this.node,
    };
    const answer = decided(this.handler, error, record, 'deserializationErrorHandler');
    this.reports.undecodable(error, record, answer);
    if (answer.then === 'fail') throw error;
    return false;
  }
}

/** For serdes that read whole buffers. */
function decodeCopy(
  serde: Serde<unknown>,
  buffer: Buffer,
  start: number,
  end: number,
  topic: string,
  headers: Headers,
): unknown {
  const value = serde.deserialize(buffer.subarray(start, end), topic, headers);
  if (value instanceof Promise) throw promised(value, 'deserialize() of the serde');
  return value;
}

export function rawBytesOf(buffer: Buffer, start: number, end: number): Buffer | null {
  return start < 0 ? null : NodeBuffer.from(buffer.subarray(start, end));
}
