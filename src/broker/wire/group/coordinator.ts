/** The requests of a group, each sent to the coordinator, wherever that is at the moment. */
import { BrokerError } from '../../../errors/broker-error.js';
import type { CommittedOffset, GroupIdentity, GroupOptions, OffsetTransaction, TopicPartition } from '../../port.js';
import type { OpenTransport, Transport, WireRequest } from '../../transport.js';
import { KafkaCode } from '../error-codes.js';
import {
  heartbeatRequest,
  joinRequest,
  leaveRequest,
  readHeartbeat,
  readJoin,
  readLeave,
  readSync,
  syncRequest,
  type JoinAnswer,
} from './membership-codec.js';
import { describeGroupRequest, readGroupState } from './describe-codec.js';
import { readTransactionOffsets, transactionOffsetsRequest } from '../transaction/transaction-codec.js';
import { commitRequest, offsetFetchRequest, readCommit, readOffsetFetch } from './offsets-codec.js';
import { watchParked } from './parked-watch.js';

/** How much longer than the rebalance a parked request may take before its connection counts as dead. */
const PARKED_MARGIN_MS = 5_000;
const LEAVE_LIMIT_MS = 3_000;
/** Milliseconds that a heartbeat may go without an answer: the coordinator has it in memory. */
const HEARTBEAT_LIMIT_MS = 3_000;

/**
 * Brokers answer the requests of one connection in turn, and JoinGroup and SyncGroup wait for the other members, for
 * minutes if need be; OffsetCommit waits for replicas. Hence three transports: neither holds up the heartbeats.
 */
export class GroupCoordinator {
  private readonly options: GroupOptions;
  private readonly parked: Transport;
  private readonly offsets: Transport;
  private readonly quick: Transport;
  private node: Promise<number> | null;

  constructor(open: OpenTransport, options: GroupOptions) {
    this.options = options;
    this.parked = open('group-join');
    this.offsets = open('group-offsets');
    this.quick = open('group-heartbeat');
    this.node = null;
  }

  /** @throws BrokerError BROKER_UNREACHABLE, BROKER_AUTHENTICATION */
  async connect(): Promise<void> {
    await Promise.all([this.parked.connect(), this.offsets.connect(), this.quick.connect()]);
  }

  join(memberId: string, subscription: Buffer): Promise<JoinAnswer> {
    return this.askParked(joinRequest(this.options, memberId, subscription), readJoin, 'PreparingRebalance');
  }

  sync(identity: GroupIdentity, assignments: ReadonlyMap<string, Buffer>): Promise<Buffer> {
    return this.askParked(syncRequest(identity, assignments), readSync, 'CompletingRebalance');
  }

  heartbeat(identity: GroupIdentity): Promise<void> {
    // Well under the session time-out, so that a silent broker leaves time for a second try elsewhere.
    const timeoutMs = Math.min(HEARTBEAT_LIMIT_MS, Math.floor(this.options.sessionTimeoutMs / 3));
    return this.ask(this.quick, { ...heartbeatRequest(identity), timeoutMs }, readHeartbeat);
  }

  leave(memberId: string): Promise<void> {
    const request = leaveRequest(this.options.groupId, memberId, this.options.instanceId);
    return this.ask(this.quick, { ...request, timeoutMs: LEAVE_LIMIT_MS }, readLeave);
  }

  commit(identity: GroupIdentity, offsets: readonly CommittedOffset[], transaction?: OffsetTransaction): Promise<void> {
    if (transaction !== undefined) {
      return this.ask(this.offsets, transactionOffsetsRequest(transaction, identity, offsets), readTransactionOffsets);
    }
    return this.ask(this.offsets, commitRequest(identity, offsets), readCommit);
  }

  committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    return this.ask(this.offsets, offsetFetchRequest(this.options.groupId, partitions, true), readOffsetFetch);
  }

  async close(): Promise<void> {
    await Promise.all([this.parked.close(), this.offsets.close(), this.quick.close()]);
  }

  private get parkedLimit(): number {
    return this.options.rebalanceTimeoutMs + PARKED_MARGIN_MS;
  }

  /** Not only the time limit ends it, but also the insight that there is nothing to wait for. */
  private async askParked<T>(
    request: WireRequest,
    read: (body: Buffer, groupId: string) => T,
    waitsIn: string,
  ): Promise<T> {
    const { groupId } = this.options;
    const [given, done] = [new AbortController(), new AbortController()];
    const watched = watchParked(
      waitsIn,
      async () => readGroupState(await this.quick.request(await this.find(), describeGroupRequest(groupId)), groupId),
      (reason) => given.abort(reason),
      done.signal,
    );
    try {
      const more = { timeoutMs: this.parkedLimit, parked: true, signal: given.signal };
      return await this.ask(this.parked, { ...request, ...more }, read);
    } finally {
      done.abort();
      void watched;
    }
  }

  private async ask<T>(
    transport: Transport,
    request: WireRequest,
    read: (body: Buffer, groupId: string) => T,
  ): Promise<T> {
    const node = this.find();
    try {
      return read(await transport.request(await node, request), this.options.groupId);
    } catch (error) {
      if (this.node === node && mayHaveMoved(error)) this.node = null;
      throw error;
    }
  }

  /** One look-up at a time, by the transport that is never parked; its answer is kept until it proves wrong. */
  private find(): Promise<number> {
    if (this.node === null) {
      const node = this.quick.coordinatorOf(this.options.groupId, 'group');
      this.node = node;
      node.catch(() => {
        if (this.node === node) this.node = null;
      });
    }
    return this.node;
  }
}

function mayHaveMoved(error: unknown): boolean {
  if (!(error instanceof BrokerError)) return false;
  const { kafkaCode } = error;
  return (
    kafkaCode === KafkaCode.NOT_COORDINATOR ||
    kafkaCode === KafkaCode.COORDINATOR_NOT_AVAILABLE ||
    kafkaCode === KafkaCode.REQUEST_TIMED_OUT ||
    (kafkaCode === -1 && error.class === 'retriable')
  );
}
