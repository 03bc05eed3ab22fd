/** Sends the batches of a producer: groups them by leader, keeps up to five requests under way to each, and repeats what failed. */
import { BrokerError } from '../../../errors/broker-error.js';
import { MillraceError } from '../../../errors/error.js';
import type { Logger } from '../../../observe/logger.js';
import type { Compression, TopicPartition } from '../../port.js';
import { monotonicNow } from '../../../time/monotonic.js';
import { RequestHeldBack, type Transport } from '../../transport.js';
import { BackOff } from '../back-off.js';
import type { CompressionCodec } from '../compression/codec.js';
import { codecNumber, loadCodecs, loadedCodec } from '../compression/codecs.js';
import { KafkaCode } from '../error-codes.js';
import { Leaders } from '../leaders.js';
import { RetryLines } from '../retry-lines.js';
import type { ProducerIdentity } from './init-producer-id.js';
import type { UnsentRecords } from './partition-queue.js';
import type { PendingBatch } from './pending-batch.js';
import { produceRequest, produceSize, readProduce, type BatchToWrite, type ProduceResponse } from './produce-codec.js';
import type { ProducerSession } from './producer-session.js';
import { Recovery } from './recovery.js';
import { split, type BatchPlace } from './rewrite-batch.js';
import type { TaskWriter } from './task-writer.js';
import { leaveOutRefused, Refusals, type OnRefused } from './refusals.js';
import { verdictOn } from './verdict.js';

const MOST_REQUESTS = 5;
/** Of one request; a single batch may be larger. */
const MOST_REQUEST_BYTES = 4 * 1024 * 1024;
const LEAST_REQUEST_BYTES = 64 * 1024;
/**
 * How long a broker may wait for its replicas before it gives back REQUEST_TIMED_OUT, ms. The batches are then sent again, which
 * the broker recognises; short, so that a broker that does not even say that is known to be silent.
 */
const REPLICATION_TIMEOUT_MS = 5_000;
/** More for the answer to arrive, ms. */
const ANSWER_MARGIN_MS = 3_000;

interface SendLane {
  readonly node: number;
  requests: number;
  /** Of one request: halved when one was lost, doubled when one was answered. */
  mostBytes: number;
  notBefore: number;
  readonly backOff: BackOff;
}

interface Sent extends BatchToWrite {
  readonly queue: UnsentRecords;
  readonly batch: PendingBatch;
}

export interface SenderListener {
  /** In order for each queue. */
  acknowledged(queue: UnsentRecords, batch: PendingBatch): void;
  /** The topic takes no batch that is larger than this before compression, or not much. */
  limited(topic: string, bytes: number): void;
  /** Nothing is sent any more. */
  failed(error: Error): void;
}

export interface SenderOptions {
  readonly compression: Compression;
  /** Asked before each request. */
  readonly mayLeave: () => boolean;
  /** Where batches that are written anew come from and are counted. */
  readonly batches: BatchPlace;
  /** Asked about a record that cannot be written, whatever is done. Default: the producer fails. */
  readonly refused?: OnRefused | undefined;
}

export class Sender {
  /** Queues that have something, in the order in which they shall be served. */
  private readonly active = new Set<UnsentRecords>();
  private readonly lanes = new Map<number, SendLane>();
  private readonly leaders: Leaders;
  private readonly stopping = new AbortController();
  private readonly codecNumber: number;
  private readonly recovery: Recovery;
  private readonly refusals: Refusals;
  private codec: CompressionCodec | null = null;
  /** Of partitions that are written to from now on; null until it is had. */
  private identity: ProducerIdentity | null = null;
  /** The identity that must not be used for them any more. */
  private outdated: ProducerIdentity | null = null;
  /** Of the transaction that was begun last. */
  private latest: ProducerIdentity | null = null;
  private heldBack = false;
  private opening = false;
  private drainPlanned = false;
  private wakeTimer: NodeJS.Timeout | null = null;
  private readonly lines: RetryLines;

  constructor(
    private readonly transport: Transport,
    private readonly session: ProducerSession,
    private readonly options: SenderOptions,
    private readonly listener: SenderListener,
    private readonly logger: Logger,
  ) {
    this.codecNumber = codecNumber(options.compression);
    this.lines = new RetryLines(logger);
    this.leaders = new Leaders(
      transport,
      { refreshed: () => this.drain(), failed: (error) => this.fail(error) },
      logger,
    );
    this.refusals = new Refusals(transport, options.refused, {
      stopped: () => this.stopped,
      decided: (queue) => this.recovered(queue),
      fail: (error) => this.fail(error),
    });
    this.recovery = new Recovery(transport, session, this.stopping.signal, options.batches, this, logger);
  }

