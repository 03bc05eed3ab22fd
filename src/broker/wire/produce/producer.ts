/** The producer: takes records into batches, and lets its user know when memory is short, when all is written, and what failed. */
import { BrokerError } from '../../../errors/broker-error.js';
import { MillraceError } from '../../../errors/error.js';
import { silentLogger, type Logger } from '../../../observe/logger.js';
import type { Headers } from '../../../record/headers.js';
import type { BatchProducer, FlushedOffsets, ProducerOptions } from '../../port.js';
import type { Transport } from '../../transport.js';
import { BackOff, pause } from '../back-off.js';
import { BatchBuffers } from '../batch/batch-buffers.js';
import { BatchBuilder } from '../batch/batch-builder.js';
import { FlushPoint } from './flush-point.js';
import { PartitionQueue } from './partition-queue.js';
import type { PendingBatch } from './pending-batch.js';
import { IdempotentSession, type ProducerSession } from './producer-session.js';
import { Sender } from './sender.js';

/** How often a topic is asked for before it counts as missing: about a second, for metadata to spread. */
const LOOK_UPS = 6;
/** Bytes of written batches' buffers that are kept for the next batches. */
const MOST_FREE_BYTES = 16 * 1024 * 1024;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Implements `BatchProducer` over any transport, which becomes the producer's own: `close` closes it. */
export class WireProducer implements BatchProducer {
  private readonly topics = new Map<string, (PartitionQueue | undefined)[]>();
  private readonly all: PartitionQueue[] = [];
  private readonly sender: Sender;
  private readonly buffers = new BatchBuffers(MOST_FREE_BYTES);
  private readonly admitsAll: boolean;
  private readonly flushing = new Set<FlushPoint>();
  private drainWaiters: Waiter[] = [];
  /** Queues with a batch being filled, in the order in which they were opened: so the first one is due first. */
  private readonly lingering = new Set<PartitionQueue>();
  private lingerTimer: NodeJS.Timeout | null = null;
  private deliveryTimer: NodeJS.Timeout | null = null;
  /** Bytes of records that are not acknowledged. */
  private held = 0;
  private error: Error | null = null;
  private lastTopic = '';
  private lastQueues: (PartitionQueue | undefined)[] = [];

  /** @param session who writes; default: an idempotent producer without transactions */
  constructor(
    private readonly transport: Transport,
    private readonly options: ProducerOptions,
    logger: Logger = silentLogger,
    session: ProducerSession = new IdempotentSession(transport, logger),
  ) {
    this.admitsAll = session.admit === null;
    this.sender = new Sender(
      transport,
      session,
      options.compression,
      {
        acknowledged: (queue, batch) => this.acknowledged(queue, batch),
        failed: (error) => this.fail(error),
      },
      logger,
    );
  }

