/** A producer's way in for what is there in the place of records that the broker refused, in the transaction of those. */
import type { Headers } from '../../../record/headers.js';
import type { InsteadWriter } from '../../port.js';
import type { BatchBuffers } from '../batch/batch-buffers.js';
import { BatchBuilder } from '../batch/batch-builder.js';
import type { FlushPoint } from './flush-point.js';
import type { UnsentRecords } from './partition-queue.js';
import { PendingBatch, type RecordRun } from './pending-batch.js';

/** What it needs of its producer. */
export interface InsteadHost {
  /** @throws the sticky error: the transaction of the record may be lost, and what is written in its place with it */
  check(): void;
  queueOf(topic: string, partition: number): UnsentRecords;
  partitionCount(topic: string): number;
  lookUp(topics: readonly string[]): Promise<void>;
  /** On the delivery clock. */
  now(): number;
  /** The batch is in the queue, and to be sent. */
  added(queue: UnsentRecords, batch: PendingBatch): void;
  /** Flushes that are not done. */
  readonly flushing: Iterable<FlushPoint>;
}

const NOBODY: readonly RecordRun[] = [{ writer: null, from: 0 }];

/**
 * Each record is a batch of its own: behind the cut that ends a transaction others may wait in the same queue, for the next one.
 * Whichever task wrote what was refused, every flush waits for these, or else an offset could be committed before them.
 */
export class InsteadOfRefused implements InsteadWriter {
  private readonly waiting = new Set<PendingBatch>();

  constructor(
    private readonly host: InsteadHost,
    private readonly buffers: BatchBuffers,
  ) {}

  append(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void {
    const { host } = this;
    host.check();
    const queue = host.queueOf(topic, partition);
    const builder = new BatchBuilder(this.buffers, 0);
    builder.append(key, value, headers, timestamp, Infinity);
    const batch = new PendingBatch(builder, host.now(), NOBODY);
    batch.instead = true;
    queue.add(batch);
    this.waiting.add(batch);
    for (const point of host.flushing) expect(point, batch);
    host.added(queue, batch);
  }

  partitionCount(topic: string): number {
    return this.host.partitionCount(topic);
  }

  lookUp(topics: readonly string[]): Promise<void> {
    return this.host.lookUp(topics);
  }

  /** The flush waits for all of these, too. */
  expectedBy(point: FlushPoint): void {
    for (const batch of this.waiting) {
      if (batch.acknowledged) this.waiting.delete(batch);
      else expect(point, batch);
    }
  }
}

function expect(point: FlushPoint, batch: PendingBatch): void {
  point.expect();
  batch.flushPoints.push(point);
}
