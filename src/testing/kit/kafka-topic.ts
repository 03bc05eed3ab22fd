/** A topic on a broker, as a test uses it: records go in, and what an application wrote comes out, waited for. */
import type { BrokerClient, PartitionReader, ReaderEvent, RecordWriter } from '../../broker/port.js';
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';
import { checkedHeaders, NO_HEADERS } from '../../record/headers.js';
import { NotReady } from '../../serde/not-ready.js';
import { forKeys, prepared } from '../../serde/prepared.js';
import type { DefaultPartition } from '../../sink/default-partition.js';
import { toMilliseconds, type Duration } from '../../time/duration.js';
import { fromBytes, tableOf, toBytes, type RecordBytes } from '../records/record-bytes.js';
import { checkedRecordTime, timesFrom } from '../records/record-times.js';
import type {
  PipedRecord,
  PipeListOptions,
  PipeOptions,
  TestRecord,
  TestTopicOptions,
} from '../records/test-record.js';

/** A record, and where it is written to. */
export interface PipeToKafkaOptions extends PipeOptions {
  /** Default: as Kafka chooses it, by the bytes of the key. */
  readonly partition?: number | undefined;
}

/** How long to wait for what is read. */
export interface WaitOptions {
  /** Default: that of the kit, 30 s. */
  readonly timeout?: Duration | undefined;
}

/** What a topic needs of its kit. */
export interface KitForTopic {
  readonly client: BrokerClient;
  readonly partitioner: DefaultPartition;
  readonly timeoutMs: number;
  /** @throws what an application of the kit has failed with */
  readonly checkApplications: () => void;
}

interface FetchedRecord extends RecordBytes {
  readonly timestamp: number;
  readonly exactTimestamp?: bigint | undefined;
}

const MIB = 1024 * 1024;
const FETCH_WAIT_MS = 50;
/** Records that a message of a time-out shows. */
const SHOWN_RECORDS = 10;

/**
 * Made by `TestKit.topic` and `freshTopic`. Writing resolves when the broker has the records. Reading takes records out, as of
 * `TestOutputTopic`, and waits until what is asked for has come; records of transactions are seen once these are committed. The
 * order of records is that of their partition.
 */
export class KafkaTopic<K, V> {
  private writer: Promise<RecordWriter> | null = null;
  private reader: PartitionReader | null = null;
  private fetched: FetchedRecord[] = [];

  /** @internal */
  constructor(
    /** On the broker. */
    readonly name: string,
    readonly partitions: number,
    private readonly serdes: TestTopicOptions<K, V>,
    private readonly kit: KitForTopic,
  ) {}

  /** Writes one record. Its timestamp is the wall clock's unless given. */
  pipe(key: K | null, value: V | null, options: PipeToKafkaOptions = {}): Promise<void> {
    return this.write([[key, value, options]]);
  }

  pipeRecords(records: Iterable<PipedRecord<K, V> & PipeToKafkaOptions>): Promise<void> {
    return this.write(Array.from(records, ({ key = null, value, ...options }) => [key, value, options]));
  }

  pipeKeyValues(pairs: Iterable<readonly [key: K | null, value: V | null]>, options?: PipeListOptions): Promise<void> {
    const times = timesFrom(options);
    return this.write(Array.from(pairs, ([key, value]) => [key, value, times()]));
  }

  /** Without keys. */
  pipeValues(values: Iterable<V | null>, options?: PipeListOptions): Promise<void> {
    const times = timesFrom(options);
    return this.write(Array.from(values, (value) => [null, value, times()]));
  }

  /**
   * Waits for records and takes them out: with a number exactly so many, further ones stay; with a function all that have come
   * when it says true of them.
   * @throws MillraceError TEST_TIMED_OUT with what has come instead, which then stays to be read; and what an application of the kit
   *   has failed with
   */
  async readRecords(
    until: number | ((records: readonly TestRecord<K, V>[]) => boolean),
    { timeout }: WaitOptions = {},
  ): Promise<TestRecord<K, V>[]> {
    const limitMs = timeout === undefined ? this.kit.timeoutMs : toMilliseconds(timeout, 'timeout');
    const end = performance.now() + limitMs;
    const records: TestRecord<K, V>[] = [];
    for (;;) {
      for (const one of this.fetched.slice(records.length)) records.push(await this.decoded(one));
      const count = typeof until === 'number' ? until : records.length;
      if (typeof until === 'number' ? records.length >= until : until(records)) {
        this.fetched.splice(0, count);
        return records.slice(0, count);
      }
      this.kit.checkApplications();
      if (performance.now() >= end) throw this.timedOut(until, records, limitMs);
      await this.fetch();
    }
  }

  /** As {@link readRecords}. */
  async readKeyValues(
    until: number | ((pairs: readonly [K | null, V | null][]) => boolean),
    options?: WaitOptions,
  ): Promise<[K | null, V | null][]> {
    const pairs = (records: readonly TestRecord<K, V>[]): [K | null, V | null][] =>
      records.map(({ key, value }) => [key, value]);
    return pairs(
      await this.readRecords(typeof until === 'number' ? until : (records) => until(pairs(records)), options),
    );
  }

