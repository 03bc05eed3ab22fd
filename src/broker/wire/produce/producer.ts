/** The producer: takes records into batches, and lets its user know when memory is short, when all is written, and what failed. */
import { BrokerError } from '../../../errors/broker-error.js';
import { MillraceError } from '../../../errors/error.js';
import { silentLogger, type Logger } from '../../../observe/logger.js';
import type { Headers } from '../../../record/headers.js';
import { monotonicNow } from '../../../time/monotonic.js';
import type { BatchProducer, FlushedOffsets, ProducerOptions, RecordWriter, WriterOptions } from '../../port.js';
import type { Transport } from '../../transport.js';
import { BackOff, pause } from '../back-off.js';
import { BatchBuffers } from '../batch/batch-buffers.js';
import { BatchBuilder } from '../batch/batch-builder.js';
import { KafkaCode } from '../error-codes.js';
import { BufferShare } from './buffer-share.js';
import { DeliveryClock } from './delivery-clock.js';
import { FlushPoint } from './flush-point.js';
import { InsteadOfRefused } from './instead-of-refused.js';
import { UnsentRecords } from './partition-queue.js';
import type { ProducerIdentity } from './init-producer-id.js';
import type { PendingBatch } from './pending-batch.js';
import { IdempotentSession, type ProducerSession } from './producer-session.js';
import type { OnRefused } from './refusals.js';
import { Sender } from './sender.js';
import type { QueueOwner } from './queue-owner.js';
import { TaskWriter, type WriterHost } from './task-writer.js';

type Asked = Parameters<OnRefused>;

/** How often a topic is asked for before it counts as missing: about a second, for metadata to spread. */
const LOOK_UPS = 6;
/** Bytes of written batches' buffers that are kept for the next batches. */
const MOST_FREE_BYTES = 16 * 1024 * 1024;

/** Of a batch that may be larger than a broker takes. */
const SUSPICIOUS_BYTES = 1024 * 1024;

/** Implements `BatchProducer` over any transport, which becomes the producer's own: `close` closes it. */
export class WireProducer implements BatchProducer, WriterHost {
  private readonly topics = new Map<string, (UnsentRecords | undefined)[]>();
  private readonly sender: Sender;
  private readonly buffers = new BatchBuffers(MOST_FREE_BYTES);
  private readonly share: BufferShare;
  private readonly delivery: DeliveryClock;
  private readonly session: ProducerSession;
  private readonly writers = new Set<TaskWriter>();
  /** Of topics that take smaller batches than the option says. */
  private readonly limits = new Map<string, number>();
  private readonly flushing = new Set<FlushPoint>();
  private readonly instead: InsteadOfRefused;
  /** Queues with a batch being filled, in the order in which they were opened: so the first one is due first. */
  private readonly lingering = new Set<UnsentRecords>();
  private lingerTimer: NodeJS.Timeout | null = null;
  private refreshTimer: NodeJS.Timeout | null = null;
  private refreshing = false;
  private error: Error | null = null;
  /** The error ends a transaction only: what is appended goes nowhere, until whoever writes has heard of it. */
  private broken = false;
  /** A transaction is being ended: what is appended belongs to the next one. */
  private ending = false;
  /** When the first batch since the last cut was opened; null: none was. */
  private wroteAt: number | null = null;

  /** @param session who writes; default: an idempotent producer without transactions */
  constructor(
    private readonly transport: Transport,
    private readonly options: ProducerOptions,
    private readonly logger: Logger = silentLogger,
    session: ProducerSession = new IdempotentSession(transport, logger),
  ) {
    this.session = session;
    const { compression, maxBufferedBytes, batchBytes, refused, mayLeave = () => true } = options;
    this.share = new BufferShare(maxBufferedBytes, Math.min(batchBytes, maxBufferedBytes / 2));
    this.delivery = new DeliveryClock(options.deliveryTimeoutMs, mayLeave, () => {
      this.checkDelivery();
    });
    const listener = {
      acknowledged: (queue: UnsentRecords, batch: PendingBatch): void => this.acknowledged(queue, batch),
      limited: (topic: string, bytes: number): void => this.limit(topic, bytes),
      failed: (error: Error): void => this.fail(error),
    };
    const batches = { buffers: this.buffers, share: this.share };
    const instead = (this.instead = this.openInstead());
    const senderOptions = {
      ...{ compression, mayLeave, batches },
      refused: refused === undefined ? undefined : (...[record, error]: Asked) => refused(record, error, instead),
    };
    this.sender = new Sender(transport, session, senderOptions, listener, logger);
  }

