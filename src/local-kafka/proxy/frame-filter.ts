/** Leaves out whole responses of a stream: a part of one would make the rest of the connection unreadable. */

const LENGTH_BYTES = 4;

/** Knows where each frame of Kafka's protocol begins; it sees every byte of the stream, whether frames are dropped or not. */
export class FrameFilter {
  #lengthBytesSeen = 0;
  #left = 0;
  #dropping = false;

  /** What of these bytes is to pass on. Whether a frame passes is decided at its first byte. */
  pass(bytes: Buffer, drop: boolean): Buffer {
    const passed: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < bytes.length;) {
      if (this.#lengthBytesSeen < LENGTH_BYTES) {
        if (this.#lengthBytesSeen === 0) {
          if (!this.#dropping) passed.push(bytes.subarray(from, at));
          this.#dropping = drop;
          this.#left = 0;
          from = at;
        }
        this.#left = this.#left * 256 + bytes.readUInt8(at);
        this.#lengthBytesSeen += 1;
        at += 1;
      } else {
        const step = Math.min(this.#left, bytes.length - at);
        this.#left -= step;
        at += step;
      }
      if (this.#lengthBytesSeen === LENGTH_BYTES && this.#left === 0) this.#lengthBytesSeen = 0;
    }
    if (!this.#dropping) passed.push(bytes.subarray(from));
    return passed.length === 1 ? passed[0]! : Buffer.concat(passed);
  }
}
