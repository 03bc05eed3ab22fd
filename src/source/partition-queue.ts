/** The records of one partition that wait for a task: raw batches, and the decoded record at their head. */
import type { FetchedRecords, RecordCursor } from '../broker/port.js';
import type { RawRecord } from '../record/raw-record.js';
import { NotReady } from '../serde/not-ready.js';
import { rawBytesOf, type ReaderTopic } from './reader-topic.js';
import { NO_HEADERS, type Headers } from '../record/headers.js';

/**
 * Decodes one record ahead: `hasHead` tells whether the head fields hold a record. Kafka Streams decodes the head
 * eagerly as well, so that the timestamps of several partitions can be compared. Kafka Streams: `RecordQueue`.
 */
export class PartitionQueue {
  hasHead = false;
  key: unknown = null;
  value: unknown = null;
  timestamp = -1;
  /** As in `RecordView`. */
  exactTimestamp: bigint | null = null;
  offset = -1;
  headers: Headers = NO_HEADERS;
  /** Highest timestamp of a record taken from this partition; -1 before the first. Survives restarts with the offset. */
  partitionTime: number;
  /** The topic is gone: nothing comes any more, so nobody waits for it. */
  gone = false;
  /** Bytes of batches that are not used up. */
  bufferedBytes = 0;
  /** Position after everything that was taken or skipped. */
  private position: number;
  private cursor: RecordCursor | null = null;
  /** What the cursor goes through. */
  private current: FetchedRecords | null = null;
  private readonly waiting: FetchedRecords[] = [];
  /** What a serde fetches for the record that the cursor is at; null: nothing. */
  private fetching: Promise<unknown> | null = null;
  /** The record that the cursor is at is to be decoded again. */
  private again = false;

  constructor(
    readonly source: ReaderTopic,
    readonly partition: number,
    startOffset: number,
    partitionTime: number,
    /** Told when the record that a serde had to fetch something for can be decoded: `takeUp` does it. */
    private readonly fetched: (queue: PartitionQueue) => void = () => undefined,
  ) {
    this.position = startOffset;
    this.partitionTime = partitionTime;
  }

  get topic(): string {
    return this.source.topic;
  }

  /** Where reading must go on after a restart: the head if there is one, else behind the last batch. */
  get committableOffset(): number {
    return this.hasHead ? this.offset : this.position;
  }

  /** Position behind everything that was fetched, to be compared with the end of the log. */
  get fetchedOffset(): number {
    const last = this.waiting[this.waiting.length - 1];
    if (last !== undefined) return last.nextOffset;
    return this.current === null ? this.position : this.current.nextOffset;
  }

  /** Whether the next record waits for something that a serde fetches. */
  get stalled(): boolean {
    return this.again;
  }

  /** Goes on at another offset: what was read before is dropped, and how much was fetched is no measure any more. */
  moveTo(offset: number): void {
    this.hasHead = false;
    this.cursor = null;
    this.current = null;
    this.fetching = null;
    this.again = false;
    this.waiting.length = 0;
    this.gone = false;
    this.bufferedBytes = 0;
    this.position = offset;
  }

  add(fetched: FetchedRecords): void {
    this.waiting.push(fetched);
    this.bufferedBytes += fetched.bytes;
    if (!this.hasHead && !this.again) this.advance();
  }

  /** Decodes the record that has waited; nothing where it waits still, or none does. */
  takeUp(): void {
    if (this.again && this.fetching === null) this.advance();
  }

  /** Moves to the next record that can be decoded and has a timestamp. The old head must have been used. */
  advance(): void {
    this.hasHead = false;
    for (;;) {
      const cursor = this.cursor ?? this.nextCursor();
      if (cursor === null) return;
      if (!this.again && !cursor.next()) {
        this.usedUp();
        continue;
      }
      // What cannot be decoded and ends the task must not be passed by a commit.
      this.position = cursor.offset;
      this.again = false;
      try {
        this.hasHead = this.source.decode(cursor, this);
      } catch (error) {
        if (!(error instanceof NotReady)) throw error;
        this.stall(error.until);
        return;
      }
      this.position = cursor.offset + 1;
      if (this.hasHead) return;
    }
  }

  /** The bytes of the head as they were read; null when it is at another offset, or there is none. */
  rawHead(offset: number): RawRecord | null {
    const { cursor } = this;
    if (!this.hasHead || cursor === null || this.offset !== offset || cursor.offset !== offset) return null;
    const { buffer, keyStart, keyEnd, valueStart, valueEnd } = cursor;
    return { key: rawBytesOf(buffer, keyStart, keyEnd), value: rawBytesOf(buffer, valueStart, valueEnd) };
  }

  /** Notes that the head was processed. */
  markTaken(): void {
    if (this.timestamp > this.partitionTime) this.partitionTime = this.timestamp;
  }

  private stall(until: Promise<unknown>): void {
    this.again = true;
    this.fetching = until;
    const ended = (): void => {
      // The queue may have moved to another place meanwhile.
      if (this.fetching !== until) return;
      this.fetching = null;
      this.fetched(this);
    };
    until.then(ended, ended);
  }

  private nextCursor(): RecordCursor | null {
    const next = this.waiting.shift();
    if (next === undefined) return null;
    this.cursor = next.cursor;
    this.current = next;
    return next.cursor;
  }

  /** The cursor is at its end, and the last of its records was processed. */
  private usedUp(): void {
    const { current } = this;
    if (current === null) return;
    this.position = current.nextOffset;
    this.bufferedBytes -= current.bytes;
    this.cursor = null;
    this.current = null;
    if (this.source.keepsNoBytes) current.giveBack?.();
  }
}
