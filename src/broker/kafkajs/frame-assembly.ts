/** Puts the answers of a broker together from the pieces in which they arrive, each copied once. */

const SIZE_BYTES = 4;
/** An answer holds at least the number of its request. */
const LEAST_BYTES = 4;
/** Room for more is made as it arrives: who speaks another protocol announces anything. */
const FIRST_ROOM_BYTES = 16 * 1024 * 1024;

export class FrameAssembly {
  private readonly prefix = Buffer.alloc(SIZE_BYTES);
  private prefixBytes = 0;
  /** Null between two answers. */
  private frame: Buffer | null = null;
  private size = 0;
  private has = 0;

  /**
   * @param complete is given each answer without its length; it may keep the bytes
   * @param memory gives memory for an answer of so many bytes
   */
  constructor(
    private readonly complete: (frame: Buffer) => void,
    private readonly memory: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafe(bytes),
  ) {}

  /**
   * Takes what has arrived. Its bytes may be overwritten afterwards.
   * @throws Error at a length that no answer has
   */
  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.frame === null) {
        at = this.takeSize(chunk, at);
        continue;
      }
      const until = Math.min(chunk.length, at + this.size - this.has);
      this.makeRoom(this.frame, this.has + until - at);
      chunk.copy(this.frame, this.has, at, until);
      this.has += until - at;
      at = until;
      if (this.has === this.size) this.end(this.frame);
    }
  }

  private takeSize(chunk: Buffer, from: number): number {
    const until = Math.min(chunk.length, from + SIZE_BYTES - this.prefixBytes);
    chunk.copy(this.prefix, this.prefixBytes, from, until);
    this.prefixBytes += until - from;
    if (this.prefixBytes === SIZE_BYTES) this.begin(this.prefix.readInt32BE(0));
    return until;
  }

  private begin(size: number): void {
    if (size < LEAST_BYTES) {
      throw new Error(
        `an answer of ${String(size)} bytes was announced: this is no broker, or none that speaks plainly`,
      );
    }
    this.prefixBytes = 0;
    this.size = size;
    this.has = 0;
    this.frame = this.memory(Math.min(size, FIRST_ROOM_BYTES));
  }

  private makeRoom(frame: Buffer, bytes: number): void {
    if (bytes <= frame.length) return;
    const larger = Buffer.allocUnsafe(Math.min(this.size, Math.max(bytes, frame.length * 2)));
    frame.copy(larger, 0, 0, this.has);
    this.frame = larger;
  }

  private end(frame: Buffer): void {
    this.frame = null;
    this.complete(frame);
  }
}
