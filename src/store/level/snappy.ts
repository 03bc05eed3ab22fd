/** Reads the blocks that LevelDB has compressed: only the lists of blocks, to find out where the others are. */

const LITERAL = 0;
const COPY_1 = 1;
const COPY_2 = 2;

/** The plain bytes, null when they are not what Snappy writes. */
export function unsnappy(bytes: Uint8Array): Buffer | null {
  let at = 0;
  let size = 0;
  for (let scale = 1; ; scale *= 128) {
    const part = bytes[at];
    if (part === undefined || scale > 128 ** 4) return null;
    at += 1;
    size += (part & 0x7f) * scale;
    if (part < 0x80) break;
  }
  // Snappy does not make anything smaller than a twenty-first of what it was.
  if (size > bytes.length * 64) return null;
  const plain = Buffer.alloc(size);
  let filled = 0;
  while (at < bytes.length) {
    const tag = bytes[at] as number;
    at += 1;
    let length = (tag >>> 2) + 1;
    if ((tag & 3) === LITERAL) {
      if (length > 60) {
        const width = length - 60;
        length = littleEndian(bytes, at, width) + 1;
        at += width;
      }
      if (at + length > bytes.length || filled + length > size) return null;
      plain.set(bytes.subarray(at, at + length), filled);
      at += length;
      filled += length;
      continue;
    }
    let offset: number;
    if ((tag & 3) === COPY_1) {
      length = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | littleEndian(bytes, at, 1);
      at += 1;
    } else {
      const width = (tag & 3) === COPY_2 ? 2 : 4;
      offset = littleEndian(bytes, at, width);
      at += width;
    }
    if (offset === 0 || offset > filled || filled + length > size) return null;
    // What is copied may reach into what the copy writes.
    for (const end = filled + length; filled < end; filled += 1) plain[filled] = plain[filled - offset] as number;
  }
  return filled === size ? plain : null;
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
