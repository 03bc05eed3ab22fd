/** The conversation with the coordinator of a transactional id: who we are to it, what belongs to a transaction, how it ends. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { Logger } from '../../../observe/logger.js';
import type { OffsetTransaction, TopicPartition, TransactionOutcome } from '../../port.js';
import type { Transport, WireRequest } from '../../transport.js';
import { BackOff, pause } from '../back-off.js';
import { KafkaCode } from '../error-codes.js';
import { readInitProducerId, type ProducerIdentity } from '../produce/init-producer-id.js';
import type { ProduceVersion } from '../produce/produce-codec.js';
import type { ProducerSession } from '../produce/producer-session.js';
import { RetryLines } from '../retry-lines.js';
import { featuresRequest, readFeatures } from './features-codec.js';
import {
  addOffsetsRequest,
  addPartitionsRequest,
  endTransactionRequest,
  initTransactionsRequest,
  readAddOffsets,
  readAddPartitions,
  readEndTransaction,
} from './transaction-codec.js';

/** How long a look at the features of the cluster holds, ms. */
const FEATURES_HOLD_MS = 10_000;
/** Between two attempts while the markers of the last transaction are being written. */
const SOON_MS = 20;
const TRANSACTION_VERSION = 'transaction.version';

interface SessionOptions {
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  readonly broken: (error: BrokerError) => void;
}

export class TransactionSession implements ProducerSession {
  readonly transactionalId: string;
  readonly broken: (error: BrokerError) => void;
  private version: 1 | 2 = 1;
  private who: ProducerIdentity | null = null;
  private node: Promise<number> | null = null;
  private lookedAt = -Infinity;
  private readonly closing = new AbortController();
  private readonly lines: RetryLines;

  constructor(
    private readonly transport: Transport,
    private readonly options: SessionOptions,
    private readonly logger: Logger,
  ) {
    this.transactionalId = options.transactionalId;
    this.broken = options.broken;
    this.lines = new RetryLines(logger);
  }

  get produceVersion(): ProduceVersion {
    return this.version === 2 ? 12 : 8;
  }

  /** Under protocol 2 the leaders of partitions ask by themselves. */
  get admit(): ((partitions: readonly TopicPartition[]) => Promise<void>) | null {
    return this.version === 2 ? null : (partitions) => this.addPartitions(partitions);
  }

  /** @throws MillraceError unless `begin` has been awaited */
  get identity(): ProducerIdentity {
    if (this.who === null) throw new BrokerError('fatal', 'a transactional producer was used before it had begun');
    return this.who;
  }

  get transaction(): OffsetTransaction {
    return { transactionalId: this.transactionalId, ...this.identity, version: this.version };
  }

  open(): Promise<ProducerIdentity> {
    return Promise.resolve(this.identity);
  }

  after(): Promise<null> {
    return Promise.resolve(null);
  }

  /** Takes over the transactional id. @throws BrokerError */
  async begin(): Promise<void> {
    await this.transport.connect();
    this.lookedAt = -Infinity;
    this.version = await this.wantedVersion();
    this.who = await this.initialize(null);
  }

  /** Under protocol 1 only. */
  async addOffsets(groupId: string): Promise<void> {
    if (this.version === 1) await this.ask(addOffsetsRequest(this.transaction, groupId), readAddOffsets);
  }

  /**
   * Asks until there is an answer. Anything but a certain yes is followed by an abort, whose answer tells a transaction that the
   * broker has ended from a transactional id that is not ours any more. Under protocol 1 brokers do not tell these two apart:
   * both are `fenced`.
   * @throws BrokerError
   */
  async commit(): Promise<TransactionOutcome> {
    const { transaction } = this;
    const looking = this.wantedVersion();
    // Awaited below, when the answer to the commit is there: it must not count as unhandled until then.
    looking.catch(() => undefined);
    try {
      this.who = this.keepIdentity(
        await this.ask(endTransactionRequest(transaction, true), (body) => readEndTransaction(body, transaction, true)),
      );
    } catch (error) {
      if (!isOutcome(error)) throw error;
      this.logger.warn('a transaction was not committed', {
        transactionalId: this.transactionalId,
        error: error.message,
      });
      return this.abort();
    }
    const wanted = await looking;
    if (wanted !== this.version) await this.changeTo(wanted);
    return 'committed';
  }

  /** @throws BrokerError */
  async abort(): Promise<'aborted' | 'fenced'> {
    const { transaction } = this;
    try {
      this.who = this.keepIdentity(
        await this.ask(endTransactionRequest(transaction, false), (body) =>
          readEndTransaction(body, transaction, false),
        ),
      );
      return 'aborted';
    } catch (error) {
      if (!isOutcome(error)) throw error;
      return error.class === 'fenced' ? 'fenced' : 'aborted';
    }
  }

  close(): Promise<void> {
    this.closing.abort();
    return this.transport.close();
  }

  private async changeTo(version: 1 | 2): Promise<void> {
    this.logger.info(`transactions go on with version ${String(version)} of their protocol`, {
      transactionalId: this.transactionalId,
    });
    const who = await this.initialize(this.identity);
    this.version = version;
    this.who = who;
  }

  /** The same object as long as it is the same identity: sequences go on then. */
  private keepIdentity(next: ProducerIdentity): ProducerIdentity {
    const { identity } = this;
    return next.producerId === identity.producerId && next.epoch === identity.epoch ? identity : next;
  }

  private initialize(before: ProducerIdentity | null): Promise<ProducerIdentity> {
    const { transactionalId, transactionTimeoutMs } = this.options;
    return this.ask(initTransactionsRequest(transactionalId, transactionTimeoutMs, before), readInitProducerId);
  }

  private async addPartitions(partitions: readonly TopicPartition[]): Promise<void> {
    await this.ask(addPartitionsRequest(this.transaction, partitions), readAddPartitions);
  }

  /** What the cluster has agreed on; not asked for each time. */
  private async wantedVersion(): Promise<1 | 2> {
    if (performance.now() - this.lookedAt < FEATURES_HOLD_MS) return this.version;
    const features = await this.ask(featuresRequest(), readFeatures);
    this.lookedAt = performance.now();
    return (features.get(TRANSACTION_VERSION) ?? 0) >= 2 ? 2 : 1;
  }

  /** Asks the coordinator, wherever it is, until it answers. @throws BrokerError whatever is not retriable */
  private async ask<T>(request: WireRequest, read: (body: Buffer) => T): Promise<T> {
    const backOff = new BackOff();
    for (;;) {
      let soon = false;
      const node = (this.node ??= this.transport.coordinatorOf(this.transactionalId, 'transaction'));
      try {
        return read(await this.transport.request(await node, request));
      } catch (error) {
        if (!(error instanceof BrokerError) || error.class !== 'retriable' || this.closing.signal.aborted) throw error;
        soon = error.kafkaCode === KafkaCode.CONCURRENT_TRANSACTIONS;
        if (!soon && error.kafkaCode !== KafkaCode.COORDINATOR_LOAD_IN_PROGRESS && this.node === node) this.node = null;
        if (!soon) this.lines.tell(`${request.apiName} is sent again`, error);
      }
      await pause(soon ? SOON_MS : backOff.next(), this.closing.signal);
    }
  }
}

/** The broker has told what became of the transaction, and nothing is wrong but that. */
function isOutcome(error: unknown): error is BrokerError {
  if (!(error instanceof BrokerError)) return false;
  return error.class === 'fenced' || error.class === 'abortable' || error.kafkaCode === KafkaCode.INVALID_TXN_STATE;
}
