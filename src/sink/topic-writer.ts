/** Where a record leaves: serialises it, chooses topic and partition, and gives it to the producer. */
import type { RecordWriter } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import { ignoreRejection } from '../errors/promised.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { reasonOf } from '../errors/shown-value.js';
import { checkedHeaders, type Headers } from '../record/headers.js';
import { RecordContext, type RecordView } from '../record/record-context.js';
import { NotReady } from '../serde/not-ready.js';
import type { Serde } from '../serde/serde.js';
import type { DefaultPartition } from './default-partition.js';

type Partitioner = (
  topic: string,
  key: unknown,
  value: unknown,
  partitions: number,
  headers: Headers,
) => number | readonly number[] | null;
type TopicExtractor = (value: unknown, key: unknown, record: RecordView) => string;

/** What a sink node was told. */
export interface SinkSettings {
  readonly node: string;
  readonly topic: string | TopicExtractor;
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
  readonly partitioner: Partitioner | null;
  /**
   * A repartition topic: the whole key decides the partition, of windowed keys too. State that Kafka Streams has left behind
   * such a topic lies where this puts it.
   */
  readonly internal?: boolean;
}

/** A record for a topic whose partition count the producer is still asking for, or whose schema a serde is still fetching. */
export interface Deferred {
  readonly topic: string;
  readonly key: unknown;
  readonly value: unknown;
  keyBytes: Buffer | null;
  valueBytes: Buffer | null;
  readonly time: number | bigint;
  headers: Headers;
  /** Where the record came from. */
  readonly context: RecordContext;
  /** What its bytes wait for; null: it has them. */
  until: Promise<unknown> | null;
  /** Why it cannot be written; null: it can. */
  error: Error | null;
}

const MOST = Number.MAX_SAFE_INTEGER;
/** What Kafka allows, but for `.` and `..`. */
const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/**
 * One sink node of one task. Kafka Streams: `SinkNode` with `RecordCollectorImpl`.
 *
 * A topic seen for the first time (topic extractors) has to be looked up: its records wait, in order, until `settle`.
 */
export class TopicWriter {
  private readonly fixedTopic: string | null;
  private readonly partitionBytes: ((bytes: Buffer) => Buffer) | undefined;
  /** A serde keeps part of its values in headers. */
  private readonly keyInHeaders: boolean;
  private readonly valueInHeaders: boolean;
  private deferred: Deferred[] = [];
  constructor(
    private readonly settings: SinkSettings,
    private readonly producer: RecordWriter,
    private readonly defaultPartition: DefaultPartition,
  ) {
    this.fixedTopic = typeof settings.topic === 'string' ? settings.topic : null;
    const wholeKey = settings.internal === true || settings.partitioner !== null;
    this.partitionBytes = wholeKey ? undefined : settings.key.partitionBytes;
    this.keyInHeaders = settings.key.headersFor !== undefined;
    this.valueInHeaders = settings.value.headersFor !== undefined;
  }

  /** @throws MillraceError SERIALIZATION_FAILED, TIMESTAMP_INVALID, HEADER_INVALID, PROCESSING_FAILED */
  write(key: unknown, value: unknown, timestamp: number, given: Headers, record: RecordView): void {
    const topic = this.fixedTopic ?? this.extracted(value, key, record);
    const time = timestamp >= 0 && timestamp <= MOST ? timestamp : this.farTime(timestamp, record);
    let headers = given;
    let keyBytes: Buffer | null;
    let valueBytes: Buffer | null;
    try {
      if (this.keyInHeaders && key !== null) headers = this.headersFor('key', this.settings.key, key, topic, headers);
      keyBytes = key === null ? null : this.bytes('key', this.settings.key, key, topic, headers);
      if (this.valueInHeaders && value !== null) {
        headers = this.headersFor('value', this.settings.value, value, topic, headers);
      }
      valueBytes = value === null ? null : this.bytes('value', this.settings.value, value, topic, headers);
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      this.checkTopic(topic);
      this.defer({ topic, key, value, keyBytes: null, valueBytes: null, time, headers: given }, record, error.until);
      return;
    }
    const partitions = this.producer.partitionCount(topic);
    if (partitions === 0 || this.deferred.length > 0) {
      if (partitions === 0) this.checkTopic(topic);
      this.defer({ topic, key, value, keyBytes, valueBytes, time, headers }, record, null);
      return;
    }
    this.append(topic, partitions, key, value, keyBytes, valueBytes, headers, time);
  }

