/** Entries in key order, for stores and rows alike: those on disk, overridden by those in memory. */
import type { Source, StoreWalk } from './walk.js';

/** An entry whose value in memory is newer than the one on disk; a null value hides the one on disk. */
export interface NewerEntry {
  /** The key, one character a byte. */
  readonly key: string;
  readonly held: unknown;
  readonly timestamp: number;
}

export class MergeWalk<T> implements StoreWalk<T> {
  hungry: Source | null = null;
  readonly sources: readonly Source[];
  private at = 0;

  /** `newer` is sorted as the source is. */
  constructor(
    private readonly source: Source,
    private readonly newer: readonly NewerEntry[],
    private readonly reverse: boolean,
    /** Bytes in front of the keys on disk. */
    private readonly prefixBytes: number,
    private readonly fromMemory: (entry: NewerEntry) => T,
    private readonly fromDisk: (key: string, value: Buffer) => T,
  ) {
    this.sources = [source];
  }

  step(): T | undefined {
    for (;;) {
      const stored = this.source.peek();
      if (stored === null) {
        this.hungry = this.source;
        return undefined;
      }
      const newer = this.newer[this.at];
      if (stored === undefined && newer === undefined) {
        this.hungry = null;
        return undefined;
      }
      const key = stored === undefined ? '' : stored[0].toString('latin1', this.prefixBytes);
      if (newer === undefined || (stored !== undefined && key !== newer.key && key < newer.key !== this.reverse)) {
        this.source.skip();
        return this.fromDisk(key, (stored as readonly [Buffer, Buffer])[1]);
      }
      if (stored !== undefined && key === newer.key) this.source.skip();
      this.at += 1;
      if (newer.held !== null) return this.fromMemory(newer);
    }
  }
}
