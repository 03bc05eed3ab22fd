/** Where a record leaves: serialises it, chooses topic and partition, and gives it to the producer. */
import type { BatchProducer } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import type { Headers } from '../record/headers.js';
import type { RecordView } from '../record/record-context.js';
import type { Serde } from '../serde/serde.js';
import type { DefaultPartition } from './default-partition.js';

type Partitioner = (
  topic: string,
  key: unknown,
  value: unknown,
  partitions: number,
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

/** A record for a topic whose partition count the producer is still asking for. */
interface Deferred {
  readonly topic: string;
  readonly key: unknown;
  readonly value: unknown;
  readonly timestamp: number;
  readonly headers: Headers;
}

/**
 * One sink node of one task. Kafka Streams: `SinkNode` with `RecordCollectorImpl`.
 *
 * A topic seen for the first time (topic extractors) has to be looked up: its records wait, in order, until `settle`.
 */
export class TopicWriter {
  private readonly fixedTopic: string | null;
  private readonly partitionBytes: ((bytes: Buffer) => Buffer) | undefined;
  private deferred: Deferred[] = [];
  constructor(
    private readonly settings: SinkSettings,
    private readonly producer: BatchProducer,
    private readonly defaultPartition: DefaultPartition,
  ) {
    this.fixedTopic = typeof settings.topic === 'string' ? settings.topic : null;
    const wholeKey = settings.internal === true || settings.partitioner !== null;
    this.partitionBytes = wholeKey ? undefined : settings.key.partitionBytes;
  }

  write(key: unknown, value: unknown, timestamp: number, headers: Headers, record: RecordView): void {
    const topic = this.fixedTopic ?? (this.settings.topic as TopicExtractor)(value, key, record);
    const partitions = this.producer.partitionCount(topic);
    if (partitions === 0 || this.deferred.length > 0) {
      this.deferred.push({ topic, key, value, timestamp, headers });
      return;
    }
    this.append(topic, partitions, key, value, timestamp, headers);
  }

  /** Whether records wait for a topic to be looked up. */
  get unsettled(): boolean {
    return this.deferred.length > 0;
  }

  /** Looks up the topics that records wait for and writes those. @throws MillraceError TOPIC_MISSING */
  async settle(): Promise<void> {
    while (this.deferred.length > 0) {
      const topics = new Set(this.deferred.map((one) => one.topic));
      const unknown = [...topics].filter((topic) => this.producer.partitionCount(topic) === 0);
      if (unknown.length > 0) await this.producer.lookUp(unknown);
      const waiting = this.deferred;
      this.deferred = [];
      for (const one of waiting) {
        this.append(one.topic, this.producer.partitionCount(one.topic), one.key, one.value, one.timestamp, one.headers);
      }
    }
  }

  private append(
    topic: string,
    partitions: number,
    key: unknown,
    value: unknown,
    timestamp: number,
    headers: Headers,
  ): void {
    const { settings, partitionBytes } = this;
    const keyBytes = key === null ? null : this.bytes('key', settings.key, key, topic, headers);
    const valueBytes = value === null ? null : this.bytes('value', settings.value, value, topic, headers);
    const chosen = settings.partitioner === null ? null : settings.partitioner(topic, key, value, partitions);
    if (typeof chosen === 'number') {
      this.append1(topic, this.checked(chosen, partitions, topic), keyBytes, valueBytes, headers, timestamp);
    } else if (chosen !== null) {
      for (const one of chosen) {
        this.append1(topic, this.checked(one, partitions, topic), keyBytes, valueBytes, headers, timestamp);
      }
    } else {
      const hashed = keyBytes === null || partitionBytes === undefined ? keyBytes : partitionBytes(keyBytes);
      const partition = this.defaultPartition.choose(topic, hashed, partitions);
      this.append1(topic, partition, keyBytes, valueBytes, headers, timestamp);
    }
  }

  private append1(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number,
  ): void {
    this.producer.append(topic, partition, key, value, headers, timestamp);
  }

  private checked(partition: number, partitions: number, topic: string): number {
    if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return partition;
    throw new MillraceError(
      'PRODUCTION_FAILED',
      `the partitioner chose partition ${String(partition)}, but ${topic} has ${String(partitions)} partitions; return a number from 0 to ${String(partitions - 1)}`,
      { topic, node: this.settings.node },
    );
  }

  private bytes(part: 'key' | 'value', serde: Serde<unknown>, it: unknown, topic: string, headers: Headers): Buffer {
    try {
      if (it === undefined) throw new TypeError('it is undefined (for a tombstone, return null)');
      return serde.serialize(it, topic, headers);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MillraceError(
        'SERIALIZATION_FAILED',
        `the ${part} cannot be serialised for ${topic}: ${reason}; check the ${part} serde of this node`,
        { topic, node: this.settings.node, cause },
      );
    }
  }
}
