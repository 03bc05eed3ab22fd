/** The keys of a versioned store whose latest version is a deletion: forgotten when their history has expired, without a scan. */
import type { WriteBatch } from '../../write-batch.js';
import type { History } from './history.js';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import { PREFIX_BYTES, type StoreSite } from '../epoch/store-site.js';
import { TimeIndex } from '../walk/time-index.js';
import { DELETED_ROW } from './version-geometry.js';
import { readAll } from '../walk/read-all.js';

const HEAD_BYTES = PREFIX_BYTES + 8;

/**
 * Listed on disk under the time of the deletion, and in memory; the list on disk is read once, when the task opens. In
 * memory it is as long as there are keys that were deleted within the history retention and not put again.
 */
export class DeletedKeys {
  private readonly index = new TimeIndex();

  constructor(
    private readonly site: StoreSite,
    private readonly keys: KeyCodec,
  ) {}

  /** Reads the list from disk. */
  load(): Promise<void> | void {
    const range = { gte: this.head(DELETED_ROW), lt: this.head(DELETED_ROW + 1), reverse: false };
    return readAll(this.site.backend, range, (key) => {
      this.index.add(readInt64(key, HEAD_BYTES), this.keys.textOf(key, HEAD_BYTES + 8, key.length));
    });
  }

  /** A put has changed what the latest version of a key is. */
  follow(history: History): void {
    const time = deletedAt(history);
    if (time === history.indexed) return;
    if (history.indexed >= 0) this.index.delete(history.indexed, history.text);
    if (time >= 0) this.index.add(time, history.text);
    history.indexed = time;
  }

  /** Writes what has become of a key since it was last listed. */
  note(history: History, batch: WriteBatch): void {
    const time = deletedAt(history);
    if (time === history.listed) return;
    this.unlist(history, batch);
    if (time >= 0) batch.put(this.key(time, history.text), Buffer.alloc(0));
    history.listed = time;
  }

  /** A key that is forgotten must not be found on disk under an earlier deletion, and then be forgotten once more. */
  unlist(history: History, batch: WriteBatch): void {
    if (history.listed >= 0) batch.delete(this.key(history.listed, history.text));
    history.listed = -1;
  }

  /** Takes out, and tells of, the keys that were deleted before a time. */
  expire(before: number, batch: WriteBatch, visit: (text: string) => void): void {
    this.index.walk(before - 1, (time, text) => {
      this.index.delete(time, text);
      batch.delete(this.key(time, text));
      visit(text);
      return true;
    });
  }

  clear(): void {
    this.index.clear();
  }

  private key(time: number, text: string): Buffer {
    const key = this.keys.bytes(text, HEAD_BYTES + 8, 0);
    this.head(DELETED_ROW).copy(key, 0);
    writeInt64(key, time, HEAD_BYTES);
    return key;
  }

  private head(row: number): Buffer {
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    head.writeUInt32BE(this.site.prefix, 0);
    writeInt64(head, row, PREFIX_BYTES);
    return head;
  }
}

/** Time of the deletion that the latest version of a key is, -1 when it is none. */
function deletedAt({ latest }: History): number {
  return latest !== null && latest.value === null ? latest.start : -1;
}
