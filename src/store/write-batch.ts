/** The writes of one epoch, in order, on their way to a backend. */

/** Puts, deletions and range deletions. Buffers are kept, not copied. */
export class WriteBatch {
  readonly keys: Buffer[] = [];
  /** Parallel to `keys`; null deletes. */
  readonly values: (Buffer | null)[] = [];
  /** Cleared some time after the puts are safe: only for what nobody reads any more. */
  readonly ranges: (readonly [gte: Buffer, lt: Buffer])[] = [];

  put(key: Buffer, value: Buffer): void {
    this.keys.push(key);
    this.values.push(value);
  }

  delete(key: Buffer): void {
    this.keys.push(key);
    this.values.push(null);
  }

  deleteRange(gte: Buffer, lt: Buffer): void {
    this.ranges.push([gte, lt]);
  }
}
