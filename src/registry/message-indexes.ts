/** Which message of a file of Protobuf a record holds: its place among the messages of each level, as Confluent's serializers write it. */
import { undecodable } from '../serde/serde-error.js';

/** `[0]`, the first message of the file, has one byte. Else their number and each of them, as zigzag varints. */
export function encodeIndexes(path: readonly number[]): Buffer {
  if (path.length === 1 && path[0] === 0) return Buffer.of(0);
  const bytes: number[] = [];
  for (const value of [path.length, ...path]) {
    let rest = value * 2;
    while (rest >= 0x80) {
      bytes.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

/** Where the message begins, after {@link readIndexes}. */
let behind = 0;

export function endOfIndexes(): number {
  return behind;
}

/** As a text, `0` or `1,0`: a key to look up by. @throws MillraceError DESERIALIZATION_FAILED */
export function readIndexes(buffer: Buffer, start: number, end: number): string {
  behind = start;
  const count = readVarint(buffer, end);
  if (count === 0) return '0';
  if (count < 0 || count > end - behind)
    throw undecodable(
      `a message of Protobuf has ${count < 0 ? 'a negative number of indexes' : 'more indexes than bytes'}`,
    );
  let path = '';
  for (let i = 0; i < count; i += 1) path += `${i === 0 ? '' : ','}${String(readVarint(buffer, end))}`;
  return path;
}

function readVarint(buffer: Buffer, end: number): number {
  let raw = 0;
  for (let shift = 0; shift < 32; shift += 7) {
    if (behind >= end) throw undecodable('a message of Protobuf ends within its indexes');
    const byte = buffer[behind] as number;
    behind += 1;
    raw |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1);
  }
  throw undecodable('the indexes of a message of Protobuf are too large');
}
