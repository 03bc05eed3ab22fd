/** Keys of sessions as they stand in topics: the inner key, and the end and the start of the session. */
import type { Headers } from '../record/headers.js';
import { NodeBuffer } from '../record/node-buffer.js';
import { Windowed } from '../record/windowed.js';
import type { Serde } from './serde.js';
import { undecodable } from './serde-error.js';
import { knownInner, readTime, TIME_BYTES, writeTime } from './window-time.js';
import type { WrappingSerde } from './wrapping.js';

const BOUNDS_BYTES = 2 * TIME_BYTES;

/** `innerKey, end (8 bytes), start (8 bytes)`. Kafka Streams: `SessionWindowedSerde`. */
export class SessionWindowedSerde<K> implements WrappingSerde<Windowed<K>, K> {
  /** The inner key alone decides the partition of a windowed key. */
  readonly partitionBytes = innerKeyBytes;
  readonly keepsNoBytes: boolean;

  constructor(readonly inner: Serde<K> | undefined) {
    this.keepsNoBytes = inner?.keepsNoBytes === true;
  }

  around(inner: Serde<K>): SessionWindowedSerde<K> {
    return new SessionWindowedSerde(inner);
  }

  serialize(value: Windowed<K>, topic: string, headers?: Headers): Buffer {
    const key = knownInner(this.inner).serialize(value.key, topic, headers);
    const buffer = NodeBuffer.allocUnsafe(key.length + BOUNDS_BYTES);
    key.copy(buffer);
    writeTime(buffer, value.window.end, key.length);
    writeTime(buffer, value.window.start, key.length + TIME_BYTES);
    return buffer;
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): Windowed<K> {
    const bounds = bytes.length - BOUNDS_BYTES;
    if (bounds < 0) {
      throw undecodable(`the key of a session has at least 16 bytes, not ${String(bytes.length)}`);
    }
    const key = knownInner(this.inner).deserialize(bytes.subarray(0, bounds), topic, headers);
    return new Windowed(key, readTime(bytes, bounds + TIME_BYTES), readTime(bytes, bounds));
  }
}

function innerKeyBytes(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - BOUNDS_BYTES);
}