  get bufferedBytes(): number {
    return this.share.heldBytes;
  }

  writer(options: WriterOptions): RecordWriter {
    const writer = new TaskWriter(this, options);
    this.writers.add(writer);
    return writer;
  }

  /** For a writer, whose the queue's is: see `RecordWriter.append`. */
  put(
    queue: UnsentRecords,
    key: Buffer | null,
    value: Buffer | null,
    headers: Headers,
    timestamp: number | bigint,
  ): void {
    if (this.error !== null) {
      if (this.broken) return;
      throw this.error;
    }
    const limit = queue.batchLimit;
    let builder = queue.builder ?? this.openBatch(queue);
    let before = builder.size;
    if (!builder.append(key, value, headers, timestamp, limit)) {
      queue.close();
      this.sender.planDrain();
      builder = this.openBatch(queue);
      before = builder.size;
      builder.append(key, value, headers, timestamp, limit);
    }
    if (this.share.take(queue, builder.size - before)) this.overfull(queue);
  }

  partitionCount(topic: string): number {
    return this.transport.partitionCount(topic);
  }

  async lookUp(topics: readonly string[]): Promise<void> {
    const backOff = new BackOff();
    await this.transport.connect();
    this.keepFresh();
    for (let tries = 1; ; tries++) {
      const unknown = topics.filter((topic) => this.partitionCount(topic) === 0);
      if (unknown.length === 0) return;
      if (tries > LOOK_UPS) throw missing(unknown);
      if (tries > 1) await pause(backOff.next());
      await this.transport.refresh(unknown);
    }
  }

  check(): void {
    if (this.error !== null) throw this.error;
  }

  async flush(): Promise<FlushedOffsets> {
    this.check();
    const point = new FlushPoint(null);
    for (const queue of this.queues()) {
      const { tail } = queue;
      if (tail === null) {
        if (queue.lastOffset >= 0) point.tell(queue.topic, queue.partition, queue.lastOffset);
      } else {
        point.expect();
        tail.flushPoints.push(point);
      }
    }
    return this.flushed(point);
  }

  /** Sends what the point waits for, and waits. */
  async flushed(point: FlushPoint): Promise<FlushedOffsets> {
    this.sender.planDrain();
    this.instead.expectedBy(point);
    point.resolveWhenComplete();
    this.flushing.add(point);
    try {
      return await point.done;
    } finally {
      this.flushing.delete(point);
    }
  }

  /** When the first record since the last cut was appended, by the monotonic clock; null: none was. */
  get writtenAt(): number | null {
    return this.wroteAt;
  }

  /** Ends what belongs to the transaction, in this turn, and flushes it; what is appended from now on waits for `next`. */
  cut(): Promise<FlushedOffsets> {
    this.ending = true;
    this.wroteAt = null;
    for (const queue of this.queues()) queue.cut();
    return this.flush();
  }

  /** The next transaction has begun, under this identity. */
  next(identity: ProducerIdentity): void {
    this.ending = false;
    for (const queue of this.queues()) queue.next(identity, this.session.admit === null);
    this.sender.next(identity);
  }

  /** Drops everything, and takes nothing any more. The transport stays open. */
  discard(): void {
    this.error ??= new BrokerError('abortable', 'the transaction was given up');
    this.stop();
    for (const point of this.flushing) point.fail(this.error);
    for (const writer of this.writers) writer.abandoned();
    this.share.release();
  }

  abandon(writers: readonly RecordWriter[] | 'all'): void {
    const leaving = writers === 'all' ? new Set(this.writers) : this.own(writers);
    let dropped = false;
    for (const queue of this.queues()) {
      const owners = writers === 'all' ? 'these' : queue.ownedBy(leaving);
      if (queue.isEmpty || owners === 'others') continue;
      if (owners === 'both') {
        this.failFlushesOfAll(queue.unwritten);
        this.sender.takeOut(queue, leaving);
      } else {
        this.drop(queue, leaving);
        dropped = true;
      }
    }
    if (dropped) this.sender.renewIdentity();
    for (const writer of leaving) writer.abandoned();
  }

