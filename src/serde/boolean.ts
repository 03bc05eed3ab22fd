/** Truth values as one byte. */
import { kindAndSize } from '../errors/kind-and-size.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';

class BooleanSerde implements Serde<boolean> {
  readonly immutable = true;
  readonly keepsNoBytes = true;

  normalize(value: boolean): boolean {
    if (typeof value !== 'boolean') throw unencodable(`a boolean is expected, not ${kindAndSize(value)}`);
    return value;
  }

  serialize(value: boolean): Buffer {
    return Buffer.of(this.normalize(value) ? 1 : 0);
  }

  deserialize(bytes: Buffer): boolean {
    return this.deserializeRange(bytes, 0, bytes.length);
  }

  deserializeRange(buffer: Buffer, start: number, end: number): boolean {
    if (end - start !== 1) throw undecodable(`a boolean has 1 byte, not ${String(end - start)}`);
    const byte = buffer[start];
    if (byte === 1) return true;
    if (byte === 0) return false;
    throw undecodable(`a boolean is the byte 0 or 1, not ${String(byte)}`);
  }
}

const instance: Serde<boolean> = Object.freeze(new BooleanSerde());

/** One byte, 0 or 1. Kafka Streams: `Serdes.Boolean()`. */
export function boolean(): Serde<boolean> {
  return instance;
}