  get queues(): Iterable<UnsentRecords> {
    return this.active;
  }

  /** To be called whenever a queue that was empty gets a record. */
  activate(queue: UnsentRecords): void {
    this.active.add(queue);
  }

  /** Sends what may be sent at the end of this turn, when others have appended too. */
  planDrain(): void {
    if (this.drainPlanned) return;
    this.drainPlanned = true;
    setImmediate(() => {
      this.drainPlanned = false;
      this.drain();
    });
  }

  /** Looks again whether anything may leave. */
  resume(): void {
    if (this.heldBack) this.drain();
  }

  /** A queue was dropped. */
  forget(queue: UnsentRecords): void {
    this.active.delete(queue);
  }

  /** What is written to partitions that were dropped goes under another identity than before. */
  renewIdentity(): void {
    if (this.identity === null) return;
    this.outdated = this.identity;
    this.identity = null;
    this.planDrain();
  }

  /** The next transaction has begun. */
  next(identity: ProducerIdentity): void {
    this.latest = identity;
    // Or else it is not open yet, and takes this one when it is.
    if (this.identity !== null) this.identity = identity;
    this.planDrain();
  }

  /** Takes the records of some writers out of what is not sent, or was sent and is not written. */
  takeOut(queue: UnsentRecords, writers: ReadonlySet<TaskWriter>): void {
    queue.takeOut(writers);
    if (queue.inFlight === 0) void this.recovery.run(queue, this.codec);
  }

  // What the recovery of a queue needs.

  recovered(queue: UnsentRecords): void {
    queue.acknowledged((batch) => this.listener.acknowledged(queue, batch));
    if (queue.isEmpty) this.active.delete(queue);
    this.again(queue);
    this.drain();
  }

  /** The newest identity that any partition has. */
  identityIs(identity: ProducerIdentity): void {
    if (this.identity !== null) this.identity = identity;
  }

  leaderOf({ topic, partition }: TopicPartition): number {
    return this.transport.leaderOf(topic, partition);
  }

  askLeader(topic: string): void {
    this.leaders.ask(topic);
  }

  stop(): void {
    this.stopping.abort();
    this.leaders.close();
    if (this.wakeTimer !== null) clearTimeout(this.wakeTimer);
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private drain(): void {
    if (this.stopped) return;
    if (this.identity === null) {
      void this.open();
      return;
    }
    this.heldBack = !this.options.mayLeave();
    if (this.heldBack) return;
    const now = monotonicNow();
    const ready = new Map<SendLane, UnsentRecords[]>();
    const strangers: UnsentRecords[] = [];
    let wakeAt = Infinity;
    for (const queue of this.active) {
      if (!queue.maySend) continue;
      const lane = queue.notBefore > now ? null : this.laneOf(queue);
      const notBefore = lane === null ? queue.notBefore : lane.notBefore;
      if (notBefore > now) {
        wakeAt = Math.min(wakeAt, notBefore);
      } else if (lane === null || (queue.inFlight > 0 && queue.node !== lane.node)) {
        // Until the leader is known, or the answers of the old one are in: both lead here again.
      } else if (!queue.admitted) {
        strangers.push(queue);
      } else {
        const list = ready.get(lane);
        if (list === undefined) ready.set(lane, [queue]);
        else list.push(queue);
      }
    }
    if (strangers.length > 0) void this.admit(strangers);
    for (const [lane, queues] of ready) this.fill(lane, queues, this.identity);
    this.wakeAt(wakeAt, now);
  }

  private async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    try {
      await loadCodecs(1 << this.codecNumber);
      if (this.codecNumber !== 0) this.codec = loadedCodec(this.codecNumber);
      const identity = await this.newIdentity();
      this.identity = this.latest ?? identity;
      this.opening = false;
      this.drain();
    } catch (error) {
      this.opening = false;
      if (!this.stopped) this.fail(error as Error);
    }
  }

  private async newIdentity(): Promise<ProducerIdentity> {
    const { signal } = this.stopping;
    if (this.outdated === null) return this.session.open(signal);
    const identity = await this.session.after(this.outdated, signal);
    if (identity === null)
      throw new BrokerError('abortable', 'a transaction cannot go on without what was dropped of it');
    this.outdated = null;
    return identity;
  }

