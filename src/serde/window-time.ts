/** The times of windows in the bytes of windowed keys. */
import { MillraceError } from '../errors/error.js';
import type { Serde } from './serde.js';

/** Bytes of one time. */
export const TIME_BYTES = 8;

export function writeTime(buffer: Buffer, time: number, at: number): void {
  const high = Math.floor(time / 4_294_967_296);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(time - high * 4_294_967_296, at + 4);
}

export function readTime(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 4_294_967_296 + buffer.readUInt32BE(at + 4);
}

/** @throws MillraceError SERDE_MISSING when nobody has named the serde of the inner keys */
export function knownInner<K>(inner: Serde<K> | undefined): Serde<K> {
  if (inner !== undefined) return inner;
  throw new MillraceError(
    'SERDE_MISSING',
    'a windowed key needs the serde of its inner key; pass one, or set a default',
  );
}
