/** The checksum of a record batch: CRC-32C (Castagnoli), checked for each fetched batch and computed for each one sent. */
import { createRequire } from 'node:module';

type NativeCrc32c = (bytes: Buffer) => number;

/** Below this many bytes the call into native code costs more than it saves (measured: 0.7 against 1.1 GB/s at 200 bytes). */
const NATIVE_FROM_BYTES = 512;

const SLICES = 16;
/** `TABLES[s * 256 + b]`: what byte b contributes when s more bytes follow it in a step of 16. */
const TABLES = sliceTables();

const native = loadNative();

/** CRC-32C of `buffer[start, end)`, unsigned. */
export function crc32c(buffer: Buffer, start: number, end: number): number {
  if (native !== null && end - start >= NATIVE_FROM_BYTES) return native(buffer.subarray(start, end));
  return crc32cInJavaScript(buffer, start, end);
}

/** The same without native code: 16 bytes a step, about 1.4 GB/s where native code does 5. */
export function crc32cInJavaScript(buffer: Buffer, start: number, end: number): number {
  const t = TABLES;
  const b = buffer;
  let crc = -1;
  let at = start;
  for (const last = end - SLICES; at <= last; at += SLICES) {
    const first = crc ^ (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24));
    crc =
      t[3840 + (first & 255)]! ^
      t[3584 + ((first >>> 8) & 255)]! ^
      t[3328 + ((first >>> 16) & 255)]! ^
      t[3072 + (first >>> 24)]! ^
      t[2816 + b[at + 4]!]! ^
      t[2560 + b[at + 5]!]! ^
      t[2304 + b[at + 6]!]! ^
      t[2048 + b[at + 7]!]! ^
      t[1792 + b[at + 8]!]! ^
      t[1536 + b[at + 9]!]! ^
      t[1280 + b[at + 10]!]! ^
      t[1024 + b[at + 11]!]! ^
      t[768 + b[at + 12]!]! ^
      t[512 + b[at + 13]!]! ^
      t[256 + b[at + 14]!]! ^
      t[b[at + 15]!]!;
  }
  for (; at < end; at++) crc = t[(crc ^ b[at]!) & 255]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function sliceTables(): Int32Array {
  const reversedPolynomial = 0x82f63b78;
  const tables = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ reversedPolynomial : crc >>> 1;
    tables[byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++) {
    let crc = tables[byte]!;
    for (let slice = 1; slice < SLICES; slice++) {
      crc = tables[crc & 255]! ^ (crc >>> 8);
      tables[slice * 256 + byte] = crc;
    }
  }
  return tables;
}

/** The package has prebuilt binaries only, and not for every platform; without one, JavaScript does the work. */
function loadNative(): NativeCrc32c | null {
  try {
    return (createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: NativeCrc32c }).crc32c;
  } catch {
    return null;
  }
}
