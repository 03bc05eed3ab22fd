/**
 * Memory for the answers to Fetch, which are by far the most that a busy application reads: given back, they are written over by the next ones.
 * V8 goes through its whole heap whenever some megabytes of new buffers have come, a few times a second where each answer is one of them.
 */

/** What is smaller is not worth it. */
const LEAST_BYTES = 64 * 1024;
/**
 * Sizes are rounded up to it, so that memory fits answers that are a little larger. Not to powers of two, as a producer's buffers are: answers
 * that are never given back, since a serde keeps their bytes, would make the collector work for twice as much.
 */
const STEP_BYTES = 64 * 1024;
/** Kept for later, at most. */
const MOST_FREE_BYTES = 16 * 1024 * 1024;

export class AnswerMemory {
  /** What is in use; whatever else is given back is none of ours. */
  private readonly lent = new WeakSet<ArrayBufferLike>();
  /** The smallest first. */
  private readonly free: ArrayBufferLike[] = [];
  private freeBytes = 0;

  /** Memory for an answer, with anything in it. */
  take(bytes: number): Buffer {
    if (bytes < LEAST_BYTES) return Buffer.allocUnsafe(bytes);
    const at = this.free.findIndex(({ byteLength }) => byteLength >= bytes);
    const memory = at < 0 ? newMemory(bytes) : this.unfree(at);
    this.lent.add(memory);
    return Buffer.from(memory, 0, bytes);
  }

  /** An answer, or a part of one, is not looked at any more. Nothing happens where it was given back before, or is not of this memory. */
  giveBack(answer: Buffer): void {
    const memory = answer.buffer;
    if (!this.lent.delete(memory)) return;
    const larger = this.free.findIndex(({ byteLength }) => byteLength > memory.byteLength);
    this.free.splice(larger < 0 ? this.free.length : larger, 0, memory);
    this.freeBytes += memory.byteLength;
    while (this.freeBytes > MOST_FREE_BYTES) this.unfree(0);
  }

  private unfree(at: number): ArrayBufferLike {
    const [memory] = this.free.splice(at, 1) as [ArrayBufferLike];
    this.freeBytes -= memory.byteLength;
    return memory;
  }
}

function newMemory(bytes: number): ArrayBufferLike {
  // Not from Node's shared pool, and not filled with zeros.
  return Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES).buffer;
}