  private own(writers: readonly RecordWriter[]): Set<TaskWriter> {
    return new Set([...this.writers].filter((writer) => writers.includes(writer)));
  }

  resume(): void {
    this.sender.resume();
  }

  async close(): Promise<void> {
    try {
      if (this.error === null) await this.flush();
    } finally {
      this.error ??= new BrokerError('fatal', `producer ${this.options.name} is closed; open another one`);
      this.stop();
      await this.transport.close();
    }
  }

  closed(writer: TaskWriter): void {
    this.writers.delete(writer);
  }

  queuesOf(topic: string): readonly (UnsentRecords | undefined)[] {
    return this.topics.get(topic) ?? [];
  }

  /** The queue of a partition, made when it is first written to. */
  queueOf(topic: string, partition: number): UnsentRecords {
    let queues = this.topics.get(topic);
    if (queues === undefined) this.topics.set(topic, (queues = []));
    const known = queues[partition];
    if (known !== undefined) return known;
    const count = this.partitionCount(topic);
    if (count === 0) throw missing([topic]);
    if (partition >= count || partition < 0) {
      throw new MillraceError('TOPIC_MISSING', `topic ${topic} has only ${count} partitions; choose one of them`, {
        topic,
        partition,
      });
    }
    const queue = new UnsentRecords(
      topic,
      partition,
      this.session.admit === null,
      this.limits.get(topic) ?? this.options.batchBytes,
    );
    if (this.ending) queue.cut();
    queues[partition] = queue;
    return queue;
  }

  private *queues(): Iterable<UnsentRecords> {
    for (const queues of this.topics.values()) for (const queue of queues) if (queue !== undefined) yield queue;
  }

  /** Forgets what a queue holds; its partition gets another one when it is next written to. */
  private drop(queue: UnsentRecords, leaving: ReadonlySet<QueueOwner>): void {
    const queues = this.topics.get(queue.topic);
    if (queues !== undefined) queues[queue.partition] = undefined;
    this.sender.forget(queue);
    this.lingering.delete(queue);
    const batches = queue.drop();
    this.failFlushesOfAll(batches);
    for (const batch of batches) {
      this.share.give(queue, batch.heldBytes);
      for (const point of batch.flushPoints) {
        // Of those that stay nothing is dropped: what they wait for here was written before.
        if (point.writer === null || leaving.has(point.writer)) continue;
        point.arrive(queue.topic, queue.partition, queue.lastOffset);
      }
    }
  }

  private openInstead(): InsteadOfRefused {
    const host = {
      check: (): void => this.check(),
      queueOf: (topic: string, partition: number) => this.queueOf(topic, partition),
      partitionCount: (topic: string) => this.partitionCount(topic),
      lookUp: (topics: readonly string[]) => this.lookUp(topics),
      now: () => this.delivery.now,
      added: (queue: UnsentRecords, batch: PendingBatch): void => {
        this.share.take(queue, batch.heldBytes);
        this.sender.activate(queue);
        this.sender.planDrain();
      },
      flushing: this.flushing,
    };
    return new InsteadOfRefused(host, this.buffers);
  }

  private limit(topic: string, bytes: number): void {
    this.limits.set(topic, bytes);
    for (const queue of this.queuesOf(topic)) if (queue !== undefined) queue.batchLimit = bytes;
  }

  private failFlushesOfAll(batches: readonly PendingBatch[]): void {
    const message = 'some of what was flushed is dropped, since its task is given up';
    for (const { flushPoints } of batches) {
      for (const point of flushPoints) if (point.writer === null) point.fail(new BrokerError('fenced', message));
    }
  }

  private openBatch(queue: UnsentRecords): BatchBuilder {
    const { lingerMs } = this.options;
    const builder = new BatchBuilder(this.buffers, Math.min(queue.lastSize, queue.batchLimit));
    this.wroteAt ??= monotonicNow();
    queue.open(builder, monotonicNow(), this.delivery.now);
    this.sender.activate(queue);
    if (lingerMs === 0 || this.share.short) {
      queue.due = true;
      this.sender.planDrain();
    } else {
      this.lingering.delete(queue);
      this.lingering.add(queue);
      if (this.lingerTimer === null) this.armLinger(lingerMs);
    }
    this.delivery.start();
    return builder;
  }

