/** Topics in memory, written and read synchronously: what the topology test driver runs on in place of Kafka. */
import type { BatchProducer, FetchedRecords, FlushedOffsets, RecordWriter } from '../port.js';
import { MemoryCursor, type MemoryRecord } from './memory-log.js';
import { checkedHeaders, type Headers } from '../../record/headers.js';

/** Every topic exists, with one partition. */
export class MemoryBroker {
  private readonly topics = new Map<string, MemoryRecord[]>();

  /** Appends a copy; returns the record with its offset. */
  append(
    topic: string,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
    partition = 0,
  ): MemoryRecord {
    let log = this.topics.get(topic);
    if (log === undefined) this.topics.set(topic, (log = []));
    const record: MemoryRecord = {
      topic,
      partition,
      offset: log.length,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: checkedHeaders(headers).map(
        ([name, bytes]) => [name, bytes === null ? null : Buffer.from(bytes)] as const,
      ),
      timestamp: Number(timestamp),
      ...(typeof timestamp === 'bigint' ? { exactTimestamp: timestamp } : {}),
    };
    log.push(record);
    return record;
  }

  /** All records of a topic. */
  records(topic: string): readonly MemoryRecord[] {
    return this.topics.get(topic) ?? [];
  }

  /** Offset that the next record of a topic will get. */
  endOffset(topic: string): number {
    return this.records(topic).length;
  }

  /** The records, at least one, as a reader would fetch them; without a size, since nothing limits a test's memory. */
  fetched(records: readonly MemoryRecord[]): FetchedRecords {
    const first = records[0] as MemoryRecord;
    const last = records[records.length - 1] as MemoryRecord;
    return {
      topic: first.topic,
      partition: first.partition,
      cursor: new MemoryCursor(records),
      bytes: 0,
      nextOffset: last.offset + 1,
      endOffset: this.endOffset(first.topic),
    };
  }

  producer(): MemoryProducer {
    return new MemoryProducer(this);
  }
}

/** In memory everything is acknowledged at once, so that there is nothing to wait for and nothing to drop. */
export class MemoryProducer implements BatchProducer, RecordWriter {
  readonly name = 'memory';
  readonly full = false;
  readonly bufferedBytes = 0;
  private written: MemoryRecord[] = [];
  private readonly last = new Map<string, number>();

  constructor(private readonly broker: MemoryBroker) {}

  /** What was written since the last call, in the order of writing. */
  takeWritten(): readonly MemoryRecord[] {
    const taken = this.written;
    this.written = [];
    return taken;
  }

  append(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void {
    const record = this.broker.append(topic, key, value, headers, timestamp, partition);
    this.written.push(record);
    this.last.set(topic, record.offset);
  }

  partitionCount(): number {
    return 1;
  }

  lookUp(): Promise<void> {
    return Promise.resolve();
  }

  /** All writers are one: the producer itself. */
  writer(): RecordWriter {
    return this;
  }

  abandon(): void {
    // Nothing waits.
  }

  resume(): void {
    // Nothing waits.
  }

  flush(): Promise<FlushedOffsets> {
    return Promise.resolve(this.offsets());
  }

  /** What `flush` resolves with; in memory everything is acknowledged at once. */
  offsets(): FlushedOffsets {
    return { lastOffset: (topic) => this.last.get(topic) ?? -1 };
  }

  end(): void {
    // Nothing waits.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
