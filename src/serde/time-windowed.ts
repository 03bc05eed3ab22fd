/** Keys of time windows as they stand in topics: the inner key and the start of the window. */
import type { Headers } from '../record/headers.js';
import { NodeBuffer } from '../record/node-buffer.js';
import { Windowed } from '../record/windowed.js';
import type { Serde } from './serde.js';
import { undecodable } from './serde-error.js';
import { knownInner, readTime, TIME_BYTES, writeTime } from './window-time.js';
import type { WrappingSerde } from './wrapping.js';

/**
 * `innerKey, start (8 bytes)`. The end of a window is not written, so who reads it must know the size.
 * Kafka Streams: `TimeWindowedSerde`.
 */
export class TimeWindowedSerde<K> implements WrappingSerde<Windowed<K>, K> {
  /** The inner key alone decides the partition of a windowed key. */
  readonly partitionBytes = innerKeyBytes;
  readonly keepsNoBytes: boolean;

  constructor(
    readonly inner: Serde<K> | undefined,
    /** Length of a window, ms. */
    readonly sizeMs: number,
  ) {
    this.keepsNoBytes = inner?.keepsNoBytes === true;
  }

  around(inner: Serde<K>): TimeWindowedSerde<K> {
    return new TimeWindowedSerde(inner, this.sizeMs);
  }

  serialize(value: Windowed<K>, topic: string, headers?: Headers): Buffer {
    const key = knownInner(this.inner).serialize(value.key, topic, headers);
    const buffer = NodeBuffer.allocUnsafe(key.length + TIME_BYTES);
    key.copy(buffer);
    writeTime(buffer, value.window.start, key.length);
    return buffer;
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): Windowed<K> {
    const end = bytes.length - TIME_BYTES;
    if (end < 0) throw undecodable(`a windowed key has at least 8 bytes, not ${String(bytes.length)}`);
    const key = knownInner(this.inner).deserialize(bytes.subarray(0, end), topic, headers);
    const start = readTime(bytes, end);
    return new Windowed(key, start, start + this.sizeMs);
  }
}

function innerKeyBytes(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - TIME_BYTES);
}