  /** Begins to ask for topics again and again, unless it does. */
  private keepFresh(): void {
    const { metadataMaxAgeMs } = this.options;
    if (metadataMaxAgeMs === undefined || this.refreshTimer !== null || this.error !== null) return;
    this.refreshTimer = setInterval(() => void this.refresh(), metadataMaxAgeMs);
  }

  private async refresh(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      await this.transport.refresh([]);
    } catch (error) {
      // What is known goes on being used; where it is wrong, the next request finds out and asks itself.
      if (this.error === null) {
        this.logger.debug('topics that are written to could not be asked for', { error: (error as Error).message });
      }
    }
    this.refreshing = false;
  }

  private armLinger(milliseconds: number): void {
    this.lingerTimer = setTimeout(() => {
      this.lingerTimer = null;
      const now = monotonicNow();
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

  /** The partition is above its share of the memory: its writer waits, and nothing lingers any more. */
  private overfull(queue: UnsentRecords): void {
    const hurry = !this.share.short;
    if (queue.writer !== null) this.share.block(queue, queue.writer);
    if (!hurry) return;
    for (const one of this.lingering) one.due = one.builder !== null;
    this.lingering.clear();
    this.sender.planDrain();
  }

  private checkDelivery(): void {
    let oldest: UnsentRecords | null = null;
    for (const queue of this.sender.queues) {
      if (oldest === null || queue.oldest < oldest.oldest) oldest = queue;
    }
    if (oldest === null || oldest.oldest === Infinity) this.delivery.stop();
    else if (this.delivery.isOver(oldest.oldest)) this.fail(this.undeliverable(oldest));
    else this.sender.resume();
  }

  private undeliverable(queue: UnsentRecords): BrokerError {
    const { topic, partition, lastProblem } = queue;
    const { deliveryTimeoutMs } = this.options;
    const count = this.partitionCount(topic);
    const bytes = queue.unwritten[0]?.bytes.length ?? 0;
    let why = lastProblem === null ? 'no broker took them' : lastProblem.message;
    if (count > 0 && partition >= count) why = `the topic has only ${String(count)} partitions by now`;
    else if (bytes > SUSPICIOUS_BYTES) {
      why += `; a batch has ${String(bytes)} bytes: is socket.request.max.bytes of the broker less?`;
    }
    return new BrokerError(
      'fatal',
      `records could not be delivered within ${String(deliveryTimeoutMs)} ms (option producer.deliveryTimeout): ${why}`,
      { topic, partition, option: 'deliveryTimeoutMs', code: 'PRODUCTION_FAILED', cause: lastProblem ?? undefined },
    );
  }

  private acknowledged(queue: UnsentRecords, batch: PendingBatch): void {
    this.buffers.give(batch.storage);
    for (const point of batch.flushPoints) point.arrive(queue.topic, queue.partition, queue.lastOffset);
    this.share.give(queue, batch.heldBytes);
  }

  private fail(error: Error): void {
    if (this.error !== null) return;
    const { broken } = this.session;
    this.error = error;
    const lost = broken !== null && endsTransactionOnly(error) ? error : null;
    this.broken = lost !== null;
    this.stop();
    for (const point of this.flushing) point.fail(this.error);
    // Who waits for memory finds the error at the next append.
    this.share.release();
    if (lost !== null) broken?.(lost);
  }

  private stop(): void {
    this.sender.stop();
    this.delivery.stop();
    if (this.refreshTimer !== null) clearInterval(this.refreshTimer);
    if (this.lingerTimer !== null) clearTimeout(this.lingerTimer);
  }
}

function endsTransactionOnly(error: Error): error is BrokerError {
  if (!(error instanceof BrokerError)) return false;
  return error.class === 'abortable' || error.class === 'fenced' || error.kafkaCode === KafkaCode.INVALID_TXN_STATE;
}

function missing(topics: readonly string[]): MillraceError {
  const names = topics.join(', ');
  return new MillraceError('TOPIC_MISSING', `no such topic is known: ${names}; create it, or await lookUp() first`, {
    topic: topics[0],
  });
}
