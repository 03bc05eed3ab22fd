/** Under which identity a producer writes, and what must happen before it writes to a partition: plain, or in transactions. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { Logger } from '../../../observe/logger.js';
import type { TopicPartition } from '../../port.js';
import type { Transport } from '../../transport.js';
import { BackOff, pause } from '../back-off.js';
import { RetryLines } from '../retry-lines.js';
import type { ProduceVersion } from './produce-codec.js';
import { initProducerIdRequest, readInitProducerId, type ProducerIdentity } from './init-producer-id.js';

/** What differs between an idempotent and a transactional producer; all the rest of producing is the same. */
export interface ProducerSession {
  /** Null: batches belong to no transaction. */
  readonly transactionalId: string | null;
  /** The identity to start with. @throws BrokerError unless it could be had */
  open(signal: AbortSignal): Promise<ProducerIdentity>;
  /**
   * A newer identity than this one, under which a partition may start its sequences anew after the broker lost them.
   * Null: not without ending the transaction, which then fails as `abortable`.
   */
  after(identity: ProducerIdentity, signal: AbortSignal): Promise<ProducerIdentity | null>;
  /** Awaited before the first batch of a transaction for these partitions goes out. Null: there is nothing to do. */
  readonly admit: ((partitions: readonly TopicPartition[]) => Promise<void>) | null;
  readonly produceVersion: ProduceVersion;
  /** Told of what ends a transaction but not the producer: what is appended from then on is dropped. Null: such an error is the producer's own. */
  readonly broken: ((error: BrokerError) => void) | null;
}

const LAST_EPOCH = 0x7fff;

/** A producer id from the broker; newer epochs of it are counted here, as Java's idempotent producer does. */
export class IdempotentSession implements ProducerSession {
  readonly transactionalId = null;
  readonly admit = null;
  readonly produceVersion = 8;
  readonly broken = null;
  private current: ProducerIdentity | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly logger: Logger,
  ) {}

  async open(signal: AbortSignal): Promise<ProducerIdentity> {
    this.current ??= await this.ask(signal);
    return this.current;
  }

  async after(identity: ProducerIdentity, signal: AbortSignal): Promise<ProducerIdentity> {
    // Another partition may have needed one already.
    if (this.current !== null && this.current !== identity) return this.current;
    const { producerId, epoch } = identity;
    this.current = epoch < LAST_EPOCH ? { producerId, epoch: epoch + 1 } : await this.ask(signal);
    return this.current;
  }

  private async ask(signal: AbortSignal): Promise<ProducerIdentity> {
    const backOff = new BackOff();
    const lines = new RetryLines(this.logger);
    for (;;) {
      try {
        await this.transport.connect();
        const node = await this.transport.anyNode();
        return readInitProducerId(await this.transport.request(node, initProducerIdRequest(null, 0)));
      } catch (error) {
        if (!(error instanceof BrokerError) || error.class !== 'retriable' || signal.aborted) throw error;
        lines.tell('a producer id is asked for again', error);
      }
      await pause(backOff.next(), signal);
    }
  }
}
