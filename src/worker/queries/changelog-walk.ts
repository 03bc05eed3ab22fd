/** Walks a partition of a changelog from its end backwards, in stretches that are read forwards, beside the tasks and in slices of time. */
import type { BrokerClient, PartitionReader, RecordCursor, ReaderOptions, TopicPartition } from '../../broker/port.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { Headers } from '../../record/headers.js';
import { QueryError } from '../../query/query-error.js';
import type { TimeLimit } from '../../query/time-limit.js';

/** Offsets of the first stretch; the next ones are longer or shorter, by how long it took. */
const FIRST_STRETCH = 1_000;
const LONGEST_STRETCH = 200_000;
/** A stretch that takes this long, ms, is of a good length: what the end of the time cuts off is lost. */
const GOOD_STRETCH_MS = 250;
/** How long the walk goes on without a pause, ms, and how many records it looks at between two looks at the clock. */
const SLICE_MS = 5;
const RECORDS_UNTIMED = 64;
/** Bytes of values after which an answer ends. */
const ANSWER_BYTES = 1024 * 1024;
const WAIT_MS = 100;
const FETCH_BYTES = 512 * 1024;

export interface WalkedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

export interface WantedWalk extends TopicPartition {
  readonly isolation: ReaderOptions['isolation'];
  /** Whether a record is wanted, by its key. */
  readonly wants: (buffer: Buffer, start: number, end: number) => boolean;
  /** Null: from the end. */
  readonly before: number | null;
  readonly rows: number;
  readonly limit: TimeLimit;
  readonly signal: AbortSignal;
}

export interface Walked {
  /** The newest first. */
  readonly records: readonly WalkedRecord[];
  /** Null: the beginning of the log was reached. */
  readonly next: number | null;
}

/** @throws QueryError UNREACHABLE when nothing could be read in time, DOES_NOT_EXIST, NOT_ACTIVE; what a broker refuses */
export async function walkBack(client: BrokerClient, wanted: WantedWalk): Promise<Walked> {
  const { topic, partition, isolation, before, limit } = wanted;
  const admin = client.admin({ isolation });
  const place = [{ topic, partition }];
  const offsets = await limit.within(
    Promise.all([admin.listOffsets(place, 'earliest'), admin.listOffsets(place, 'latest', isolation)]),
  );
  if (offsets === null) throw unread(wanted, 'no broker says how long it is');
  const [first, end] = offsets.map(([one]) => one?.offset ?? 0) as [number, number];
  const reader = client.reader({
    ...{ name: 'history', isolation, maxWaitMs: WAIT_MS },
    ...{ maxBufferedBytes: 2 * FETCH_BYTES, maxPartitionBytes: FETCH_BYTES },
  });
  return new Walk(reader, wanted, first, Math.min(end, before ?? end)).run();
}

class Walk {
  private readonly records: WalkedRecord[] = [];
  private bytes = 0;
  private stretch = FIRST_STRETCH;

  constructor(
    private readonly reader: PartitionReader,
    private readonly wanted: WantedWalk,
    /** The beginning of the log. */
    private first: number,
    /** All from here on was looked at. */
    private reached: number,
  ) {}

  async run(): Promise<Walked> {
    const { records, wanted } = this;
    const { reached: begin } = this;
    while (this.reached > this.first && wanted.limit.leftMs > 0) {
      if (!(await this.readStretch())) continue;
      if (records.length < wanted.rows && this.bytes < ANSWER_BYTES) continue;
      const { offset } = records.at(-1) as WalkedRecord;
      return { records, next: offset > this.first ? offset : null };
    }
    if (this.reached === begin && begin > this.first) throw unread(wanted, 'no broker answers');
    return { records, next: this.reached > this.first ? this.reached : null };
  }

  /** Whether it was read to its end. One that takes too long is given up for a shorter one. */
  private async readStretch(): Promise<boolean> {
    const { reached: end, stretch } = this;
    const began = performance.now();
    const until =
      began + Math.min(this.wanted.limit.leftMs, Math.max(2 * GOOD_STRETCH_MS, this.wanted.limit.leftMs / 2));
    const start = Math.max(this.first, end - stretch);
    const found = await this.read(start, end, until);
    if (found === null) {
      this.stretch = Math.max(1, stretch >> 3);
      return false;
    }
    for (const record of found.reverse()) {
      if (this.isFull) break;
      this.records.push(record);
      this.bytes += sizeOf(record);
    }
    this.reached = start;
    const took = Math.max(1, performance.now() - began);
    this.stretch = Math.min(LONGEST_STRETCH, Math.max(1, Math.ceil(stretch * Math.min(8, GOOD_STRETCH_MS / took))));
    return true;
  }

