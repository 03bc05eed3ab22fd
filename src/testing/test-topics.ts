/** The two ends of a topology under test: records go in by one topic and come out of another. */
import type { MemoryRecord } from '../broker/memory/memory-log.js';
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';
import { checkedHeaders, NO_HEADERS, type Headers, type WritableHeaders } from '../record/headers.js';
import { Windowed } from '../record/windowed.js';
import { forKeys } from '../serde/prepared.js';
import type { Serde } from '../serde/serde.js';
import { toMilliseconds, type Duration } from '../time/duration.js';

/** A record as tests see it. Kafka Streams: `TestRecord`. */
export interface TestRecord<K, V> {
  readonly key: K | null;
  readonly value: V | null;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The time itself where `timestamp` is beyond the safe numbers. */
  readonly exactTimestamp?: bigint | undefined;
  readonly headers: Headers;
}

export interface PipeOptions {
  /** Whole milliseconds; a `bigint` beyond the safe numbers. Default: the topic's own time, which starts at the driver's and moves by `autoAdvance`. */
  readonly timestamp?: number | bigint | undefined;
  /** Values are bytes or null; `textHeader` makes a header of a text. */
  readonly headers?: WritableHeaders | undefined;
}

/** When the records of a list happened. */
export interface PipeListOptions {
  /** Timestamp of the first one, ms. Default: the topic's own time, as for single records. */
  readonly start: number;
  /** From each to the next. Default 0. */
  readonly advance?: Duration | undefined;
}

/** A record of a list. */
export interface PipedRecord<K, V> extends PipeOptions {
  readonly key?: K | null | undefined;
  readonly value: V | null;
}

export interface TestTopicOptions<K, V> {
  readonly key: Serde<K>;
  readonly value: Serde<V>;
}

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
    this.time = options.start === undefined ? now : Number(checkedTime(options.start, topic));
    this.step = options.autoAdvance === undefined ? 0 : toMilliseconds(options.autoAdvance, 'autoAdvance');
  }

  /**
   * Sends one record through the topology, to the end: when it returns, everything that follows has happened.
   * @throws MillraceError TIMESTAMP_INVALID, HEADER_INVALID for what no record can have
   */
  pipe(key: K | null, value: V | null, { timestamp, headers: given = NO_HEADERS }: PipeOptions = {}): void {
    const at = timestamp === undefined ? this.time : checkedTime(timestamp, this.topic);
    let headers = checkedHeaders(given);
    if (timestamp === undefined) this.time += this.step;
    const { value: valueSerde } = this.options;
    const keySerde = forKeys(this.options.key);
    if (key !== null) headers = keySerde.headersFor?.(key, this.topic, headers) ?? headers;
    const keyBytes = key === null ? null : keySerde.serialize(key, this.topic, headers);
    if (value !== null) headers = valueSerde.headersFor?.(value, this.topic, headers) ?? headers;
    const valueBytes = value === null ? null : valueSerde.serialize(value, this.topic, headers);
    this.pipeBytes(this.topic, keyBytes, valueBytes, headers, at);
  }

  /** Sends records one after the other. Kafka Streams: `pipeRecordList`. */
  pipeRecords(records: Iterable<PipedRecord<K, V>>): void {
    for (const { key = null, value, ...options } of records) this.pipe(key, value, options);
  }

  /** Sends pairs one after the other. Kafka Streams: `pipeKeyValueList`. */
  pipeKeyValues(pairs: Iterable<readonly [key: K | null, value: V | null]>, options?: PipeListOptions): void {
    const times = timesFrom(options);
    for (const [key, value] of pairs) this.pipe(key, value, times());
  }

  /** Sends values without keys one after the other. Kafka Streams: `pipeValueList`. */
  pipeValues(values: Iterable<V | null>, options?: PipeListOptions): void {
    const times = timesFrom(options);
    for (const value of values) this.pipe(null, value, times());
  }

  /** Moves the topic's own time. Kafka Streams: `advanceTime`. */
  advance(by: Duration): void {
    this.time += toMilliseconds(by, 'advance');
  }
}

const MOST = 2n ** 63n;

/** Negative ones are times too, which a source then refuses or drops. */
function checkedTime(time: number | bigint, topic: string): number | bigint {
  if (Number.isSafeInteger(time)) return time;
  if (typeof time === 'bigint' && time >= -MOST && time < MOST) {
    return Number.isSafeInteger(Number(time)) ? Number(time) : time;
  }
  throw new MillraceError(
    'TIMESTAMP_INVALID',
    `a record of ${topic} cannot have the timestamp ${shownValue(time)}; give it whole milliseconds, beyond ${String(Number.MAX_SAFE_INTEGER)} as a bigint`,
    { topic },
  );
}

/** Gives each record of a list its time. */
function timesFrom(options: PipeListOptions | undefined): () => PipeOptions {
  if (options === undefined) return () => ({});
  const step = options.advance === undefined ? 0 : toMilliseconds(options.advance, 'advance');
  let next = options.start;
  return () => {
    const timestamp = next;
    next += step;
    return { timestamp };
  };
}

/** Kafka Streams: `TestOutputTopic`. Reading takes records out. */
export class TestOutputTopic<K, V> {
  constructor(
    readonly topic: string,
    private readonly options: TestTopicOptions<K, V>,
    private readonly records: () => MemoryRecord[],
  ) {}

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
      throw new MillraceError('STATE_INVALID', `topic ${this.topic} has no more records to read; ask isEmpty first`);
    }
    const { key, value, timestamp, exactTimestamp, headers } = record;
    return {
      key: key === null ? null : (forKeys(this.options.key).deserialize(key, this.topic, headers) as K),
      value: value === null ? null : this.options.value.deserialize(value, this.topic, headers),
      timestamp,
      ...(exactTimestamp === undefined ? {} : { exactTimestamp }),
      headers,
    };
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
    const table = new Map<string, V>();
    for (const { key, value } of this.readRecords()) {
      const name = keyText(key);
      if (value === null) table.delete(name);
      else table.set(name, value);
    }
    return table;
  }
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  return key instanceof Windowed ? key.toString() : JSON.stringify(key);
}
