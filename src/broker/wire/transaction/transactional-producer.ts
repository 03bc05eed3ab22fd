/** A producer whose records become visible together with the offsets they came of, or not at all. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { Logger } from '../../../observe/logger.js';
import type {
  CommittedOffset,
  FlushedOffsets,
  RecordWriter,
  TransactionalOptions,
  TransactionalProducer,
  TransactionMember,
  TransactionOutcome,
  WriterOptions,
} from '../../port.js';
import { monotonicNow } from '../../../time/monotonic.js';
import type { OpenTransport, Transport } from '../../transport.js';
import { WireProducer } from '../produce/producer.js';
import { TransactionSession } from './transaction-session.js';

/** How long the end of an open transaction may take when the producer is closed, ms; after that the broker's time-out ends it. */
const CLOSE_LIMIT_MS = 3_000;

/**
 * A transaction that has failed takes its `WireProducer` with it, with all that waits in it; the next one gets another over
 * the same connections.
 */
export class WireTransactions implements TransactionalProducer {
  private readonly transport: Transport;
  private readonly session: TransactionSession;
  private current: WireProducer;
  /** The broker may know of a transaction that is not ended. */
  private open = false;
  /** When the first record of the transaction was appended that is being ended. */
  private cutSince: number | null = null;
  private closed = false;

  constructor(
    openTransport: OpenTransport,
    private readonly options: TransactionalOptions,
    private readonly logger: Logger,
  ) {
    this.transport = openTransport(`producer-${options.name}`);
    this.session = new TransactionSession(
      openTransport(`transactions-${options.name}`),
      { ...options, broken: (error) => this.tellBroken(error) },
      logger,
    );
    this.current = this.newProducer();
  }

  async begin(): Promise<void> {
    await this.session.begin();
  }

  get bufferedBytes(): number {
    return this.current.bufferedBytes;
  }

  get written(): boolean {
    return this.current.writtenAt !== null;
  }

  get openForMs(): number {
    const since = this.cutSince ?? this.current.writtenAt;
    return since === null ? 0 : Math.round(monotonicNow() - since);
  }

  cut(): Promise<FlushedOffsets> {
    this.open ||= this.written;
    this.cutSince = this.current.writtenAt;
    return this.current.cut();
  }

  async commit(offsets: readonly CommittedOffset[], member: TransactionMember): Promise<TransactionOutcome> {
    const { session, current } = this;
    if (offsets.length > 0) {
      this.open = true;
      try {
        await session.addOffsets(member.identity()?.groupId ?? '');
        await member.commit(offsets, session.transaction);
      } catch (error) {
        if (!(error instanceof BrokerError) || (error.class !== 'fenced' && error.class !== 'abortable')) throw error;
        this.tellBroken(error);
        return error.class === 'fenced' ? 'fenced' : 'aborted';
      }
    }
    if (this.open) {
      const outcome = await session.commit();
      this.open = false;
      if (outcome !== 'committed') {
        this.tellBroken(new BrokerError('abortable', 'the broker has ended the transaction without a commit'));
        return outcome;
      }
    }
    this.cutSince = null;
    current.next(session.identity);
    return 'committed';
  }

  discard(): void {
    this.open ||= this.written;
    this.current.discard();
  }

  async restart(): Promise<Exclude<TransactionOutcome, 'committed'>> {
    this.discard();
    const outcome = await this.session.abort();
    this.open = false;
    this.cutSince = null;
    await this.session.begin();
    this.current = this.newProducer();
    await this.current.lookUp([]);
    return outcome;
  }

  writer(options: WriterOptions): RecordWriter {
    return this.current.writer(options);
  }

  partitionCount(topic: string): number {
    return this.current.partitionCount(topic);
  }

  lookUp(topics: readonly string[]): Promise<void> {
    return this.current.lookUp(topics);
  }

  flush(): Promise<FlushedOffsets> {
    return this.current.flush();
  }

  abandon(writers: readonly RecordWriter[] | 'all'): void {
    if (writers.length === 0 && !this.written) return;
    this.discard();
    this.tellBroken(
      new BrokerError('abortable', 'tasks were given up without a commit, and their transaction with them'),
    );
  }

  resume(): void {
    this.current.resume();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.discard();
    try {
      if (this.open) await this.endForReaders();
    } finally {
      await Promise.all([this.session.close(), this.transport.close()]);
    }
  }

  /** Or else whoever reads committed records would wait for the broker's time-out. */
  private async endForReaders(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('left to its time-out'), CLOSE_LIMIT_MS);
    });
    const ended = this.session.abort().catch((error: unknown) => (error as Error).message);
    const outcome = await Promise.race([ended, late]);
    clearTimeout(timer);
    this.logger.info('the transaction that was open is ended', {
      transactionalId: this.options.transactionalId,
      outcome,
    });
  }

  private newProducer(): WireProducer {
    return new WireProducer(this.transport, this.options, this.logger, this.session);
  }

  private tellBroken(error: BrokerError): void {
    if (!this.closed) this.options.broken(error);
  }
}
