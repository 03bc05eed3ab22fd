/** A group coordinator that answers what the test tells it to, behind fake transports, and a handler that notes its calls. */
import { BrokerError } from '../../../../src/errors/broker-error.js';
import type { GroupHandler, GroupIdentity, JoinedMember } from '../../../../src/broker/port.js';
import type { OpenTransport, Transport, WireRequest } from '../../../../src/broker/transport.js';
import { ByteReader } from '../../../../src/broker/wire/byte-reader.js';
import { ByteWriter } from '../../../../src/broker/wire/byte-writer.js';

export interface Call {
  readonly api: string;
  readonly role: string;
  readonly node: number;
  /** -1 for JoinGroup, which carries none. */
  readonly generation: number;
  readonly memberId: string;
  readonly body: Buffer;
}

export const connectionLost = (): BrokerError => new BrokerError('retriable', 'connection lost');

const GROUP = 'g';

/** Kafka's answer, or a promise of it: a parked request. */
type Answer = Buffer | Promise<Buffer>;

export class FakeCoordinator {
  readonly calls: Call[] = [];
  lookUps = 0;
  generation = 0;
  /** What DescribeGroups tells; null: that the last JoinGroup or SyncGroup is still held back. */
  groupState: string | null = null;
  /** What the defaults below answer. */
  codes = { JoinGroup: 0, SyncGroup: 0, Heartbeat: 0, OffsetCommit: 0, OffsetFetch: 0, LeaveGroup: 0 };
  /** Put a function here to answer one API in the test's own way. */
  answers: Partial<Record<string, (call: Call) => Answer>> = {};
  private readonly closed: ((error: Error) => void)[] = [];

  readonly open: OpenTransport = (role) => this.transport(role);

  count(api: string): number {
    return this.calls.filter((call) => call.api === api).length;
  }

  last(api: string): Call | undefined {
    return this.calls.findLast((call) => call.api === api);
  }

  private get parksJoin(): boolean {
    return this.calls.findLast(({ api }) => api === 'JoinGroup' || api === 'SyncGroup')?.api === 'JoinGroup';
  }

  private transport(role: string): Transport {
    let onClose: (error: Error) => void = () => undefined;
    const closing = new Promise<never>((_, reject) => (onClose = reject));
    closing.catch(() => undefined);
    this.closed.push(onClose);
    return {
      connect: () => Promise.resolve(),
      request: (node, request) => {
        const { signal } = request;
        const given = new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(new BrokerError('retriable', String(signal.reason))));
        });
        return Promise.race([this.answer(role, node, request), closing, given]);
      },
      leaderOf: () => -1,
      partitionCount: () => 0,
      refresh: () => Promise.resolve(),
      coordinatorOf: () => Promise.resolve(++this.lookUps),
      anyNode: () => Promise.resolve(1),
      close: () => {
        onClose(new BrokerError('retriable', 'closed'));
        return Promise.resolve();
      },
    };
  }

  private async answer(role: string, node: number, request: WireRequest): Promise<Buffer> {
    const call = { api: request.apiName, role, node, body: request.body, ...readIdentity(request) };
    this.calls.push(call);
    await Promise.resolve();
    const own = this.answers[call.api];
    if (own !== undefined) return own(call);
    switch (call.api) {
      case 'JoinGroup':
        return call.memberId === '' && this.codes.JoinGroup === 0
          ? joinAnswer({ code: 79, memberId: 'm1' })
          : joinAnswer({ code: this.codes.JoinGroup, generation: ++this.generation, memberId: call.memberId });
      case 'SyncGroup':
        return codeAnswer(this.codes.SyncGroup)
          .bytes(Buffer.from(`work of ${String(call.generation)}`))
          .finish();
      case 'Heartbeat':
        return codeAnswer(this.codes.Heartbeat).finish();
      case 'LeaveGroup':
        return codeAnswer(this.codes.LeaveGroup)
          .array([], () => undefined)
          .finish();
      case 'DescribeGroups':
        return groupState(this.groupState ?? (this.parksJoin ? 'PreparingRebalance' : 'CompletingRebalance'));
      case 'OffsetCommit':
        return commitAnswer(this.codes.OffsetCommit);
      default:
        return fetchAnswer(this.codes.OffsetFetch);
    }
  }
}

