/** Brings a queue of batches into order again whose fate is not known, or of which some records must not be written any more. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { Logger } from '../../../observe/logger.js';
import type { TopicPartition } from '../../port.js';
import type { Transport } from '../../transport.js';
import { BackOff, pause } from '../back-off.js';
import type { CompressionCodec } from '../compression/codec.js';
import type { ProducerIdentity } from './init-producer-id.js';
import type { UnsentRecords } from './partition-queue.js';
import type { ProducerSession } from './producer-session.js';
import { leaveOut, type BatchPlace } from './rewrite-batch.js';
import { findWritten } from './written-search.js';

export interface RecoveryListener {
  /** The queue may be sent from again; some of it may turn out to be written. */
  recovered(queue: UnsentRecords): void;
  /** A partition has begun anew under this identity, which is newer than all before. */
  identityIs(identity: ProducerIdentity): void;
  leaderOf(partition: TopicPartition): number;
  askLeader(topic: string): void;
  fail(error: Error): void;
}

export class Recovery {
  constructor(
    private readonly transport: Transport,
    private readonly session: ProducerSession,
    private readonly stopping: AbortSignal,
    private readonly batches: BatchPlace,
    private readonly listener: RecoveryListener,
    private readonly logger: Logger,
  ) {}

  /** Finds out what the log holds of this queue, and begins again behind it. Only when nothing of it is under way. */
  async run(queue: UnsentRecords, codec: CompressionCodec | null): Promise<void> {
    if (queue.searching) return;
    queue.searching = true;
    const backOff = new BackOff();
    for (;;) {
      try {
        await this.resolveDoubts(queue);
        break;
      } catch (error) {
        if (this.over(queue)) break;
        if (!(error instanceof BrokerError) || error.class !== 'retriable') {
          this.listener.fail(error as Error);
          break;
        }
        this.listener.askLeader(queue.topic);
        // Or else what the next answer says raises the same doubts again.
        if (queue.leaving === null) break;
        queue.lastProblem = error;
        await pause(backOff.next(), this.stopping);
      }
    }
    if (this.over(queue)) return;
    try {
      if (queue.leaving !== null) await this.takeOut(queue, codec);
    } catch (error) {
      this.listener.fail(error as Error);
    }
    queue.searching = false;
    if (this.over(queue)) return;
    this.listener.recovered(queue);
  }

  /** Nobody waits for it any more. */
  private over(queue: UnsentRecords): boolean {
    return this.stopping.aborted || queue.dropped;
  }

  private async resolveDoubts(queue: UnsentRecords): Promise<void> {
    const [first] = queue.unwritten;
    const identity = first?.identity ?? null;
    if (first === undefined || identity === null) return;
    const start = { offset: queue.lastOffset + 1, timestamp: first.maxTimestamp };
    const leader = this.listener.leaderOf(queue);
    const found = await findWritten(this.transport, leader < 0 ? queue.node : leader, queue, identity, start);
    for (const batch of queue.unwritten) {
      const baseOffset = batch.identity === identity ? found.get(batch.baseSequence) : undefined;
      if (baseOffset !== undefined) batch.writtenAt(baseOffset);
      // Written for certain, but deleted since: the last offset that we know is a safe thing to say.
      else if (batch.repeated) batch.writtenAt(queue.lastOffset - batch.count + 1);
    }
    if (first.written || queue.leaving !== null) return;
    this.logger.warn('the broker has lost the sequence of this producer; it begins anew', {
      topic: queue.topic,
      partition: queue.partition,
    });
    await this.startAnew(queue, identity);
  }

  /** What was sent and is not in the log goes under another identity, so that it can't be written after all as it was. */
  private async takeOut(queue: UnsentRecords, codec: CompressionCodec | null): Promise<void> {
    const identity = queue.unwritten.find((batch) => batch.identity !== null)?.identity ?? null;
    if (identity !== null) await this.startAnew(queue, identity);
    const { leaving } = queue;
    queue.leaving = null;
    if (leaving === null || queue.dropped) return;
    for (const batch of queue.unwritten) leaveOut(queue, batch, leaving, codec, this.batches);
  }

  private async startAnew(queue: UnsentRecords, identity: ProducerIdentity): Promise<void> {
    const { topic, partition } = queue;
    const next = await this.session.after(identity, this.stopping);
    if (next === null) {
      const problem = queue.lastProblem ?? new Error('the broker has lost the sequence of this producer');
      throw new BrokerError('abortable', `the transaction cannot go on: ${problem.message}`, { topic, partition });
    }
    if (queue.dropped) return;
    this.listener.identityIs(next);
    queue.restart(next);
  }
}
