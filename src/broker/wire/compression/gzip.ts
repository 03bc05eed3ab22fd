/** gzip, by Node. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { CompressionCodec } from './codec.js';

export const gzip: CompressionCodec = {
  compress: (input) => gzipSync(input),
  decompress: (input) => gunzipSync(input),
};
