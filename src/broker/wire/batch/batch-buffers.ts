/** The buffers in which a producer builds its batches and requests: handed back once these are written and answered, so that few are ever made. */
import type { BufferLender } from './batch-builder.js';

const SMALLEST_BITS = 10;
const LARGEST_BITS = 24;

/** Lends buffers whose sizes are powers of two, from 1 KiB to 16 MiB; larger ones are made to measure and not kept. */
export class BatchBuffers implements BufferLender {
  private readonly free: Buffer[][] = [];
  private freeBytes = 0;

  /** @param mostFreeBytes bytes kept for later, at most */
  constructor(private readonly mostFreeBytes: number) {
    for (let bits = 0; bits <= LARGEST_BITS; bits++) this.free.push([]);
  }

  take(size: number): Buffer {
    const bits = Math.max(SMALLEST_BITS, 32 - Math.clz32(size - 1));
    // Not from Node's shared pool: a buffer stays with us for long.
    if (bits > LARGEST_BITS) return Buffer.allocUnsafeSlow(size);
    const kept = this.free[bits]!.pop();
    if (kept === undefined) return Buffer.allocUnsafeSlow(1 << bits);
    this.freeBytes -= kept.length;
    return kept;
  }

  give(buffer: Buffer): void {
    const size = buffer.length;
    if (size > 1 << LARGEST_BITS || this.freeBytes + size > this.mostFreeBytes) return;
    this.freeBytes += size;
    this.free[31 - Math.clz32(size)]!.push(buffer);
  }
}
