/** The two ends of a topology under test: records go in by one topic and come out of another. */
import type { MemoryRecord } from '../broker/memory/memory-log.js';
import { MillraceError } from '../errors/error.js';
import { notByNew } from '../errors/made-by.js';
import { checkedHeaders, NO_HEADERS, type Headers } from '../record/headers.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import { checkedRecordTime, timesFrom } from './records/record-times.js';
import { checkedList, checkedPair, checkedRecord, checkPipeOptions } from './records/checked-calls.js';
import { fromBytes, tableOf, toBytes } from './records/record-bytes.js';
import type { PipedRecord, PipeListOptions, PipeOptions, TestRecord, TestTopicOptions } from './records/test-record.js';

export interface TestInputOptions<K, V> extends TestTopicOptions<K, V> {
  /** Timestamp of the first record, ms. Default: the driver's wall clock at creation. */
  readonly start?: number | undefined;
  /** Added to the topic's time after each record without a timestamp of its own. Default 0. */
  readonly autoAdvance?: Duration | undefined;
}

type Pipe = (
  topic: string,
  key: Buffer | null,
  value: Buffer | null,
  headers: Headers,
  timestamp: number | bigint,
) => void;

/** Kafka Streams: `TestInputTopic`. */
export class TestInputTopic<K, V> {
  private time: number;
  private readonly step: number;

  constructor(
    readonly topic: string,
    private readonly options: TestInputOptions<K, V>,
    now: number,
    private readonly pipeBytes: Pipe,
  ) {
    notByNew(
      (pipeBytes as unknown) instanceof Function,
      'TestInputTopic',
      `driver.inputTopic('topic', { key, value })`,
    );
    this.time = options.start === undefined ? now : Number(checkedRecordTime(options.start, topic));
    this.step = options.autoAdvance === undefined ? 0 : toMilliseconds(options.autoAdvance, 'autoAdvance');
  }

  /**
   * Sends one record through the topology, to the end: when it returns, everything that follows has happened.
   * @throws MillraceError TIMESTAMP_INVALID, HEADER_INVALID for what no record can have
   */
  pipe(key: K | null, value: V | null, options: PipeOptions = {}): void {
    checkPipeOptions(`pipe() into ${this.topic}`, options, ['timestamp', 'headers']);
    const { timestamp, headers: given = NO_HEADERS } = options;
    const at = timestamp === undefined ? this.time : checkedRecordTime(timestamp, this.topic);
    const headers = checkedHeaders(given);
    if (timestamp === undefined) this.time += this.step;
    const bytes = toBytes(this.topic, this.options, key, value, headers);
    this.pipeBytes(this.topic, bytes.key, bytes.value, bytes.headers, at);
  }

  /** Sends records one after the other. Kafka Streams: `pipeRecordList`. */
  pipeRecords(records: Iterable<PipedRecord<K, V>>): void {
    const call = `pipeRecords() into ${this.topic}`;
    for (const record of checkedList(call, records, 'records')) {
      const { key = null, value, timestamp, headers, ...more } = checkedRecord(call, record);
      this.pipe(key, value, { ...more, timestamp, headers });
    }
  }

  /** Sends pairs one after the other. Kafka Streams: `pipeKeyValueList`. */
  pipeKeyValues(pairs: Iterable<readonly [key: K | null, value: V | null]>, options?: PipeListOptions): void {
    const times = timesFrom(options);
    const call = `pipeKeyValues() into ${this.topic}`;
    for (const pair of checkedList(call, pairs, 'pairs [key, value]')) {
      const [key, value] = checkedPair(call, pair);
      this.pipe(key, value, times());
    }
  }

  /** Sends values without keys one after the other. Kafka Streams: `pipeValueList`. */
  pipeValues(values: Iterable<V | null>, options?: PipeListOptions): void {
    const times = timesFrom(options);
    for (const value of checkedList(`pipeValues() into ${this.topic}`, values, 'values'))
      this.pipe(null, value, times());
  }

  /** Moves the topic's own time. Kafka Streams: `advanceTime`. */
  advance(by: Duration): void {
    this.time += toMilliseconds(by, 'advance');
  }
}

/** Kafka Streams: `TestOutputTopic`. Reading takes records out. */
export class TestOutputTopic<K, V> {
  constructor(
    readonly topic: string,
    private readonly options: TestTopicOptions<K, V>,
    private readonly records: () => MemoryRecord[],
    /** What to say where a record is missing. */
    private readonly whyEmpty: () => string = () => 'ask isEmpty first',
  ) {
    notByNew(
      (records as unknown) instanceof Function,
      'TestOutputTopic',
      `driver.outputTopic('topic', { key, value })`,
    );
  }

  private get queue(): MemoryRecord[] {
    return this.records();
  }

  get size(): number {
    return this.queue.length;
  }

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  /** @throws MillraceError STATE_INVALID when nothing is left */
  readRecord(): TestRecord<K, V> {
    const record = this.queue.shift();
    if (record === undefined) {
      throw new MillraceError('STATE_INVALID', `topic ${this.topic} has no more records to read; ${this.whyEmpty()}`);
    }
    return fromBytes(this.topic, this.options, record);
  }

  /** All records that are left. Kafka Streams: `readRecordsToList`. */
  readRecords(): TestRecord<K, V>[] {
    const records: TestRecord<K, V>[] = [];
    while (!this.isEmpty) records.push(this.readRecord());
    return records;
  }

  /** @throws MillraceError STATE_INVALID when nothing is left */
  readKeyValue(): [K | null, V | null] {
    const { key, value } = this.readRecord();
    return [key, value];
  }

  /** Kafka Streams: `readKeyValuesToList`. */
  readKeyValues(): [K | null, V | null][] {
    return this.readRecords().map(({ key, value }) => [key, value]);
  }

  /** @throws MillraceError STATE_INVALID when nothing is left */
  readValue(): V | null {
    return this.readRecord().value;
  }

  /** Kafka Streams: `readValuesToList`. */
  readValues(): (V | null)[] {
    return this.readRecords().map(({ value }) => value);
  }

  /**
   * The last value of each key, as a table would hold it, without what was deleted. Keys are texts: of windowed keys such as
   * `[mill@0/60000]`, of other objects their JSON. Kafka Streams: `readKeyValuesToMap`, where deletions stay as nulls.
   */
  readTable(): Map<string, V> {
    return tableOf(this.readRecords());
  }
}
