/** The five bytes in front of what a serializer with a registry writes: a zero, and the id of the schema. */
import { undecodable } from '../serde/serde-error.js';

export const HEAD_BYTES = 5;
const MAGIC = 0;

/** @throws MillraceError DESERIALIZATION_FAILED when the bytes do not begin with the id of a schema */
export function schemaIdAt(buffer: Buffer, start: number, end: number): number {
  if (end - start < HEAD_BYTES) {
    throw undecodable(`bytes with the id of a schema are at least ${String(HEAD_BYTES)}, not ${String(end - start)}`);
  }
  const magic = buffer[start];
  if (magic !== MAGIC) {
    throw undecodable(
      `bytes with the id of a schema begin with 0, not ${String(magic)}; whoever wrote them does not use a schema registry`,
    );
  }
  return buffer.readUInt32BE(start + 1);
}

/** Room for the id and `bytes` of data, with the id in it. */
export function withSchemaId(id: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + bytes);
  buffer[0] = MAGIC;
  buffer.writeUInt32BE(id, 1);
  return buffer;
}
