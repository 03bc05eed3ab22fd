/** One direction of a proxied connection: bytes wait here for as long as the network's conditions say. */
import type { Socket } from 'node:net';
import type { Conditions } from './network-fault.js';

/** Beyond it the sender is made to wait, as it would be by a real network. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** A throttled connection carries a slice that often. */
const THROTTLE_SLICE_MS = 20;

interface Waiting {
  /** Undefined: the sender's end. */
  readonly bytes: Buffer | undefined;
  /** Of `performance.now()`. */
  readonly due: number;
}

export class ProxiedDirection {
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** When the throttle lets the next slice through. */
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #draining = false;
  #closed = false;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly conditions: () => Conditions,
  ) {
    to.on('drain', () => {
      this.#draining = false;
      this.pump();
    });
  }

  /** Takes bytes, or with undefined the sender's end, which goes the same way after them. */
  push(bytes: Buffer | undefined): void {
    this.#waiting.push({ bytes, due: performance.now() + this.conditions().delayMs });
    this.#waitingBytes += bytes?.length ?? 0;
    this.pump();
  }

  /** Sends what is due; to be called when the conditions have changed. */
  pump(): void {
    clearTimeout(this.#timer);
    while (!this.#closed && !this.#draining) {
      const first = this.#waiting[0];
      const { held, bytesPerSecond } = this.conditions();
      if (first === undefined || held) break;
      const wait = Math.max(first.due, this.#freeAt) - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait).unref();
        break;
      }
      this.#waiting.shift();
      if (first.bytes === undefined) this.to.end();
      else this.#send(first.bytes, first.due, bytesPerSecond);
    }
    if (this.#waitingBytes > MOST_WAITING_BYTES) this.from.pause();
    else if (this.from.isPaused()) this.from.resume();
  }

  /** Nothing arrives from now on; what waits is lost. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    clearTimeout(this.#timer);
    // A silent connection takes what it is sent all the same.
    this.from.resume();
  }

  #send(bytes: Buffer, due: number, bytesPerSecond: number): void {
    const most = Math.max(1, Math.floor((bytesPerSecond * THROTTLE_SLICE_MS) / 1000));
    const slice = bytes.subarray(0, most);
    if (slice.length < bytes.length) this.#waiting.unshift({ bytes: bytes.subarray(slice.length), due });
    this.#waitingBytes -= slice.length;
    this.#freeAt = performance.now() + (slice.length / bytesPerSecond) * 1000;
    this.#draining = !this.to.write(slice);
  }
}
