/** What the witness of a run has seen, by topic and partition, with the time when it was to be seen. */

export interface SeenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  /** `performance.now()`. */
  readonly seenAt: number;
}

export class Journal {
  readonly #partitions = new Map<string, SeenRecord[][]>();

  add(record: SeenRecord): void {
    let ofTopic = this.#partitions.get(record.topic);
    if (ofTopic === undefined) this.#partitions.set(record.topic, (ofTopic = []));
    (ofTopic[record.partition] ??= []).push(record);
  }

  /** In the order of the log. */
  partition(topic: string, partition: number): readonly SeenRecord[] {
    return this.#partitions.get(topic)?.[partition] ?? [];
  }

  /** Partition after partition. */
  all(topic: string): SeenRecord[] {
    return (this.#partitions.get(topic) ?? []).flat();
  }

  /** Each record as a line: topic, partition, offset, time of the event, time when it was seen, key, value. */
  lines(): string[] {
    return [...this.#partitions.values()].flat(2).map((one) => {
      const { topic, partition, offset, timestamp, seenAt, key, value } = one;
      return [topic, partition, offset, timestamp, seenAt.toFixed(0), key, value].map(String).join('\t');
    });
  }
}
