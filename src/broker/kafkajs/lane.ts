/** One socket to a broker, and when there last was a sign of life on it. */
import type { Socket } from 'node:net';

/** What Node's own socket time-out looks at too, to see whether a write goes on. */
interface WritingHandle {
  /** Given to the system so far, what still waits included. */
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
}

export class Lane {
  connected = false;
  private heard = -Infinity;
  /** Connected, or bytes left: the other side's system did that, not the broker. */
  private moved = -Infinity;
  private waiting = 0;
  private left = 0;

  constructor(readonly socket: Socket) {
    socket.on('data', () => {
      this.heard = performance.now();
    });
  }

  /** When the broker itself last said something, by `performance.now()`. */
  get heardAt(): number {
    return this.heard;
  }

  onConnect(): void {
    this.connected = true;
    this.moved = performance.now();
  }

  /**
   * By `performance.now()`. Bytes that go on leaving are a sign too, where some had to wait: a large request may take long over
   * a slow line. The first few say nothing, since the system takes them for a dead connection as well.
   */
  lastSign(): number {
    const { bytesWritten = 0, writeQueueSize = 0 } = (this.socket as { _handle?: WritingHandle | null })._handle ?? {};
    const left = bytesWritten - writeQueueSize;
    if (this.waiting > 0 && left > this.left) this.moved = performance.now();
    this.waiting = writeQueueSize;
    this.left = left;
    return Math.max(this.heard, this.moved);
  }
}