  private defer(
    one: Omit<Deferred, 'context' | 'until' | 'error'>,
    record: RecordView,
    until: Promise<unknown> | null,
  ): void {
    const context = new RecordContext();
    context.copyFrom(record);
    this.deferred.push({ ...one, context, until, error: null });
  }

  /** Whether records wait for a topic to be looked up, or for a schema. */
  get unsettled(): boolean {
    return this.deferred.length > 0;
  }

  /**
   * Looks up the topics that records wait for, waits for their schemas, and writes them in the order in which they came.
   * @param failed decides about a record that cannot be written, as it would have been decided about at once
   * @throws MillraceError TOPIC_MISSING, or what `failed` throws
   */
  async settle(failed: (error: unknown, record: Deferred) => void): Promise<void> {
    while (this.deferred.length > 0) {
      const topics = new Set(this.deferred.map((one) => one.topic));
      const unknown = [...topics].filter((topic) => this.producer.partitionCount(topic) === 0);
      if (unknown.length > 0) await this.lookUp(unknown);
      // Others may come meanwhile, which then must wait behind these.
      for (const one of this.deferred) if (one.until !== null) await this.complete(one);
      if (this.deferred.some((one) => this.producer.partitionCount(one.topic) === 0)) continue;
      const waiting = this.deferred;
      this.deferred = [];
      for (const one of waiting) {
        const { topic, key, value, keyBytes, valueBytes, headers, time } = one;
        try {
          if (one.error !== null) throw one.error;
          this.append(topic, this.producer.partitionCount(topic), key, value, keyBytes, valueBytes, headers, time);
        } catch (error) {
          failed(error, one);
        }
      }
    }
  }

  /** Gives a record the bytes that it has waited for. */
  private async complete(one: Deferred): Promise<void> {
    const { key, value, topic } = one;
    const given = one.headers;
    while (one.until !== null) {
      await one.until;
      one.until = null;
      try {
        let headers = given;
        if (key !== null) headers = this.headersFor('key', this.settings.key, key, topic, headers);
        one.keyBytes = key === null ? null : this.bytes('key', this.settings.key, key, topic, headers);
        if (value !== null) headers = this.headersFor('value', this.settings.value, value, topic, headers);
        one.valueBytes = value === null ? null : this.bytes('value', this.settings.value, value, topic, headers);
        one.headers = headers;
      } catch (error) {
        if (error instanceof NotReady) one.until = error.until;
        // Serializing throws nothing else.
        else one.error = error as MillraceError;
      }
    }
  }

  private async lookUp(topics: readonly string[]): Promise<void> {
    try {
      await this.producer.lookUp(topics);
    } catch (error) {
      // A subclass says more than its code does.
      if (MillraceError.is(error) && error.code === 'TOPIC_MISSING')
        throw error.completed({ node: this.settings.node });
      throw error;
    }
  }

  private append(
    topic: string,
    partitions: number,
    key: unknown,
    value: unknown,
    keyBytes: Buffer | null,
    valueBytes: Buffer | null,
    headers: Headers,
    time: number | bigint,
  ): void {
    const { settings, partitionBytes, producer } = this;
    const chosen: unknown =
      settings.partitioner === null ? null : settings.partitioner(topic, key, value, partitions, headers);
    if (chosen === null) {
      const hashed = keyBytes === null || partitionBytes === undefined ? keyBytes : partitionBytes(keyBytes);
      const partition = this.defaultPartition.choose(topic, hashed, partitions);
      producer.append(topic, partition, keyBytes, valueBytes, headers, time);
      return;
    }
    if (Array.isArray(chosen)) {
      // All or none: a record that is half written could not be dropped any more.
      for (const one of chosen as unknown[]) this.checkPartition(one, partitions, topic);
      for (const one of chosen as number[]) producer.append(topic, one, keyBytes, valueBytes, headers, time);
      return;
    }
    this.checkPartition(chosen, partitions, topic);
    producer.append(topic, chosen as number, keyBytes, valueBytes, headers, time);
  }