  private get isFull(): boolean {
    return this.records.length === this.wanted.rows || this.bytes >= ANSWER_BYTES;
  }

  /** The wanted records of a stretch, of which the last ones count; null: it took too long, or the log has lost its beginning meanwhile. */
  private async read(start: number, end: number, until: number): Promise<WalkedRecord[] | null> {
    const { reader, wanted } = this;
    const { topic, partition, signal } = wanted;
    const kept = new LastRecords(wanted.rows);
    reader.assign([{ topic, partition, offset: start }]);
    for (;;) {
      if (signal.aborted) throw new QueryError('NOT_ACTIVE', 'the instance that was asked is closing');
      if (this.hasLostItsBeginning()) return null;
      for (const { cursor, nextOffset } of reader.poll()) {
        if (!(await this.look(cursor, end, until, kept))) return null;
        if (nextOffset >= end) return kept.records;
      }
      const left = until - performance.now();
      if (left <= 0) return null;
      await reader.wait(Math.min(WAIT_MS, left));
    }
  }

  /** False when there is no time any more. */
  private async look(cursor: RecordCursor, end: number, until: number, kept: LastRecords): Promise<boolean> {
    const { wants } = this.wanted;
    let pauseAt = performance.now() + SLICE_MS;
    for (let seen = 1; cursor.next() && cursor.offset < end; seen += 1) {
      if (wants(cursor.buffer, cursor.keyStart, cursor.keyEnd)) kept.add(recordAt(cursor));
      if (seen % RECORDS_UNTIMED > 0 || performance.now() < pauseAt) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (performance.now() > until) return false;
      pauseAt = performance.now() + SLICE_MS;
    }
    return true;
  }

  /** @throws QueryError DOES_NOT_EXIST; what a broker refuses */
  private hasLostItsBeginning(): boolean {
    for (const event of this.reader.events()) {
      switch (event.type) {
        case 'failed':
          throw new QueryError('STORE_EXCEPTION', `${placeOf(this.wanted)} cannot be read: ${reasonOf(event.error)}`);
        case 'unknown-topic':
          throw new QueryError('DOES_NOT_EXIST', `there is no changelog ${placeOf(this.wanted)}`);
        case 'out-of-range':
          // Old records are deleted as time goes by; one that ends before is another log, of which nothing was asked.
          this.first = Math.min(event.logStart, this.reached);
          if (event.logEnd < this.reached) this.reached = Math.max(this.first, event.logEnd);
          return true;
        case 'doubtful-topic':
          break;
      }
    }
    return false;
  }
}

/** As many as an answer has, the last ones: nobody knows how many a stretch has before it is read. */
class LastRecords {
  readonly records: WalkedRecord[] = [];
  private bytes = 0;

  constructor(private readonly most: number) {}

  add(record: WalkedRecord): void {
    const { records } = this;
    records.push(record);
    this.bytes += sizeOf(record);
    while (records.length > this.most || this.bytes - sizeOf(records[0] as WalkedRecord) >= ANSWER_BYTES) {
      this.bytes -= sizeOf(records.shift() as WalkedRecord);
    }
  }
}

/** Copies: what was fetched is given up with the next poll. */
function recordAt(cursor: RecordCursor): WalkedRecord {
  const { buffer, keyStart, keyEnd, valueStart, valueEnd, offset, timestamp } = cursor;
  return {
    offset,
    timestamp,
    key: Buffer.from(buffer.subarray(keyStart, keyEnd)),
    value: valueStart < 0 ? null : Buffer.from(buffer.subarray(valueStart, valueEnd)),
    headers: cursor.headers(),
  };
}

function sizeOf({ value }: WalkedRecord): number {
  return value === null ? 0 : value.length;
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${String(partition)}`;
}

function unread(wanted: WantedWalk, why: string): QueryError {
  const waited = String(Math.round(wanted.limit.milliseconds));
  return new QueryError(
    'UNREACHABLE',
    `nothing of changelog ${placeOf(wanted)} could be read for ${waited} ms (timeout): ${why}`,
  );
}
