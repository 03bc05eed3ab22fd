/** A change that a suppress buffer holds back, in memory. */
import type { Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import type { RecordView } from '../../../record/record-context.js';
import { UNKNOWN_ORIGIN, type Origins } from './part-origins.js';

const UNKNOWN_ORIGINS: Origins = { prior: UNKNOWN_ORIGIN, old: UNKNOWN_ORIGIN };

/** What Kafka Streams counts for each besides key, values, topic and headers: time, timestamp, offset, partition. */
const FIXED_BYTES = 8 + 8 + 8 + 4;

/** Values are held values, null where there is none. */
export class HeldChange {
  prior: unknown;
  newValue: unknown = null;
  oldValue: unknown = null;
  topic: string | null = null;
  partition = -1;
  offset = -1;
  timestamp = -1;
  headers: Headers = [];
  /** Kept in buffers that keep headers. */
  origins: Origins = UNKNOWN_ORIGINS;
  /** As Kafka Streams counts it; 0 while nobody counts. */
  size = 0;

  constructor(
    readonly text: string,
    /** Text of one character a byte: its order is that of the bytes. */
    readonly byteText: string,
    readonly time: number,
    prior: unknown,
  ) {
    this.prior = prior;
  }

  setContext({ topic, partition, offset, timestamp, headers }: RecordView): void {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.headers = headers.length === 0 ? headers : headers.map(copied);
  }

  /** Size with values of so many bytes. */
  sizeWith(valueBytes: number): number {
    let size = FIXED_BYTES + this.byteText.length + valueBytes + (this.topic?.length ?? 0);
    for (const [key, value] of this.headers) size += key.length + (value?.length ?? 0);
    return size;
  }
}

/** The values of headers are views that would keep a whole fetch in memory. */
function copied([key, value]: Headers[number]): Headers[number] {
  return [key, value === null ? null : NodeBuffer.from(value)];
}
