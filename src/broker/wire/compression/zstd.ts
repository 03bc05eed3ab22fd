/** zstd, by Node where it has it (22.15 and later), else by WebAssembly. */
import * as zlib from 'node:zlib';
import type { CompressionCodec } from './codec.js';
import { zstdContentBound } from './zstd-content-bound.js';

type Convert = (input: Uint8Array) => Buffer;
/** Node 20's types do not have these yet. */
const { zstdCompressSync, zstdDecompressSync } = zlib as { zstdCompressSync?: Convert; zstdDecompressSync?: Convert };

const LEVEL = 3;

async function zstdByWebAssembly(): Promise<CompressionCodec> {
  const wasm = await import('@bokuweb/zstd-wasm');
  await wasm.init();
  return {
    compress: (input) => view(wasm.compress(input, LEVEL)),
    // Java writes frames that do not tell their size: room must be made before decompressing.
    decompress: (input) => view(wasm.decompress(input, { defaultHeapSize: zstdContentBound(input) })),
  };
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws Error of the module loader where Node has no zstd and the package is not installed */
export async function zstd(): Promise<CompressionCodec> {
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return zstdByWebAssembly();
  return { compress: zstdCompressSync, decompress: zstdDecompressSync };
}
