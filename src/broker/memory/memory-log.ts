/** The records of one partition in memory, and a cursor over them. */
import type { RecordCursor } from '../port.js';
import type { Headers } from '../../record/headers.js';

export interface MemoryRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  readonly timestamp: number;
  /** See `RecordCursor`; left out where it is null. */
  readonly exactTimestamp?: bigint;
}

const NOTHING = Buffer.alloc(0);

/** Walks records that are objects already; the same shape as a cursor over record batches. */
export class MemoryCursor implements RecordCursor {
  offset = -1;
  timestamp = -1;
  exactTimestamp: bigint | null = null;
  buffer: Buffer = NOTHING;
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;
  private at = -1;

  constructor(private readonly records: readonly MemoryRecord[]) {}

  next(): boolean {
    this.at += 1;
    const record = this.records[this.at];
    if (record === undefined) return false;
    const { key, value } = record;
    const keyLength = key === null ? 0 : key.length;
    this.buffer = Buffer.concat([key ?? NOTHING, value ?? NOTHING]);
    this.keyStart = key === null ? -1 : 0;
    this.keyEnd = key === null ? -1 : keyLength;
    this.valueStart = value === null ? -1 : keyLength;
    this.valueEnd = value === null ? -1 : keyLength + value.length;
    this.offset = record.offset;
    this.timestamp = record.timestamp;
    this.exactTimestamp = record.exactTimestamp ?? null;
    return true;
  }

  headers(): Headers {
    return (this.records[this.at] as MemoryRecord).headers;
  }
}
