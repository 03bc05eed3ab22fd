/** Bytes as they are. */
import { kindAndSize } from '../errors/kind-and-size.js';
import type { Serde } from './serde.js';
import { unencodable } from './serde-error.js';

class BytesSerde implements Serde<Buffer> {
  readonly keepsNoBytes = true;

  serialize(value: Buffer): Buffer {
    if (!Buffer.isBuffer(value)) throw unencodable(`a Buffer is expected, not ${kindAndSize(value)}`);
    return value;
  }

  deserialize(bytes: Buffer): Buffer {
    // What is handed over is a view into a fetched batch, which would be held in memory as long as any value of it.
    return Buffer.from(bytes);
  }

  deserializeRange(buffer: Buffer, start: number, end: number): Buffer {
    return Buffer.from(buffer.subarray(start, end));
  }
}

const instance: Serde<Buffer> = Object.freeze(new BytesSerde());

/** Bytes as they are, copied out of what was fetched. Kafka Streams: `Serdes.ByteArray()`. */
export function bytes(): Serde<Buffer> {
  return instance;
}
