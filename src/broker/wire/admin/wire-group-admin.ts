/** Groups from outside: who is in one, and what it has committed, to be set anew or deleted. Nothing of it belongs to the way of a record. */
import type {
  CommittedOffset,
  GroupAdmin,
  GroupDescription,
  GroupMemberDescription,
  PartitionOffset,
  TopicPartition,
} from '../../port.js';
import type { OpenTransport, Transport, WireRequest } from '../../transport.js';
import { commitRequest, offsetFetchRequest, readCommit, readOffsetFetch } from '../group/offsets-codec.js';
import { retrying, type RetryLimit } from '../retry.js';
import {
  deleteGroupRequest,
  deleteOffsetsRequest,
  describeMembersRequest,
  readDeleteGroup,
  readDeleteOffsets,
  readMembers,
  readRemoveMembers,
  removeMembersRequest,
} from './groups-codec.js';

/** Milliseconds for which a coordinator that moves or loads is asked again. */
const RETRY_LIMIT_MS = 60_000;
/** As what commits who is no member. */
const NO_GENERATION = -1;

/** Connects at the first call. */
export class WireGroupAdmin implements GroupAdmin {
  private readonly transport: Transport;
  private readonly closing = new AbortController();
  private readonly retry: RetryLimit = { signal: this.closing.signal, limitMs: RETRY_LIMIT_MS };

  constructor(open: OpenTransport) {
    this.transport = open('group-admin');
  }

  describe(groupId: string): Promise<GroupDescription> {
    return this.ask(groupId, describeMembersRequest(groupId), (body) => readMembers(body, groupId));
  }

  offsets(groupId: string): Promise<CommittedOffset[]> {
    return this.ask(groupId, offsetFetchRequest(groupId, null, true), (body) => readOffsetFetch(body, groupId));
  }

  async setOffsets(groupId: string, offsets: readonly (PartitionOffset & Partial<CommittedOffset>)[]): Promise<void> {
    if (offsets.length === 0) return;
    const outsider = { groupId, generation: NO_GENERATION, memberId: '', instanceId: null };
    const commits = offsets.map((one) => ({ ...one, metadata: one.metadata ?? '' }));
    await this.ask(groupId, commitRequest(outsider, commits), (body) => readCommit(body, groupId));
  }

  async deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    await this.ask(groupId, deleteOffsetsRequest(groupId, partitions), (body) => {
      readDeleteOffsets(body, groupId);
    });
  }

  async removeMembers(groupId: string, members: readonly GroupMemberDescription[]): Promise<void> {
    if (members.length === 0) return;
    await this.ask(groupId, removeMembersRequest(groupId, members), (body) => readRemoveMembers(body, groupId));
  }

  delete(groupId: string): Promise<void> {
    return this.ask(groupId, deleteGroupRequest(groupId), readDeleteGroup);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.transport.close();
  }

  private async ask<T>(groupId: string, request: WireRequest, read: (body: Buffer) => T): Promise<T> {
    await this.transport.connect();
    return retrying(async () => {
      const node = await this.transport.coordinatorOf(groupId, 'group');
      return read(await this.transport.request(node, request));
    }, this.retry);
  }
}
