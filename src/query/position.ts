/** How far a store has come in the topics that it is made of: what an answer is of, and what the next one may be asked to be of. */
import { notByNew } from '../errors/made-by.js';
import { QueryError } from './query-error.js';

/** Topic, partition, last offset that the store has in it. */
export type Offsets = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Longest text that is read as a position. */
const LONGEST_TOKEN = 4_096;
const PART = /^([A-Za-z0-9._-]{1,249}):(\d{1,6}-\d{1,16}(?:\.\d{1,6}-\d{1,16})*)$/;

/**
 * For each partition of an input topic, the last offset whose record is in the answer. A value: it never changes.
 * Kafka Streams: `Position`, and with `atLeast` of a query its `PositionBound`.
 */
export class Position {
  static readonly EMPTY = new Position(new Map());

  private constructor(private readonly topics: ReadonlyMap<string, ReadonlyMap<number, number>>) {
    notByNew((topics as unknown) instanceof Map, 'Position', 'Position.from(offsets)');
  }

  /** Of one record: what a producer was told when it wrote it. */
  static of(topic: string, partition: number, offset: number): Position {
    return new Position(new Map([[topic, new Map([[partition, offset]])]]));
  }

  static from(offsets: Offsets): Position {
    const topics = new Map<string, Map<number, number>>();
    for (const [topic, partitions] of Object.entries(offsets)) {
      topics.set(topic, new Map(Object.entries(partitions).map(([partition, offset]) => [Number(partition), offset])));
    }
    return new Position(topics);
  }

  /**
   * Reads what `toString` wrote.
   * @throws QueryError INVALID
   */
  static parse(text: string): Position {
    if (text === '') return Position.EMPTY;
    const topics = new Map<string, Map<number, number>>();
    for (const part of text.length > LONGEST_TOKEN ? [''] : text.split('~')) {
      const [, topic, pairs] = PART.exec(part) ?? [];
      if (topic === undefined || pairs === undefined) {
        throw new QueryError('INVALID', 'a position is written topic:partition-offset.partition-offset~topic:…');
      }
      const partitions = topics.get(topic) ?? new Map<number, number>();
      for (const pair of pairs.split('.')) {
        const [partition, offset] = pair.split('-').map(Number) as [number, number];
        if (!Number.isSafeInteger(offset)) throw new QueryError('INVALID', 'an offset of the position is too large');
        partitions.set(partition, Math.max(offset, partitions.get(partition) ?? 0));
      }
      topics.set(topic, partitions);
    }
    return new Position(topics);
  }

  /** -1: nothing of that partition. */
  offset(topic: string, partition: number): number {
    return this.topics.get(topic)?.get(partition) ?? -1;
  }

  get isEmpty(): boolean {
    return this.topics.size === 0;
  }

  get topicNames(): readonly string[] {
    return [...this.topics.keys()];
  }

  /** The further of both, partition by partition. */
  merged(other: Position): Position {
    if (this.isEmpty || other === this) return other;
    if (other.isEmpty) return this;
    const topics = new Map<string, Map<number, number>>();
    for (const { topics: part } of [this, other]) {
      for (const [topic, partitions] of part) {
        const into = topics.get(topic) ?? new Map<number, number>();
        for (const [partition, offset] of partitions) into.set(partition, Math.max(offset, into.get(partition) ?? -1));
        topics.set(topic, into);
      }
    }
    return new Position(topics);
  }

  toJSON(): Offsets {
    return Object.fromEntries([...this.topics].map(([topic, partitions]) => [topic, Object.fromEntries(partitions)]));
  }

  /** A short text that goes into addresses and headers as it is: `orders:0-12.3-40~clicks:1-7`. */
  toString(): string {
    return [...this.topics]
      .map(([topic, partitions]) => {
        const pairs = [...partitions].map(([partition, offset]) => `${String(partition)}-${String(offset)}`);
        return `${topic}:${pairs.join('.')}`;
      })
      .join('~');
  }
}
