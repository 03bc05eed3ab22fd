/** snappy, in the framing of Java's snappy library ("xerial"), which every Kafka client reads; bare snappy is read as well. */
import { compressSync, uncompressSync } from 'snappy';
import type { CompressionCodec } from './codec.js';

/** A byte no bare snappy block starts with, "SNAPPY", a zero; then version 1, readable since version 1. */
const HEAD = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const MARK_SIZE = 8;
/** Bytes of input a block, as Java's writer cuts them. */
const BLOCK = 32 * 1024;

function compress(input: Buffer): Buffer {
  const parts: Buffer[] = [HEAD];
  for (let at = 0; at < input.length; at += BLOCK) {
    const block = compressSync(input.subarray(at, at + BLOCK));
    const size = Buffer.allocUnsafe(4);
    size.writeInt32BE(block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

function decompress(input: Buffer): Buffer {
  if (input.compare(HEAD, 0, MARK_SIZE, 0, Math.min(MARK_SIZE, input.length)) !== 0) return bare(input);
  const blocks: Buffer[] = [];
  for (let at = HEAD.length; at < input.length;) {
    const size = at + 4 <= input.length ? input.readInt32BE(at) : -1;
    at += 4;
    if (size < 0 || size > input.length - at) throw new Error(`a snappy block reaches beyond the batch`);
    blocks.push(bare(input.subarray(at, at + size)));
    at += size;
  }
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks);
}

function bare(block: Buffer): Buffer {
  return uncompressSync(block, { asBuffer: true }) as Buffer;
}

export const snappy: CompressionCodec = { compress, decompress };
