/** The way of one partition's records through a producer: a batch being filled, and batches that wait or are under way. */
import type { TopicPartition } from '../../port.js';
import { BackOff } from '../back-off.js';
import type { BatchBuilder } from '../batch/batch-builder.js';
import { sequenceAfter } from '../batch/batch-header.js';
import type { ProducerIdentity } from './init-producer-id.js';
import { PendingBatch, type RecordRun } from './pending-batch.js';
import type { QueueOwner } from './queue-owner.js';

/** As many batches as a broker remembers of a producer: any of them may safely be sent again. */
const MOST_IN_FLIGHT = 5;
/** Between two attempts while the markers of the last transaction are being written. */
const SOON_MS = 20;

/**
 * Batches are sent in order and acknowledged in order. When one of them fails, the queue waits until nothing of it is
 * under way, and then begins again with the first one that is not written (`rewind`): so the bytes of a sequence never
 * change, and nothing newer passes.
 */
export class UnsentRecords implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** The batch being filled, when its first record came, and that moment on the delivery clock. */
  builder: BatchBuilder | null = null;
  openedAt = 0;
  createdAt = 0;
  /** Who appended last; null: nobody since the last flush. */
  writer: QueueOwner | null = null;
  /** Bytes of records that are not acknowledged. */
  held = 0;
  /** Writers that wait for this partition to come below its share. */
  readonly blocked = new Set<QueueOwner>();
  /** Replaced by another queue: what becomes of its batches does not matter any more. */
  dropped = false;
  /** Writers whose records are to be taken out before anything is sent. */
  leaving: Set<QueueOwner> | null = null;
  /** The batch being filled shall go as soon as it can. */
  due = false;
  /** False until the session was asked whether this partition may be written. */
  admitted: boolean;
  /** Offset of the last record known to be written, -1 before. */
  lastOffset = -1;
  /** The broker to which batches are under way. */
  node = -1;
  inFlight = 0;
  /** Something failed: nothing is sent until `rewind`. */
  recovering = false;
  /** A record of it cannot be written: nothing of the queue is sent until that is decided. */
  failing = false;
  /** The log is being searched for what is doubtful. */
  searching = false;
  /** The broker does not accept our next sequence, or knows it already: what it holds must be looked up. */
  doubtful = false;
  notBefore = 0;
  /** What failed passes within milliseconds. */
  soon = false;
  /** What went wrong last, for the error that gives up. */
  lastProblem: Error | null = null;
  /** Bytes before compression at which a batch is closed: less than the option where the topic takes no more. */
  batchLimit: number;
  /** Size of the last full batch, a guess for the next one's buffer. */
  lastSize = 0;
  /** Who wrote which records of the batch being filled. */
  private runs: RecordRun[] = [];
  /** Not acknowledged, in order. */
  private readonly batches: PendingBatch[] = [];
  /** How many of `batches`, from the front, have been sent since the last `rewind`. */
  private sent = 0;
  /** How many of `batches` may be sent now: those behind belong to the next transaction. Infinite while none is being ended. */
  private sendable = Infinity;
  private identity: ProducerIdentity | null = null;
  private nextSequence = 0;
  /**
   * A broker that has nothing of a producer takes any sequence for its first one. Were the first batch refused and the
   * second one, close behind it, accepted, the first could never be written any more: so it goes alone.
   */
  private established = false;
  private readonly backOff = new BackOff();

  constructor(topic: string, partition: number, admitted: boolean, batchLimit: number) {
    this.batchLimit = batchLimit;
    this.topic = topic;
    this.partition = partition;
    this.admitted = admitted;
  }

  get isEmpty(): boolean {
    return this.builder === null && this.batches.length === 0;
  }

  get maySend(): boolean {
    if (this.recovering || this.failing || this.inFlight >= (this.established ? MOST_IN_FLIGHT : 1)) return false;
    if (this.sent >= this.sendable) return false;
    return this.sent < this.batches.length || (this.due && this.builder !== null && this.sendable === Infinity);
  }

  /** The last batch before anything that is appended from now on; closes the one being filled. */
  get tail(): PendingBatch | null {
    this.close();
    return this.batches.at(-1) ?? null;
  }

  /** When the oldest record came that is not acknowledged, on the delivery clock; Infinity without one. */
  get oldest(): number {
    return this.batches[0]?.createdAt ?? (this.builder === null ? Infinity : this.createdAt);
  }

  /** Begins a batch. */
  open(builder: BatchBuilder, openedAt: number, createdAt: number): void {
    this.builder = builder;
    this.openedAt = openedAt;
    this.createdAt = createdAt;
    this.runs = [{ writer: this.writer, from: 0 }];
  }

  /** The records that follow are this writer's. */
  enter(writer: QueueOwner): void {
    this.writer = writer;
    if (this.builder !== null) this.runs.push({ writer, from: this.builder.count });
  }

  /** Whether there are records that are not acknowledged of these writers, of others, of both. */
  ownedBy(writers: ReadonlySet<QueueOwner>): 'these' | 'others' | 'both' {
    const runs = this.unwritten.flatMap((batch) => batch.runs);
    if (this.builder !== null) runs.push(...this.runs);
    const owned = runs.filter(({ writer }) => writer !== null && writers.has(writer)).length;
    if (owned === 0) return 'others';
    return owned === runs.length ? 'these' : 'both';
  }

  /** Closes the batch being filled; the next append needs another one. */
  close(): void {
    if (this.builder === null) return;
    this.lastSize = this.builder.size;
    this.batches.push(new PendingBatch(this.builder, this.createdAt, this.runs));
    this.builder = null;
    this.due = false;
  }

  /** The next batch to send; only when `maySend`. */
  peek(): PendingBatch {
    if (this.sent === this.batches.length) this.close();
    return this.batches[this.sent]!;
  }

  /** Takes the batch that `peek` gave, stamped. */
  take(identity: ProducerIdentity, node: number, transactional: boolean): PendingBatch {
    const batch = this.peek();
    this.identity ??= identity;
    if (batch.identity === null) {
      batch.stamp(this.identity, this.nextSequence, transactional);
      this.nextSequence = sequenceAfter(this.nextSequence, batch.count);
    }
    this.node = node;
    this.inFlight++;
    this.sent++;
    this.skipWritten();
    return batch;
  }

  /** Batches that are not known to be written. */
  get unwritten(): readonly PendingBatch[] {
    return this.batches.filter((batch) => !batch.written);
  }

  isFirstUnwritten(batch: PendingBatch): boolean {
    return this.batches.find((one) => !one.written) === batch;
  }

  /** Removes what is written from the front, in order. */
  acknowledged(done: (batch: PendingBatch) => void): void {
    while (this.batches[0]?.written === true) {
      const batch = this.batches.shift()!;
      if (batch.count > 0) this.established = true;
      if (this.sent > 0) this.sent--;
      this.sendable--;
      // Not the highest one: a topic that was made anew begins at 0 again.
      if (batch.count > 0) this.lastOffset = batch.lastOffset;
      batch.acknowledged = true;
      done(batch);
    }
  }

  succeeded(): void {
    this.notBefore = 0;
    this.lastProblem = null;
    this.backOff.reset();
  }

  /** Takes everything out, for good. */
  drop(): PendingBatch[] {
    this.close();
    this.dropped = true;
    for (const batch of this.batches) batch.acknowledged = true;
    return this.batches.splice(0);
  }

  /** Puts parts in the place of a batch; it is itself the last of them. */
  insert(parts: readonly PendingBatch[], before: PendingBatch): void {
    const at = this.batches.indexOf(before);
    if (at < this.sendable) this.sendable += parts.length;
    this.batches.splice(at, 0, ...parts);
  }

  /** Puts a batch behind all that belongs to the transaction, also when that is being ended. */
  add(batch: PendingBatch): void {
    if (this.sendable === Infinity) {
      this.close();
      this.batches.push(batch);
    } else {
      this.batches.splice(this.sendable++, 0, batch);
    }
  }

  /** What is appended from now on belongs to the next transaction, and waits for it. */
  cut(): void {
    this.close();
    this.sendable = this.batches.length;
  }

  /** The next transaction has begun; under another identity sequences begin anew. */
  next(identity: ProducerIdentity, admitted: boolean): void {
    this.sendable = Infinity;
    this.admitted = admitted;
    if (this.identity === null || this.identity === identity) return;
    this.identity = identity;
    this.nextSequence = 0;
  }

  /** Records of these writers are to go before anything is sent again. */
  takeOut(writers: ReadonlySet<QueueOwner>): void {
    this.close();
    this.recovering = true;
    this.leaving = new Set([...(this.leaving ?? []), ...writers]);
  }

  /** Begins again with the first batch that is not written, after a pause. Only when nothing is under way. */
  rewind(now: number): void {
    this.recovering = false;
    this.doubtful = false;
    this.sent = 0;
    this.skipWritten();
    this.notBefore = now + (this.soon ? SOON_MS : this.backOff.next());
    this.soon = false;
  }

  /** All that is not written is numbered anew, when it is sent. Only when nothing is under way. */
  restart(identity: ProducerIdentity): void {
    this.identity = identity;
    this.nextSequence = 0;
    this.established = false;
    for (const batch of this.unwritten) {
      batch.identity = null;
      batch.unsure = false;
    }
  }

  /**
   * Numbers what follows a batch as if that had never been. Only when nothing is under way.
   * @returns false when some of it was sent without an answer: as it is numbered it might still arrive
   */
  renumberWithout(batch: PendingBatch): boolean {
    const rest = this.batches.slice(this.batches.indexOf(batch) + 1);
    if (rest.some(({ unsure, repeated }) => unsure || repeated)) return false;
    if (batch.identity === null) return true;
    for (const one of rest) one.identity = null;
    this.nextSequence = batch.baseSequence;
    return true;
  }

  private skipWritten(): void {
    while (this.batches[this.sent]?.written === true) this.sent++;
  }
}
