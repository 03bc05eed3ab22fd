/** Keys of time windows as they stand in topics: the inner key and the start of the window. */
import { MillraceError } from '../errors/error.js';
import type { Headers } from '../record/headers.js';
import { Windowed } from '../record/windowed.js';
import type { Serde } from './serde.js';
import { undecodable } from './serde-error.js';
import type { WrappingSerde } from './wrapping.js';

const START_BYTES = 8;

/**
 * `innerKey, start (8 bytes)`. The end of a window is not written, so who reads it must know the size.
 * Kafka Streams: `TimeWindowedSerde`.
 */
export class TimeWindowedSerde<K> implements WrappingSerde<Windowed<K>, K> {
  /** The inner key alone decides the partition of a windowed key. */
  readonly partitionBytes = innerKeyBytes;

  constructor(
    readonly inner: Serde<K> | undefined,
    /** Length of a window, ms. */
    readonly sizeMs: number,
  ) {}

  around(inner: Serde<K>): TimeWindowedSerde<K> {
    return new TimeWindowedSerde(inner, this.sizeMs);
  }

  serialize(value: Windowed<K>, topic: string, headers?: Headers): Buffer {
    const key = this.known().serialize(value.key, topic, headers);
    const buffer = Buffer.allocUnsafe(key.length + START_BYTES);
    key.copy(buffer);
    writeTime(buffer, value.window.start, key.length);
    return buffer;
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): Windowed<K> {
    const end = bytes.length - START_BYTES;
    if (end < 0) throw undecodable(`a windowed key has at least 8 bytes, not ${String(bytes.length)}`);
    const key = this.known().deserialize(bytes.subarray(0, end), topic, headers);
    const start = readTime(bytes, end);
    return new Windowed(key, start, start + this.sizeMs);
  }

  private known(): Serde<K> {
    if (this.inner !== undefined) return this.inner;
    throw new MillraceError(
      'SERDE_MISSING',
      'a windowed key needs the serde of its inner key; pass one, or set a default',
    );
  }
}

function innerKeyBytes(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - START_BYTES);
}

function writeTime(buffer: Buffer, time: number, at: number): void {
  const high = Math.floor(time / 4_294_967_296);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(time - high * 4_294_967_296, at + 4);
}

function readTime(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 4_294_967_296 + buffer.readUInt32BE(at + 4);
}
