/** gzip, by Node. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Codec } from './codec.js';

export const gzip: Codec = {
  compress: (input) => gzipSync(input),
  decompress: (input) => gunzipSync(input),
};
