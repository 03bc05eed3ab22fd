/** A queue in front of a task that remembers, between two turns, the oldest of the records that were taken from it. */
import type { ReaderTopic } from './reader-topic.js';
import { PartitionQueue } from './partition-queue.js';

/** What is told lengths of time, ms. */
interface Observer {
  observe(milliseconds: number): void;
}

/** Costs one comparison a record; the clock is read once a turn. Kafka Streams: `record-e2e-latency` of source nodes. */
export class MeasuredQueue extends PartitionQueue {
  private oldest = Number.POSITIVE_INFINITY;

  constructor(
    source: ReaderTopic,
    partition: number,
    startOffset: number,
    partitionTime: number,
    fetched: (queue: PartitionQueue) => void,
    private readonly ages: Observer,
  ) {
    super(source, partition, startOffset, partitionTime, fetched);
  }

  override markTaken(): void {
    super.markTaken();
    if (this.timestamp < this.oldest) this.oldest = this.timestamp;
  }

  /** @param now ms since the epoch */
  measure(now: number): void {
    if (this.oldest === Number.POSITIVE_INFINITY) return;
    this.ages.observe(now - this.oldest);
    this.oldest = Number.POSITIVE_INFINITY;
  }
}