  /** The topic that the extractor names. */
  private extracted(value: unknown, key: unknown, record: RecordView): string {
    const topic: unknown = (this.settings.topic as TopicExtractor)(value, key, record);
    if (typeof topic === 'string') return topic;
    ignoreRejection(topic);
    throw this.refused(`the topic extractor must return the name of a topic, not ${kindAndSize(topic)}`);
  }

  /** Of one that nobody has found yet. */
  private checkTopic(topic: string): void {
    if (TOPIC_NAME.test(topic) && topic !== '.' && topic !== '..') return;
    throw this.refused(
      `the topic extractor returned what is no name of a topic (1 to 249 letters, digits, ".", "_" and "-"): ${nameFault(topic)}`,
    );
  }

  /** A time that is not to be written as it is: beyond the safe numbers, the record itself has the exact one. */
  private farTime(timestamp: number, { exactTimestamp = null }: RecordView): bigint {
    if (exactTimestamp !== null && timestamp > 0 && Number(exactTimestamp) === timestamp) return exactTimestamp;
    throw new MillraceError(
      'TIMESTAMP_INVALID',
      `a record cannot be written with the timestamp ${kindAndSize(timestamp, 0, MOST)}; it must be a whole number of ms from 0 to ${String(MOST)}`,
      { node: this.settings.node },
    );
  }

  private checkPartition(partition: unknown, partitions: number, topic: string): void {
    if (Number.isInteger(partition) && (partition as number) >= 0 && (partition as number) < partitions) return;
    ignoreRejection(partition);
    throw this.refused(
      `the partitioner chose ${kindAndSize(partition, 0, partitions - 1)}, but ${topic} has ${String(partitions)} partitions; return a number from 0 to ${String(partitions - 1)}, a list of them, or null for the default`,
    );
  }

  private bytes(
    part: 'key' | 'value',
    serde: Serde<unknown>,
    it: unknown,
    topic: string,
    headers: Headers,
  ): Buffer | null {
    try {
      if (it === undefined) throw new TypeError('it is undefined (for a tombstone, return null)');
      const bytes: unknown = serde.serialize(it, topic, headers);
      // Some serdes of the JVM give null for a tombstone.
      if (bytes === null || bytes instanceof Uint8Array) return bytes as Buffer | null;
      ignoreRejection(bytes);
      throw new TypeError(`its serde gave ${kindAndSize(bytes)} instead of a Buffer`);
    } catch (cause) {
      if (cause instanceof NotReady) throw cause;
      ignoreRejection(it);
      throw this.unserializable(part, topic, cause);
    }
  }

  private headersFor(
    part: 'key' | 'value',
    serde: Serde<unknown>,
    it: unknown,
    topic: string,
    headers: Headers,
  ): Headers {
    try {
      return serde.headersFor === undefined ? headers : checkedHeaders(serde.headersFor(it, topic, headers));
    } catch (cause) {
      if (cause instanceof NotReady) throw cause;
      ignoreRejection(it);
      throw this.unserializable(part, topic, cause);
    }
  }

  private unserializable(part: 'key' | 'value', topic: string, cause: unknown): MillraceError {
    // What is named is a topic, and no text that an extractor has made of a record.
    if (this.fixedTopic === null) this.checkTopic(topic);
    return new MillraceError(
      'SERIALIZATION_FAILED',
      `the ${part} cannot be serialised for ${topic}: ${reasonOf(cause)}; check the ${part} serde of this node`,
      { node: this.settings.node, cause },
    );
  }

  private refused(problem: string): MillraceError {
    return new MillraceError('PROCESSING_FAILED', problem, { node: this.settings.node });
  }
}

/** What is wrong with the name, without the name: it is made of a record. */
function nameFault(topic: string): string {
  const at = topic.search(/[^a-zA-Z0-9._-]/);
  if (at < 0) return topic === '.' || topic === '..' ? 'dots alone' : kindAndSize(topic);
  const code = (topic.codePointAt(at) as number).toString(16).toUpperCase().padStart(4, '0');
  return `${kindAndSize(topic)}, of which that at position ${String(at)}, U+${code}, is not allowed`;
}
