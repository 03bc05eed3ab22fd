/** One task's way into a producer: remembers which partitions the task wrote to, so that it can wait for these alone. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { Headers } from '../../../record/headers.js';
import type { FlushedOffsets, RecordWriter, WriterOptions } from '../../port.js';
import { FlushPoint } from './flush-point.js';
import type { UnsentRecords } from './partition-queue.js';
import type { PendingBatch } from './pending-batch.js';
import type { QueueOwner } from './queue-owner.js';

/** What a writer needs of its producer. */
export interface WriterHost {
  /** The queues of a topic by partition; kept up to date in place. */
  queuesOf(topic: string): readonly (UnsentRecords | undefined)[];
  /** The queue of a partition, made when it is first written to. @throws MillraceError TOPIC_MISSING */
  queueOf(topic: string, partition: number): UnsentRecords;
  /** Appends; the queue's writer is set already. */
  put(
    queue: UnsentRecords,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void;
  partitionCount(topic: string): number;
  lookUp(topics: readonly string[]): Promise<void>;
  flushed(point: FlushPoint): Promise<FlushedOffsets>;
  /** @throws the sticky error */
  check(): void;
  closed(writer: TaskWriter): void;
}

const NO_QUEUES: readonly (UnsentRecords | undefined)[] = [];

export class TaskWriter implements RecordWriter, QueueOwner {
  readonly name: string;
  /** Partitions that are above their share and that this writer added to. */
  blocked = 0;
  private readonly drained: (() => void) | undefined;
  /** Written to since the last flush. */
  private readonly touched = new Set<UnsentRecords>();
  /** Of each partition that was ever flushed, the batch that the last flush ended with; null once it is acknowledged. */
  private readonly flushedTo = new Map<UnsentRecords, PendingBatch | null>();
  private readonly points = new Set<FlushPoint>();
  private ended: BrokerError | null = null;
  private lastTopic = '';
  private lastQueues = NO_QUEUES;

  constructor(
    private readonly host: WriterHost,
    { name, drained }: WriterOptions,
  ) {
    this.name = name;
    this.drained = drained;
  }

  append(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void {
    const queue = (topic === this.lastTopic ? this.lastQueues[partition] : undefined) ?? this.find(topic, partition);
    // Its partitions are noted where the writer changes, not per record.
    if (queue.writer !== this) {
      queue.enter(this);
      this.touched.add(queue);
    }
    this.host.put(queue, key, value, headers, timestamp);
  }

  partitionCount(topic: string): number {
    return this.host.partitionCount(topic);
  }

  lookUp(topics: readonly string[]): Promise<void> {
    return this.host.lookUp(topics);
  }

  get full(): boolean {
    return this.blocked > 0;
  }

  /** A partition is within its share again. */
  unblock(): void {
    this.blocked--;
    if (this.blocked === 0) this.drained?.();
  }

  async flush(): Promise<FlushedOffsets> {
    if (this.ended !== null) throw this.ended;
    this.host.check();
    for (const queue of this.touched) {
      this.flushedTo.set(queue, queue.tail);
      if (queue.writer === this) queue.writer = null;
    }
    this.touched.clear();
    const point = new FlushPoint(this);
    for (const [queue, batch] of this.flushedTo) {
      if (batch === null || batch.acknowledged) {
        if (batch !== null) this.flushedTo.set(queue, null);
        if (queue.lastOffset >= 0) point.tell(queue.topic, queue.partition, queue.lastOffset);
      } else {
        point.expect();
        batch.flushPoints.push(point);
      }
    }
    this.points.add(point);
    try {
      return await this.host.flushed(point);
    } finally {
      this.points.delete(point);
    }
  }

  end(): void {
    if (this.ended === null) this.finish(new BrokerError('fatal', `the writer of ${this.name} has ended`));
  }

  /** Its records are dropped: by the producer, which calls this. */
  abandoned(): void {
    const error = new BrokerError(
      'fenced',
      `the producer drops what ${this.name} wrote and no broker has acknowledged, since ${this.name} is given up; its next owner does it again`,
    );
    for (const point of this.points) point.fail(error);
    this.finish(error);
  }

  private finish(error: BrokerError): void {
    this.ended = error;
    this.lastQueues = NO_QUEUES;
    for (const queue of [...this.touched, ...this.flushedTo.keys()]) {
      if (queue.writer === this) queue.writer = null;
      queue.blocked.delete(this);
    }
    this.touched.clear();
    this.flushedTo.clear();
    this.host.closed(this);
  }

  private find(topic: string, partition: number): UnsentRecords {
    if (this.ended !== null) throw this.ended;
    const queue = this.host.queueOf(topic, partition);
    this.lastTopic = topic;
    this.lastQueues = this.host.queuesOf(topic);
    return queue;
  }
}
