/** Restored records of a store of entries on their way to disk; they do not pass through the entries. */
import type { Headers } from '../../../record/headers.js';
import { NodeBuffer } from '../../../record/node-buffer.js';
import type { WriteBatch } from '../../write-batch.js';
import { headersBytes } from '../bytes/headers-bytes.js';
import { writeInt64 } from '../bytes/int64.js';

export class RestoredEntries {
  private keys: Buffer[] = [];
  private values: (Buffer | null)[] = [];

  constructor(
    /** Bytes of timestamp in front of a value on disk. */
    private readonly head: number,
    /** Headers stand between timestamp and value. */
    private readonly headed: boolean,
  ) {}

  get none(): boolean {
    return this.keys.length === 0;
  }

  /** `key`: as on disk. */
  add(key: Buffer, value: Buffer | null, timestamp: number, headers: Headers): void {
    this.keys.push(key);
    this.values.push(value === null ? null : this.stored(value, timestamp, headers));
  }

  addTo(batch: WriteBatch): void {
    for (let index = 0; index < this.keys.length; index += 1) {
      const value = this.values[index];
      if (value) batch.put(this.keys[index] as Buffer, value);
      else batch.delete(this.keys[index] as Buffer);
    }
    this.clear();
  }

  clear(): void {
    this.keys = [];
    this.values = [];
  }

  private stored(value: Buffer, timestamp: number, headers: Headers): Buffer {
    const prefix = this.headed ? headersBytes(headers) : null;
    const head = this.head + (prefix?.length ?? 0);
    const bytes = NodeBuffer.allocUnsafe(head + value.length);
    if (this.head > 0) writeInt64(bytes, timestamp, 0);
    prefix?.copy(bytes, this.head);
    value.copy(bytes, head);
    return bytes;
  }
}
