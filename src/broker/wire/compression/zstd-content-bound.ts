/** How many bytes a zstd frame can hold at most, told from its block heads: for decompressors that need the room before. */

const FRAME_MAGIC = 0xfd2fb528;
const LARGEST_BLOCK = 128 * 1024;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/**
 * The sum of what the blocks of all frames can hold.
 * @throws Error when the bytes are not zstd frames
 */
export function zstdContentBound(input: Buffer): number {
  let bound = 0;
  let at = 0;
  const need = (bytes: number): void => {
    if (bytes > input.length - at) throw new Error('a zstd frame is cut off');
  };
  while (at < input.length) {
    need(5);
    if (input.readUInt32LE(at) !== FRAME_MAGIC) throw new Error('not a zstd frame');
    const descriptor = input[at + 4]!;
    const singleSegment = (descriptor & 0x20) !== 0;
    const contentSizeFlag = descriptor >>> 6;
    const contentSize = contentSizeFlag === 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[contentSizeFlag]!;
    at += 5 + (singleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]! + contentSize;
    for (let last = false; !last;) {
      need(3);
      const head = input.readUIntLE(at, 3);
      last = (head & 1) !== 0;
      const type = (head >>> 1) & 3;
      const size = head >>> 3;
      at += 3;
      // Raw blocks hold their size; a run-length block is one byte that stands for that many.
      bound += type === 2 ? LARGEST_BLOCK : size;
      at += type === 1 ? 1 : size;
      need(0);
    }
    if ((descriptor & 4) !== 0) at += 4; // checksum
  }
  return bound;
}