  /** As {@link readRecords}. */
  async readValues(
    until: number | ((values: readonly (V | null)[]) => boolean),
    options?: WaitOptions,
  ): Promise<(V | null)[]> {
    const values = (records: readonly TestRecord<K, V>[]): (V | null)[] => records.map(({ value }) => value);
    return values(
      await this.readRecords(typeof until === 'number' ? until : (records) => until(values(records)), options),
    );
  }

  /** The last value of each key of what has come, as `TestOutputTopic.readTable` shows it, once the function says true of it. */
  async readTable(until: (table: ReadonlyMap<string, V>) => boolean, options?: WaitOptions): Promise<Map<string, V>> {
    return tableOf(await this.readRecords((records) => until(tableOf(records)), options));
  }

  private async write(records: readonly (readonly [K | null, V | null, PipeToKafkaOptions])[]): Promise<void> {
    const writer = await (this.writer ??= this.openWriter());
    for (const [key, value, { timestamp, headers = NO_HEADERS, partition }] of records) {
      const at = timestamp === undefined ? Date.now() : checkedRecordTime(timestamp, this.name);
      const bytes = await whenReady(() => toBytes(this.name, this.serdes, key, value, checkedHeaders(headers)));
      const to = partition ?? this.kit.partitioner.choose(this.name, bytes.key, this.partitions);
      writer.append(this.name, to, bytes.key, bytes.value, bytes.headers, at);
    }
    await writer.flush();
  }

  private async openWriter(): Promise<RecordWriter> {
    const producer = this.kit.client.producer({
      name: 'test',
      lingerMs: 0,
      batchBytes: MIB,
      maxBufferedBytes: 64 * MIB,
      compression: 'none',
      deliveryTimeoutMs: this.kit.timeoutMs,
    });
    await producer.lookUp([this.name]);
    await prepared(forKeys(this.serdes.key), this.name, 'write');
    await prepared(this.serdes.value, this.name, 'write');
    return producer.writer({ name: 'test' });
  }

  private async fetch(): Promise<void> {
    this.reader ??= this.openReader();
    await this.reader.wait(FETCH_WAIT_MS);
    for (const event of this.reader.events()) throwStop(event);
    for (const { cursor } of this.reader.poll()) {
      while (cursor.next()) {
        const { buffer, keyStart, keyEnd, valueStart, valueEnd, timestamp, exactTimestamp } = cursor;
        this.fetched.push({
          key: keyStart < 0 ? null : Buffer.from(buffer.subarray(keyStart, keyEnd)),
          value: valueStart < 0 ? null : Buffer.from(buffer.subarray(valueStart, valueEnd)),
          headers: cursor.headers(),
          timestamp,
          ...(exactTimestamp === null ? {} : { exactTimestamp }),
        });
      }
    }
  }

  private openReader(): PartitionReader {
    const reader = this.kit.client.reader({
      name: 'test',
      isolation: 'committed',
      maxBufferedBytes: 16 * MIB,
      maxPartitionBytes: MIB,
      maxWaitMs: FETCH_WAIT_MS,
    });
    reader.assign(
      Array.from({ length: this.partitions }, (_, partition) => ({ topic: this.name, partition, offset: 0 })),
    );
    return reader;
  }

  private decoded(record: FetchedRecord): Promise<TestRecord<K, V>> {
    return whenReady(() => fromBytes(this.name, this.serdes, record));
  }

  private timedOut(until: unknown, records: readonly TestRecord<K, V>[], limitMs: number): MillraceError {
    const wanted = typeof until === 'number' ? `${String(until)} records` : 'what was asked for';
    const lines = records.slice(-SHOWN_RECORDS).map(({ key, value }) => `\n  ${shown(key)}: ${shown(value)}`);
    const which = lines.length < records.length ? `, of which the last ${String(lines.length)} are` : '';
    return new MillraceError(
      'TEST_TIMED_OUT',
      `topic ${this.name} did not bring ${wanted} within ${String(limitMs)} ms; ${String(records.length)} records came${which}${lines.length === 0 ? '' : ':'}${lines.join('')}`,
      { topic: this.name },
    );
  }
}

/** Again and again while a serde has to fetch something. */
async function whenReady<T>(attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      await error.until;
    }
  }
}

function throwStop(event: ReaderEvent): void {
  if (event.type === 'failed') throw event.error;
  if (event.type === 'doubtful-topic') return;
  const { topic, partition, type } = event;
  const why = type === 'unknown-topic' ? 'it was deleted under way' : 'records of it were deleted under way';
  throw new MillraceError('TOPIC_MISSING', `a test cannot read topic ${topic} any more: ${why}`, { topic, partition });
}

function shown(value: unknown): string {
  // Typed as always giving a text, which it does not.
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${String(part)}n` : part,
  ) as unknown;
  return typeof text === 'string' ? text : shownValue(value);
}
