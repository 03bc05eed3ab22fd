/** Puts the parts together over any transport: what the runtime gets to see of Kafka. */
import { MillraceError } from '../../errors/error.js';
import type { Logger } from '../../observe/logger.js';
import type {
  Admin,
  AdminOptions,
  BatchProducer,
  BrokerClient,
  BrokerStatus,
  GroupAdmin,
  GroupHandler,
  GroupMember,
  GroupOptions,
  PartitionReader,
  ProducerOptions,
  ReaderOptions,
  TransactionalOptions,
  TransactionalProducer,
} from '../port.js';
import type { OpenTransport } from '../transport.js';
import { WireAdmin } from './admin/wire-admin.js';
import { WireGroupAdmin } from './admin/wire-group-admin.js';
import { WireReader } from './fetch/reader.js';
import { ClassicMember } from './group/classic-member.js';
import type { OpenHeartbeats } from './group/heartbeats.js';
import { WireProducer } from './produce/producer.js';
import { WireTransactions } from './transaction/transactional-producer.js';

/** Each part has connections of its own; none is made before a part needs it. */
export class WireClient implements BrokerClient {
  private readonly open: OpenTransport;
  private readonly logger: Logger;
  /** How to close what was opened, in the order of opening. */
  private closers: (() => Promise<void>)[];
  private closed: boolean;

  private readonly statuses: () => readonly BrokerStatus[];

  /**
   * @param statuses what the transports know of the brokers; default: nothing
   * @param openHeartbeats default: from this thread
   */
  constructor(
    open: OpenTransport,
    logger: Logger,
    statuses: () => readonly BrokerStatus[] = () => [],
    private readonly openHeartbeats?: OpenHeartbeats,
  ) {
    this.open = open;
    this.logger = logger;
    this.statuses = statuses;
    this.closers = [];
    this.closed = false;
  }

  admin({ isolation }: AdminOptions = {}): Admin {
    const admin = new WireAdmin(this.opener(), isolation);
    return this.keep(admin, () => admin.close());
  }

  groupAdmin(): GroupAdmin {
    const admin = new WireGroupAdmin(this.opener());
    return this.keep(admin, () => admin.close());
  }

  reader(options: ReaderOptions): PartitionReader {
    const reader = new WireReader(this.opener()(`reader-${options.name}`), options, this.logger);
    return this.keep(reader, () => reader.close());
  }

  producer(options: ProducerOptions): BatchProducer {
    const producer = new WireProducer(this.opener()(`producer-${options.name}`), options, this.logger);
    return this.keep(producer, () => producer.close());
  }

  transactions(options: TransactionalOptions): TransactionalProducer {
    const producer = new WireTransactions(this.opener(), options, this.logger);
    return this.keep(producer, () => producer.close());
  }

  group(options: GroupOptions, handler: GroupHandler): GroupMember {
    const member = new ClassicMember(this.opener(), options, handler, this.logger, this.openHeartbeats);
    // Whether to leave is for the one to say who runs the member; a static one must not by accident.
    return this.keep(member, () => member.close({ leave: false }));
  }

  brokers(): readonly BrokerStatus[] {
    return this.statuses();
  }

  /** @throws the first error that a part met in closing, after all have been closed */
  async close(): Promise<void> {
    this.closed = true;
    const { closers } = this;
    this.closers = [];
    const outcomes = await Promise.allSettled(closers.map((close) => close()));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  private opener(): OpenTransport {
    if (this.closed) throw new MillraceError('STATE_INVALID', 'the Kafka client was closed; connect a new one');
    return this.open;
  }

  private keep<T>(part: T, close: () => Promise<void>): T {
    this.closers.push(close);
    return part;
  }
}
