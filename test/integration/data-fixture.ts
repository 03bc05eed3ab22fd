/** Readers and producers on a real broker, and what tests of the data plane do with them. */
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import type {
  FetchedRecords,
  ProducerOptions,
  ReaderOptions,
  RecordWriter,
  TopicPartition,
} from '../../src/broker/port.js';
import type { Transport, WireRequest } from '../../src/broker/transport.js';
import { WireReader } from '../../src/broker/wire/fetch/reader.js';
import { WireProducer } from '../../src/broker/wire/produce/producer.js';
import { silentLogger } from '../../src/observe/logger.js';
import { NO_HEADERS, type Headers } from '../../src/record/headers.js';
import { brokers, uniqueName } from './kafka.js';

export interface ReadRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

export interface ReadPartition {
  readonly records: ReadRecord[];
  /** Position and end of the log when they met. */
  readonly nextOffset: number;
  readonly endOffset: number;
}

type Closable = { close(): Promise<void> };

/** Everything opened through one of these is closed with it. */
export class DataClients {
  private readonly opened: Closable[] = [];
  private readonly on: readonly string[];

  constructor(on: readonly string[] = brokers()) {
    this.on = on;
  }

  transport(): Transport {
    return kafkajsTransports({ brokers: [...this.on] }, silentLogger)(uniqueName('data'));
  }

  reader(options: Partial<ReaderOptions> = {}): WireReader {
    const defaults = { name: 'test', isolation: 'committed', maxBufferedBytes: 10e6, maxPartitionBytes: 1e6 } as const;
    return this.keep(new WireReader(this.transport(), { ...defaults, maxWaitMs: 100, ...options }));
  }

  /** @param around wraps the transport, to lose answers for instance */
  producer(
    options: Partial<ProducerOptions> = {},
    around: (transport: Transport) => Transport = (transport) => transport,
  ): WireProducer {
    const defaults = { name: 'test', lingerMs: 5, batchBytes: 16_384, maxBufferedBytes: 32e6 } as const;
    const rest = { compression: 'none', deliveryTimeoutMs: 60_000 } as const;
    return this.keep(new WireProducer(around(this.transport()), { ...defaults, ...rest, ...options }));
  }

  async close(): Promise<void> {
    // A producer that failed on purpose fails once more when it is closed.
    await Promise.allSettled(this.opened.splice(0).map((one) => one.close()));
  }

  /** Reads one partition from an offset to the end of its log. */
  async readToEnd(
    topic: string,
    options: Partial<ReaderOptions> & { readonly partition?: number; readonly from?: number } = {},
  ): Promise<ReadPartition> {
    const { partition = 0, from = 0, ...rest } = options;
    const reader = this.reader(rest);
    try {
      reader.assign([{ topic, partition, offset: from }]);
      return await follow(reader, { topic, partition }, from);
    } finally {
      await reader.close();
    }
  }

  private keep<C extends Closable>(client: C): C {
    this.opened.push(client);
    return client;
  }
}

const PATIENCE = 30_000;

/** Polls until the position has met the end of the log. */
export async function follow(reader: WireReader, place: TopicPartition, from: number): Promise<ReadPartition> {
  const records: ReadRecord[] = [];
  let nextOffset = from;
  const giveUp = Date.now() + PATIENCE;
  for (;;) {
    for (const fetched of reader.poll()) {
      records.push(...recordsOf(fetched));
      nextOffset = fetched.nextOffset;
    }
    const endOffset = reader.endOffset(place);
    if (endOffset >= 0 && nextOffset >= endOffset) return { records, nextOffset, endOffset };
    const [event] = reader.events();
    if (event !== undefined) throw new Error(`reader: ${JSON.stringify(event)}`);
    if (Date.now() > giveUp) throw new Error(`position ${nextOffset} does not reach the end ${endOffset}`);
    await reader.wait(100);
  }
}

export function recordsOf({ cursor }: FetchedRecords): ReadRecord[] {
  const records: ReadRecord[] = [];
  while (cursor.next()) {
    const { offset, timestamp, buffer, keyStart, keyEnd, valueStart, valueEnd } = cursor;
    records.push({
      offset,
      timestamp,
      key: keyStart < 0 ? null : buffer.toString('utf8', keyStart, keyEnd),
      value: valueStart < 0 ? null : buffer.toString('utf8', valueStart, valueEnd),
      headers: cursor.headers(),
    });
  }
  return records;
}

const writers = new WeakMap<WireProducer, RecordWriter>();

/** One writer for each producer. */
export function writerOf(producer: WireProducer): RecordWriter {
  let writer = writers.get(producer);
  if (writer === undefined) writers.set(producer, (writer = producer.writer({ name: 'the test' })));
  return writer;
}

export function append(producer: WireProducer, topic: string, value: string, partition = 0): void {
  writerOf(producer).append(topic, partition, null, Buffer.from(value), NO_HEADERS, Date.now());
}

/** The same transport with something between it and its user. */
export function intercepted(
  transport: Transport,
  request: (node: number, request: WireRequest) => Promise<Buffer>,
): Transport {
  return {
    connect: () => transport.connect(),
    request,
    leaderOf: (topic, partition) => transport.leaderOf(topic, partition),
    partitionCount: (topic) => transport.partitionCount(topic),
    refresh: (topics) => transport.refresh(topics),
    coordinatorOf: (key, type) => transport.coordinatorOf(key, type),
    anyNode: () => transport.anyNode(),
    close: () => transport.close(),
  };
}