  /** Asks the session once for each partition, as a transaction needs. */
  private async admit(queues: readonly UnsentRecords[]): Promise<void> {
    if (this.session.admit === null) return;
    for (const queue of queues) queue.admitted = true;
    // Held back meanwhile like a queue whose batches failed.
    for (const queue of queues) queue.recovering = true;
    try {
      await this.session.admit(queues.map(({ topic, partition }) => ({ topic, partition })));
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    for (const queue of queues) queue.recovering = false;
    this.drain();
  }

  private laneOf({ topic, partition }: TopicPartition): SendLane | null {
    const node = this.leaders.of(topic, partition);
    if (node < 0) return null;
    let lane = this.lanes.get(node);
    if (lane === undefined) {
      lane = { node, requests: 0, mostBytes: MOST_REQUEST_BYTES, notBefore: 0, backOff: new BackOff() };
      this.lanes.set(node, lane);
    }
    return lane;
  }

  /** Composes requests, each of one batch per queue at most, until the broker has enough of them or the queues are empty. */
  private fill(lane: SendLane, queues: readonly UnsentRecords[], identity: ProducerIdentity): void {
    let waiting = queues;
    while (lane.requests < MOST_REQUESTS && waiting.length > 0) {
      const batches: Sent[] = [];
      const rest: UnsentRecords[] = [];
      let size = 0;
      for (const queue of waiting) {
        const next = queue.peek();
        next.seal(this.codec, this.codecNumber);
        if (size > 0 && size + next.bytes.length > lane.mostBytes) {
          rest.push(queue);
          continue;
        }
        const batch = queue.take(identity, lane.node, this.session.transactionalId !== null);
        size += batch.bytes.length;
        batches.push({ topic: queue.topic, partition: queue.partition, bytes: batch.bytes, queue, batch });
      }
      for (const { queue } of batches) {
        // To the back: the next request begins with those that found no room in this one.
        this.active.delete(queue);
        this.active.add(queue);
        if (queue.maySend) rest.push(queue);
      }
      void this.send(lane, batches);
      waiting = rest;
    }
  }

  private async send(lane: SendLane, batches: readonly Sent[]): Promise<void> {
    lane.requests++;
    try {
      const { transactionalId, produceVersion } = this.session;
      const { buffers } = this.options.batches;
      const space = buffers.take(produceSize(batches));
      const request = produceRequest(batches, transactionalId, REPLICATION_TIMEOUT_MS, produceVersion, space);
      const timeoutMs = REPLICATION_TIMEOUT_MS + ANSWER_MARGIN_MS;
      const mayLeave = this.mayStillLeave(batches);
      const body = await this.transport.request(lane.node, { ...request, timeoutMs, mayLeave });
      // The broker has all of it. Where there is no answer it may still be on its way.
      buffers.give(space);
      if (!this.stopped) this.receive(lane, batches, readProduce(body, produceVersion));
    } catch (error) {
      if (!this.stopped) this.lost(lane, batches, error as Error);
    }
    lane.requests--;
    if (this.stopped) return;
    for (const { queue } of batches) this.settle(queue);
    this.drain();
  }

  /** Asked when the connection is there: meanwhile the gate may have closed, and batches may have been dropped. */
  private mayStillLeave(batches: readonly Sent[]): () => boolean {
    return () => this.options.mayLeave() && batches.every(({ queue }) => !queue.dropped && queue.leaving === null);
  }

  private receive(lane: SendLane, batches: readonly Sent[], { partitions, throttleMs }: ProduceResponse): void {
    lane.backOff.reset();
    lane.mostBytes = Math.min(MOST_REQUEST_BYTES, lane.mostBytes * 2);
    lane.notBefore = throttleMs > 0 ? monotonicNow() + throttleMs : 0;
    const missing = new Set(batches);
    const sent = new Map<string, Map<number, Sent>>();
    for (const one of batches) {
      const inTopic = sent.get(one.topic);
      if (inTopic === undefined) sent.set(one.topic, new Map([[one.partition, one]]));
      else inTopic.set(one.partition, one);
    }
    for (const answer of partitions) {
      const one = sent.get(answer.topic)?.get(answer.partition);
      if (one === undefined || !missing.delete(one)) continue;
      this.judge(one, verdictOn(answer));
    }
    for (const { topic, partition } of missing) {
      throw new MillraceError('BROKER_PROTOCOL', 'the broker did not say what became of a batch', { topic, partition });
    }
  }

  private judge({ queue, batch }: Sent, verdict: ReturnType<typeof verdictOn>): void {
    if (queue.dropped) return;
    switch (verdict.type) {
      case 'written':
        batch.writtenAt(verdict.baseOffset);
        queue.succeeded();
        return;
      case 'repeated':
        batch.repeated = true;
        queue.recovering = true;
        queue.doubtful = true;
        return;
      case 'out-of-sequence':
        // Behind a batch that failed this is the natural answer; of the first one it is not.
        if (queue.isFirstUnwritten(batch)) queue.doubtful = true;
        queue.recovering = true;
        queue.lastProblem = verdict.error;
        return;
      case 'too-large':
        this.tooLarge(queue, batch, verdict.error);
        return;
      case 'refused':
        queue.recovering = true;
        queue.lastProblem = verdict.error;
        batch.refused = true;
        if (batch.unsure) queue.doubtful = true;
        else if (batch.count === 1) void this.refusals.decide(queue, batch, this.codec, verdict.error);
        return;
      case 'retry':
        if (verdict.error.kafkaCode === KafkaCode.CONCURRENT_TRANSACTIONS) {
          queue.recovering = true;
          queue.soon = true;
          return;
        }
        // Some of these codes tell of what was written, but not on enough brokers.
        batch.unsure = true;
        queue.recovering = true;
        queue.lastProblem = verdict.error;
        this.leaders.ask(queue.topic);
        this.logger.debug(`records are sent again: ${verdict.error.message}`);
        return;
      case 'fatal':
        this.fail(verdict.error);
    }
  }

  /** No answer: whether the batches were written is unknown, so they are sent again as they are. */
  private lost(lane: SendLane, batches: readonly Sent[], error: Error): void {
    if (!(error instanceof BrokerError) || error.class !== 'retriable') {
      this.fail(error);
      return;
    }
    if (error instanceof RequestHeldBack) {
      for (const { queue } of batches) queue.recovering = true;
      return;
    }
    this.lines.tell(`records are sent again to broker ${lane.node}`, error);
    lane.notBefore = monotonicNow() + lane.backOff.next();
    // A broker closes the connection on a request that is larger than its socket.request.max.bytes.
    lane.mostBytes = Math.max(LEAST_REQUEST_BYTES, lane.mostBytes / 2);
    for (const { queue, batch } of batches) {
      batch.unsure = true;
      queue.recovering = true;
      queue.lastProblem = error;
      if (!queue.dropped) this.leaders.ask(queue.topic);
    }
  }

  /** A request with a batch of this queue has ended. */
  private settle(queue: UnsentRecords): void {
    queue.inFlight--;
    if (queue.dropped) return;
    queue.acknowledged((batch) => this.listener.acknowledged(queue, batch));
    if (queue.isEmpty) this.active.delete(queue);
    if (!queue.recovering || queue.inFlight > 0 || this.stopped) return;
    if (queue.doubtful || queue.leaving !== null) void this.recovery.run(queue, this.codec);
    else this.again(queue);
  }

  /** Begins again with what is not written, in smaller batches where they were refused. */
  private again(queue: UnsentRecords): void {
    if (!leaveOutRefused(queue)) {
      // Under another identity, nothing of before can arrive any more.
      queue.takeOut(new Set());
      void this.recovery.run(queue, this.codec);
      return;
    }
    queue.acknowledged((batch) => this.listener.acknowledged(queue, batch));
    if (queue.isEmpty) this.active.delete(queue);
    const { unwritten, batchLimit } = queue;
    if (unwritten.some((batch) => batch.tooLarge || batch.refused)) {
      const how = { codecNumber: this.codecNumber, transactional: this.session.transactionalId !== null };
      for (const batch of unwritten) {
        // Those behind it would only be refused as well, one by one.
        const large = batch.tooLarge || batch.refused || (batch.heldBytes > batchLimit && !batch.unsure);
        const limit = batch.refused ? Math.max(1, Math.floor(batch.heldBytes / 2)) : batchLimit;
        if (large && batch.count > 1) split(queue, batch, limit, this.codec, how, this.options.batches);
      }
    }
    queue.rewind(monotonicNow());
  }

  /** The topic takes no batch of this size. */
  private tooLarge(queue: UnsentRecords, batch: PendingBatch, error: BrokerError): void {
    queue.recovering = true;
    queue.lastProblem = error;
    batch.tooLarge = true;
    // What was sent before without an answer may be written: the topic may have taken more then.
    if (batch.unsure) queue.doubtful = true;
    else if (batch.count === 1) void this.refusals.decide(queue, batch, this.codec, error);
    if (batch.count > 1 && batch.heldBytes <= queue.batchLimit) {
      const limit = Math.max(1, Math.floor(batch.heldBytes / 2));
      this.listener.limited(queue.topic, limit);
      this.logger.info(`batches of ${queue.topic} are split: the topic refuses them as too large`, {
        topic: queue.topic,
        partition: queue.partition,
        bytes: batch.bytes.length,
        batchBytes: limit,
      });
    }
  }

  fail(error: Error): void {
    if (this.stopped) return;
    this.stop();
    this.listener.failed(error);
  }

  private wakeAt(time: number, now: number): void {
    if (this.wakeTimer !== null) clearTimeout(this.wakeTimer);
    this.wakeTimer = null;
    if (time === Infinity) return;
    this.wakeTimer = setTimeout(
      () => {
        this.wakeTimer = null;
        this.drain();
      },
      Math.max(time - now, 1),
    );
  }
}
