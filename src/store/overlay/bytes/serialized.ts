/** What a serde of the user writes, checked: bytes of another kind would be found out at the commit only, or never. */
import { MillraceError } from '../../../errors/error.js';
import { kindAndSize } from '../../../errors/kind-and-size.js';
import { reasonOf } from '../../../errors/shown-value.js';
import type { Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import { unencodable } from '../../../serde/serde-error.js';
import type { Serde } from '../../../serde/serde.js';

/** @throws MillraceError SERIALIZATION_FAILED when the serde refuses the value, or gives no bytes */
export function serialized(serde: Serde<unknown>, value: unknown, topic: string, headers?: Headers): Buffer {
  let bytes: unknown;
  try {
    bytes = serde.serialize(value, topic, headers);
  } catch (error) {
    throw MillraceError.is(error) ? error : unencodable(reasonOf(error), error);
  }
  if (NodeBuffer.isBuffer(bytes)) return bytes;
  if (bytes instanceof Uint8Array) return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw unencodable(`a serde must give bytes, not ${kindAndSize(bytes)}`);
}
