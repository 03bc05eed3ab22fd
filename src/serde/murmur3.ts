/** A fingerprint of bytes: by it a row of a foreign-key join recognises answers to what it no longer is. */

/** The seed that Kafka Streams uses. */
const SEED = 104_729;

/**
 * MurmurHash3, x64 variant, 128 bits, as two 64-bit integers, high byte first.
 * JavaScript has no 64-bit integers that are fast: they are pairs of 32-bit ones here, `h` the high and `l` the low half.
 */
export function murmur3(bytes: Buffer): Buffer {
  const { length } = bytes;
  const words = new Words();
  const tail = length & ~15;
  for (let at = 0; at < tail; at += 16) {
    words.mixFirst(bytes.readInt32LE(at + 4), bytes.readInt32LE(at));
    words.rotateFirst();
    words.mixSecond(bytes.readInt32LE(at + 12), bytes.readInt32LE(at + 8));
    words.rotateSecond();
  }
  if (length > tail) {
    const rest = Buffer.alloc(16);
    bytes.copy(rest, 0, tail);
    if (length - tail > 8) words.mixSecond(rest.readInt32LE(12), rest.readInt32LE(8));
    words.mixFirst(rest.readInt32LE(4), rest.readInt32LE(0));
  }
  return words.finish(length);
}

class Words {
  private h1 = 0;
  private l1 = SEED;
  private h2 = 0;
  private l2 = SEED;
  /** Result of the last multiplication or rotation. */
  private h = 0;
  private l = 0;

  /** first ^= rotate(k * C1, 31) * C2 */
  mixFirst(h: number, l: number): void {
    this.multiply(h, l, 0x87c37b91, 0x114253d5);
    this.rotate(this.h, this.l, 31);
    this.multiply(this.h, this.l, 0x4cf5ad43, 0x2745937f);
    this.h1 ^= this.h;
    this.l1 ^= this.l;
  }

  /** first = (rotate(first, 27) + second) * 5 + N1 */
  rotateFirst(): void {
    this.rotate(this.h1, this.l1, 27);
    this.add(this.h, this.l, this.h2, this.l2);
    this.multiply(this.h, this.l, 0, 5);
    this.add(this.h, this.l, 0, 0x52dce729);
    this.h1 = this.h;
    this.l1 = this.l;
  }

  /** second ^= rotate(k * C2, 33) * C1 */
  mixSecond(h: number, l: number): void {
    this.multiply(h, l, 0x4cf5ad43, 0x2745937f);
    // By 33: the halves change places, then by 1.
    this.rotate(this.l, this.h, 1);
    this.multiply(this.h, this.l, 0x87c37b91, 0x114253d5);
    this.h2 ^= this.h;
    this.l2 ^= this.l;
  }

  /** second = (rotate(second, 31) + first) * 5 + N2 */
  rotateSecond(): void {
    this.rotate(this.h2, this.l2, 31);
    this.add(this.h, this.l, this.h1, this.l1);
    this.multiply(this.h, this.l, 0, 5);
    this.add(this.h, this.l, 0, 0x38495ab5);
    this.h2 = this.h;
    this.l2 = this.l;
  }

  finish(length: number): Buffer {
    this.l1 ^= length;
    this.l2 ^= length;
    this.addEach();
    this.avalanche(this.h1, this.l1);
    this.h1 = this.h;
    this.l1 = this.l;
    this.avalanche(this.h2, this.l2);
    this.h2 = this.h;
    this.l2 = this.l;
    this.addEach();
    const hash = Buffer.allocUnsafe(16);
    hash.writeInt32BE(this.h1, 0);
    hash.writeInt32BE(this.l1, 4);
    hash.writeInt32BE(this.h2, 8);
    hash.writeInt32BE(this.l2, 12);
    return hash;
  }

  /** first += second, second += first */
  private addEach(): void {
    this.add(this.h1, this.l1, this.h2, this.l2);
    this.h1 = this.h;
    this.l1 = this.l;
    this.add(this.h2, this.l2, this.h1, this.l1);
    this.h2 = this.h;
    this.l2 = this.l;
  }

  private avalanche(h: number, l: number): void {
    // Shifted right by 33 and combined: the high half, shifted by 1, goes into the low one.
    this.multiply(h, l ^ (h >>> 1), 0xff51afd7, 0xed558ccd);
    this.multiply(this.h, this.l ^ (this.h >>> 1), 0xc4ceb9fe, 0x1a85ec53);
    this.l ^= this.h >>> 1;
  }

  private add(h1: number, l1: number, h2: number, l2: number): void {
    const low = (l1 >>> 0) + (l2 >>> 0);
    this.h = (h1 + h2 + (low > 0xffffffff ? 1 : 0)) | 0;
    this.l = low | 0;
  }

  /** To the left, by 1 to 31 bits. */
  private rotate(h: number, l: number, by: number): void {
    this.h = (h << by) | (l >>> (32 - by));
    this.l = (l << by) | (h >>> (32 - by));
  }

  private multiply(h1: number, l1: number, h2: number, l2: number): void {
    const a = l1 & 0xffff;
    const b = l1 >>> 16;
    const c = l2 & 0xffff;
    const d = l2 >>> 16;
    const low = a * c;
    const middle = b * c + (low >>> 16);
    const other = a * d + (middle & 0xffff);
    const high = b * d + (middle >>> 16) + (other >>> 16);
    this.h = (high + Math.imul(h1, l2) + Math.imul(l1, h2)) | 0;
    this.l = (other << 16) | (low & 0xffff);
  }
}