  append(
    topic: string,
    partition: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void {
    if (this.error !== null) throw this.error;
    const queue = (topic === this.lastTopic ? this.lastQueues[partition] : undefined) ?? this.queueOf(topic, partition);
    const limit = this.options.batchBytes;
    let builder = queue.builder ?? this.openBatch(queue);
    let before = builder.size;
    if (!builder.append(key, value, headers, timestamp, limit)) {
      queue.close();
      this.sender.planDrain();
      builder = this.openBatch(queue);
      before = builder.size;
      builder.append(key, value, headers, timestamp, limit);
    }
    const wasFull = this.full;
    this.held += builder.size - before;
    if (this.full && !wasFull) this.hurry();
  }

  partitionCount(topic: string): number {
    return this.transport.partitionCount(topic);
  }

  async lookUp(topics: readonly string[]): Promise<void> {
    const backOff = new BackOff();
    await this.transport.connect();
    for (let tries = 1; ; tries++) {
      const unknown = topics.filter((topic) => this.partitionCount(topic) === 0);
      if (unknown.length === 0) return;
      if (tries > LOOK_UPS) throw missing(unknown);
      if (tries > 1) await pause(backOff.next());
      await this.transport.refresh(unknown);
    }
  }

  get full(): boolean {
    return this.held > this.options.maxBufferedBytes;
  }

  async drained(): Promise<void> {
    if (this.error !== null) throw this.error;
    if (!this.full) return;
    await new Promise<void>((resolve, reject) => {
      this.drainWaiters.push({ resolve, reject });
    });
  }

  async flush(): Promise<FlushedOffsets> {
    if (this.error !== null) throw this.error;
    const point = new FlushPoint();
    for (const queue of this.all) {
      const { tail } = queue;
      if (tail === null) {
        if (queue.lastOffset >= 0) point.tell(queue.topic, queue.partition, queue.lastOffset);
      } else {
        point.expect();
        tail.flushPoints.push(point);
      }
    }
    this.lingering.clear();
    this.sender.planDrain();
    point.resolveWhenComplete();
    this.flushing.add(point);
    try {
      return await point.done;
    } finally {
      this.flushing.delete(point);
    }
  }

  async close(): Promise<void> {
    try {
      if (this.error === null) await this.flush();
    } finally {
      this.error ??= new BrokerError('fatal', `Producer "${this.options.name}" is closed`);
      this.stop();
      await this.transport.close();
    }
  }

  /** The queue of a partition, made when it is first written to. */
  private queueOf(topic: string, partition: number): PartitionQueue {
    let queues = this.topics.get(topic);
    if (queues === undefined) this.topics.set(topic, (queues = []));
    this.lastTopic = topic;
    this.lastQueues = queues;
    const known = queues[partition];
    if (known !== undefined) return known;
    const count = this.partitionCount(topic);
    if (count === 0) throw missing([topic]);
    if (partition >= count || partition < 0) {
      throw new MillraceError('TOPIC_MISSING', `Topic "${topic}" has ${count} partitions only`, { topic, partition });
    }
    const queue = new PartitionQueue(topic, partition, this.admitsAll);
    queues[partition] = queue;
    this.all.push(queue);
    return queue;
  }

  private openBatch(queue: PartitionQueue): BatchBuilder {
    const { batchBytes, lingerMs } = this.options;
    const builder = new BatchBuilder(this.buffers, Math.min(queue.lastSize, batchBytes));
    queue.builder = builder;
    queue.openedAt = Date.now();
    this.sender.activate(queue);
    if (lingerMs === 0 || this.full) {
      queue.due = true;
      this.sender.planDrain();
    } else {
      this.lingering.delete(queue);
      this.lingering.add(queue);
      if (this.lingerTimer === null) this.armLinger(lingerMs);
    }
    if (this.deliveryTimer === null) this.armDelivery(this.options.deliveryTimeoutMs);
    return builder;
  }

  private armLinger(milliseconds: number): void {
    this.lingerTimer = setTimeout(() => {
      this.lingerTimer = null;
      const now = Date.now();
      for (const queue of this.lingering) {
        const wait = queue.openedAt + this.options.lingerMs - now;
        if (queue.builder !== null && wait > 0) {
          this.armLinger(wait);
          break;
        }
        this.lingering.delete(queue);
        queue.due = queue.builder !== null;
      }
      this.sender.planDrain();
    }, milliseconds);
  }

  /** Memory is short: nothing lingers any more. */
  private hurry(): void {
    for (const queue of this.lingering) queue.due = queue.builder !== null;
    this.lingering.clear();
    this.sender.planDrain();
  }

  private armDelivery(milliseconds: number): void {
    this.deliveryTimer = setTimeout(() => {
      this.deliveryTimer = null;
      let oldest: PartitionQueue | null = null;
      for (const queue of this.sender.queues) {
        if (oldest === null || queue.oldest < oldest.oldest) oldest = queue;
      }
      if (oldest === null || oldest.oldest === Infinity) return;
      const wait = oldest.oldest + this.options.deliveryTimeoutMs - Date.now();
      if (wait > 0) this.armDelivery(wait);
      else this.fail(undeliverable(oldest, this.options.deliveryTimeoutMs));
    }, milliseconds);
  }

  private acknowledged(queue: PartitionQueue, batch: PendingBatch): void {
    this.held -= batch.heldBytes;
    this.buffers.give(batch.storage);
    for (const point of batch.flushPoints) point.arrive(queue.topic, queue.partition, batch.lastOffset);
    if (this.drainWaiters.length === 0 || this.full) return;
    const waiters = this.drainWaiters;
    this.drainWaiters = [];
    for (const { resolve } of waiters) resolve();
  }

  private fail(error: Error): void {
    this.error ??= error;
    this.stop();
    for (const point of this.flushing) point.fail(this.error);
    const waiters = this.drainWaiters;
    this.drainWaiters = [];
    for (const { reject } of waiters) reject(this.error);
  }

  private stop(): void {
    this.sender.stop();
    if (this.lingerTimer !== null) clearTimeout(this.lingerTimer);
    if (this.deliveryTimer !== null) clearTimeout(this.deliveryTimer);
  }
}

function missing(topics: readonly string[]): MillraceError {
  const names = topics.map((topic) => `"${topic}"`).join(', ');
  return new MillraceError('TOPIC_MISSING', `No such topic is known: ${names}. Create it, or await lookUp() first.`, {
    topic: topics[0],
  });
}

function undeliverable({ topic, partition, lastProblem }: PartitionQueue, timeout: number): BrokerError {
  const why = lastProblem === null ? 'no broker took them' : lastProblem.message;
  const message = `Records could not be delivered within ${timeout} ms (option deliveryTimeoutMs): ${why}`;
  return new BrokerError('fatal', message, {
    topic,
    partition,
    option: 'deliveryTimeoutMs',
    code: 'PRODUCTION_FAILED',
    cause: lastProblem ?? undefined,
  });
}
