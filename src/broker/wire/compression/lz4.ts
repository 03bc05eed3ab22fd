/** LZ4 in its frame format, blocks independent of each other, as Java's reader wants them; frames of any kind are read. */
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import type { Codec } from './codec.js';

export const lz4: Codec = {
  compress: (input) => compressFrameSync(input),
  decompress: (input) => decompressFrameSync(input),
};
