/** The versions of one key of a versioned store in memory: the latest, and rows of older ones as far as they were needed. */
import type { StartRow, StartSlot } from '../rows/start-row.js';

/** Memory of a history beside its key and versions. */
const HISTORY_BYTES = 200;

export class History {
  /** A version with a null value is a deletion. Null: the key was never put, or all that is known of it has expired. */
  latest: StartSlot | null = null;
  /**
   * Nothing was ever put for the time right before the latest version: the deletion that stands there, if any, only marks
   * the end of what was. Kafka Streams goes back to it when the latest version is replaced by a deletion.
   */
  gap = false;
  /** Numbers of the rows that hold older versions, ascending. */
  readonly ids: number[] = [];
  /** By the same index; null: on disk only. */
  readonly rows: (StartRow | null)[] = [];
  /** The last epoch that changed any of it, and that changed what stands in the row of the latest version. */
  epoch = 0;
  headEpoch = 0;
  /** Time of the deletion under which the key is listed in memory and on disk, see `DeletedKeys`; -1: it is not. */
  indexed = -1;
  listed = -1;
  /** As `Entry.referenced`. */
  referenced = false;

  constructor(readonly text: string) {}

  /** Memory, roughly. */
  get size(): number {
    let size = HISTORY_BYTES + this.text.length + (this.latest?.size ?? 0);
    for (const row of this.rows) if (row !== null) size += row.size;
    return size;
  }

  /** Forgets everything but that there is nothing. */
  clear(): void {
    this.latest = null;
    this.gap = false;
    this.ids.length = 0;
    this.rows.length = 0;
    this.indexed = -1;
    this.listed = -1;
  }

  /** Index of the first row with a number of at least `id`. */
  firstFrom(id: number): number {
    const { ids } = this;
    let at = ids.length;
    // Mostly the last ones are wanted.
    while (at > 0 && (ids[at - 1] as number) >= id) at -= 1;
    return at;
  }
}
