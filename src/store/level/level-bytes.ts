/** Steps through bytes of LevelDB's files: numbers of seven bits a byte, and texts with their length before them. */

export class LevelBytes {
  at = 0;
  /** Something was read that is not there. */
  broken = false;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.broken || this.at >= this.bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 128 ** 9; scale *= 128) {
      const part = this.bytes[this.at];
      if (part === undefined) break;
      this.at += 1;
      value += (part & 0x7f) * scale;
      if (part < 0x80) return value;
    }
    this.broken = true;
    return 0;
  }

  text(): Buffer {
    return this.take(this.varint());
  }

  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) this.broken = true;
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}
