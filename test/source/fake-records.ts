/** Records for queue tests, as a reader would fetch them. */
import { MemoryCursor, type MemoryRecord } from '../../src/broker/memory/memory-log.js';
import type { FetchedRecords } from '../../src/broker/port.js';
import { NO_HEADERS, type Headers } from '../../src/record/headers.js';
import type { Serde } from '../../src/serde/serde.js';
import { PartitionQueue } from '../../src/source/partition-queue.js';
import { ReaderTopic, type Extractor, type SourceReports } from '../../src/source/reader-topic.js';

/** UTF-8, and an error for the text `bad`. */
export const text: Serde<unknown> = {
  serialize: (value) => Buffer.from(String(value)),
  deserialize: (bytes) => {
    const value = bytes.toString();
    if (value === 'bad') throw new Error('it is bad');
    return value;
  },
};

export interface Row {
  readonly offset: number;
  readonly timestamp: number;
  readonly key?: string | null;
  readonly value?: string | null;
  readonly headers?: Headers;
}

export function fetched(
  topic: string,
  partition: number,
  rows: readonly Row[],
  nextOffset?: number,
  bytes = 10,
): FetchedRecords {
  const records: MemoryRecord[] = rows.map((row) => ({
    topic,
    partition,
    offset: row.offset,
    timestamp: row.timestamp,
    key: row.key === undefined || row.key === null ? null : Buffer.from(row.key),
    value: row.value === undefined || row.value === null ? null : Buffer.from(row.value),
    headers: row.headers ?? NO_HEADERS,
  }));
  const end = nextOffset ?? (rows.at(-1)?.offset ?? -1) + 1;
  return { topic, partition, cursor: new MemoryCursor(records), bytes, nextOffset: end, endOffset: end };
}

export interface QueueOptions {
  readonly extractor?: Extractor;
  readonly handler?: 'fail' | 'continue';
  readonly reports?: Partial<SourceReports>;
  readonly partitionTime?: number;
  readonly fetched?: (queue: PartitionQueue) => void;
  /** Of values. */
  readonly serde?: Serde<unknown>;
  /** Of keys. */
  readonly keySerde?: Serde<unknown>;
}

export function queueOf(topic: string, partition: number, options: QueueOptions = {}): PartitionQueue {
  const reports: SourceReports = {
    undecodable: options.reports?.undecodable ?? (() => undefined),
    negativeTimestamp: options.reports?.negativeTimestamp ?? (() => undefined),
  };
  const handler = (): 'fail' | 'continue' => options.handler ?? 'fail';
  const target = { receive: () => undefined };
  const value = options.serde ?? text;
  const key = options.keySerde ?? text;
  const source = new ReaderTopic(topic, 'SOURCE', key, value, options.extractor ?? null, handler, reports, target);
  return new PartitionQueue(source, partition, 0, options.partitionTime ?? -1, options.fetched);
}
