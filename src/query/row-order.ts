/** The order in which rows of many keys are given, over all partitions. */

interface Placed {
  readonly key: Buffer;
  /** Of windows their start, of sessions their end; 0 where rows have no time. */
  readonly time: number;
  readonly start: number;
}

/** By time, then the bytes of the key, then start. */
export function compareRows(left: Placed, right: Placed): number {
  return left.time - right.time || Buffer.compare(left.key, right.key) || left.start - right.start;
}