function readIdentity({ apiName, body }: WireRequest): { generation: number; memberId: string } {
  const reader = new ByteReader(body, apiName);
  if (apiName === 'OffsetFetch' || apiName === 'DescribeGroups') return { generation: -1, memberId: '' };
  reader.string();
  if (apiName === 'JoinGroup') {
    reader.int32();
    reader.int32();
    return { generation: -1, memberId: reader.string() };
  }
  if (apiName === 'LeaveGroup') return { generation: -1, memberId: reader.array(() => reader.string())[0] ?? '' };
  return { generation: reader.int32(), memberId: reader.string() };
}

export function codeAnswer(code: number): ByteWriter {
  return new ByteWriter().int32(0).int16(code);
}

/** The member is the leader unless `leader` says otherwise. */
export function joinAnswer(answer: {
  readonly code?: number;
  readonly generation?: number;
  readonly memberId: string;
  readonly leader?: string;
}): Buffer {
  const { code = 0, generation = -1, memberId, leader = memberId } = answer;
  const members = leader === memberId ? [memberId] : [];
  return codeAnswer(code)
    .int32(generation)
    .string('p')
    .string(leader)
    .string(memberId)
    .array(members, (id, writer) => writer.string(id).nullableString(null).bytes(Buffer.from('sub')))
    .finish();
}

export function groupState(state: string): Buffer {
  return new ByteWriter()
    .int32(0)
    .array([state], (one, writer) =>
      writer
        .int16(0)
        .string(GROUP)
        .string(one)
        .string('consumer')
        .string('p')
        .array([], () => undefined),
    )
    .finish();
}

export function commitAnswer(code: number): Buffer {
  return new ByteWriter()
    .int32(0)
    .array(['t'], (topic, writer) => writer.string(topic).array([0], (p) => writer.int32(p).int16(code)))
    .finish();
}

function fetchAnswer(code: number): Buffer {
  return new ByteWriter()
    .int32(0)
    .compactArray(['t'], (topic, writer) =>
      writer
        .compactString(topic)
        .compactArray([0], (p) => writer.int32(p).int64(7).int32(-1).compactNullableString('meta').int16(code).noTags())
        .noTags(),
    )
    .int16(0)
    .noTags()
    .finish();
}

/** Notes each call, and the identity or bytes that came with it. Hooks may be replaced. */
export class NotingHandler implements GroupHandler {
  readonly notes: string[] = [];
  hooks: {
    beforeJoin?: () => Promise<void>;
    assign?: () => Promise<void>;
    assigned?: (identity: GroupIdentity) => Promise<void>;
    lost?: () => Promise<void>;
  } = {};
  failure: Error | null = null;

  async beforeJoin(): Promise<void> {
    this.notes.push('beforeJoin');
    await this.hooks.beforeJoin?.();
  }

  subscription(): Buffer {
    this.notes.push('subscription');
    return Buffer.from('sub');
  }

  async assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, Buffer>> {
    this.notes.push('assign');
    await this.hooks.assign?.();
    return new Map(members.map(({ memberId }) => [memberId, Buffer.from('work')]));
  }

  async assigned(assignment: Buffer, identity: GroupIdentity): Promise<void> {
    this.notes.push(`assigned ${String(assignment)}`);
    await this.hooks.assigned?.(identity);
  }

  async lost(): Promise<void> {
    this.notes.push('lost');
    await this.hooks.lost?.();
  }

  failed(error: Error): void {
    this.notes.push('failed');
    this.failure = error;
  }

  /** The notes since the last call. */
  take(): string[] {
    return this.notes.splice(0);
  }
}

export const OPTIONS = {
  groupId: GROUP,
  instanceId: null,
  protocol: 'p',
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 60_000,
  heartbeatMs: 3_000,
} as const;

/** A promise to be settled from outside. */
export function gate<T = void>(): {
  readonly promise: Promise<T>;
  readonly open: (value: T) => void;
  readonly fail: (error: Error) => void;
} {
  let open: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
