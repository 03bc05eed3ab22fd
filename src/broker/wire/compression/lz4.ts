/** LZ4 in its frame format, blocks independent of each other, as Java's reader wants them; frames of any kind are read. */
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import type { CompressionCodec } from './codec.js';

export const lz4: CompressionCodec = {
  compress: (input) => compressFrameSync(input),
  decompress: (input) => decompressFrameSync(input),
};
