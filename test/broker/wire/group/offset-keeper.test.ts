import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClassicMember } from '../../../../src/broker/wire/group/classic-member.js';
import { silentLogger } from '../../../../src/observe/logger.js';
import {
  codeAnswer,
  commitAnswer,
  connectionLost,
  FakeCoordinator,
  gate,
  joinAnswer,
  NotingHandler,
  OPTIONS,
} from './fake-coordinator.js';

const UNKNOWN_TOPIC = 3;
const ILLEGAL_GENERATION = 22;
const UNKNOWN_MEMBER = 25;
const REBALANCE = 27;
const OFFSETS = [{ topic: 't', partition: 0, offset: 5, metadata: '' }];

let kafka: FakeCoordinator;
let handler: NotingHandler;
let member: ClassicMember;

beforeEach(async () => {
  vi.useFakeTimers();
  kafka = new FakeCoordinator();
  handler = new NotingHandler();
  member = new ClassicMember(kafka.open, OPTIONS, handler, silentLogger);
  await member.start();
  handler.take();
});
afterEach(async () => {
  await member.close({ leave: false });
  vi.useRealTimers();
});

const seconds = async (count: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(count * 1000);
};
const generations = (): number[] =>
  kafka.calls.filter(({ api }) => api === 'OffsetCommit').map(({ generation }) => generation);
/** Outcome of a promise, without waiting for it. */
const watch = (promise: Promise<unknown>): { state: unknown } => {
  const seen: { state: unknown } = { state: 'pending' };
  promise.then(
    () => (seen.state = 'done'),
    (error: unknown) => (seen.state = error),
  );
  return seen;
};

describe('commit', () => {
  it('commits with the generation that holds, on a connection that no join parks', async () => {
    await member.commit(OFFSETS);
    expect(kafka.last('OffsetCommit')).toMatchObject({ generation: 1, memberId: 'm1', role: 'group-offsets' });
    await member.commit([]);
    expect(kafka.count('OffsetCommit')).toBe(1);
  });

  it('tries again after lost connections, moved coordinators and topics that are new to them', async () => {
    let tries = 0;
    kafka.answers.OffsetCommit = () => {
      tries += 1;
      if (tries === 1) throw connectionLost();
      return commitAnswer([0, 0, 16, UNKNOWN_TOPIC, REBALANCE, 0][tries] ?? 0);
    };
    const commit = watch(member.commit(OFFSETS));
    await seconds(5);
    expect(commit.state).toBe('done');
    expect(tries).toBe(5);
  });

  it('leaves a deleted topic out, once it has been unknown for some seconds, and commits the rest', async () => {
    const other = { topic: 'u', partition: 0, offset: 7, metadata: '' };
    kafka.answers.OffsetCommit = ({ body }) =>
      commitAnswer(body.includes(Buffer.from([0, 1, 0x74, 0, 0, 0, 1])) ? UNKNOWN_TOPIC : 0);
    const commit = watch(member.commit([...OFFSETS, other]));
    const alone = watch(member.commit(OFFSETS));
    await seconds(4);
    expect([commit.state, alone.state]).toEqual(['pending', 'pending']);
    await seconds(4);
    expect([commit.state, alone.state]).toEqual(['done', 'done']);
    // Which of the two asked last depends on the pauses between their tries.
    const rest = kafka.calls.findLast(({ body }) => body.includes(Buffer.from([0, 1, 0x75, 0, 0, 0, 1])));
    expect(rest?.body.includes(Buffer.from([0, 1, 0x74, 0, 0, 0, 1]))).toBe(false);
  });

  it.each([
    ['REBALANCE_IN_PROGRESS', REBALANCE],
    ['ILLEGAL_GENERATION', ILLEGAL_GENERATION],
  ])('waits for the new generation when the group answers %s during a join', async (_, code) => {
    const parked = gate<Buffer>();
    kafka.answers.JoinGroup = () => parked.promise;
    member.rejoin('test');
    await seconds(1);
    kafka.answers.OffsetCommit = ({ generation }) => commitAnswer(generation === 1 ? code : 0);
    const commit = watch(member.commit(OFFSETS));
    await seconds(30);
    expect(commit.state).toBe('pending');
    expect(generations()).toEqual([1]);
    parked.open(joinAnswer({ generation: 2, memberId: 'm1' }));
    await seconds(0);
    expect(commit.state).toBe('done');
    expect(generations()).toEqual([1, 2]);
    expect(handler.notes).not.toContain('lost');
  });

  it('is repeated under the new generation when its answer came after that', async () => {
    const late = gate<Buffer>();
    kafka.answers.OffsetCommit = ({ generation }) => (generation === 1 ? late.promise : commitAnswer(0));
    const commit = watch(member.commit(OFFSETS));
    member.rejoin('test');
    await seconds(1);
    expect(member.identity()?.generation).toBe(2);
    late.open(commitAnswer(ILLEGAL_GENERATION));
    await seconds(0);
    expect(commit.state).toBe('done');
    expect(generations()).toEqual([1, 2]);
    expect(handler.notes).not.toContain('lost');
  });

  it('commits under the old generation while others are still being waited for', async () => {
    kafka.answers.JoinGroup = () => new Promise(() => undefined);
    member.rejoin('test');
    await seconds(1);
    await member.commit(OFFSETS);
    expect(generations()).toEqual([1]);
  });

  it('does not lock up with a beforeJoin that waits for the commit', async () => {
    // The join is overtaken by another rebalance while a commit waits for its end.
    const parked = gate<Buffer>();
    kafka.answers.SyncGroup = () => parked.promise;
    member.rejoin('test');
    await seconds(1);
    let group = REBALANCE;
    kafka.answers.OffsetCommit = () => commitAnswer(group);
    const commit = member.commit(OFFSETS);
    const watched = watch(commit);
    handler.hooks.beforeJoin = () => commit;
    await seconds(1);
    kafka.answers.SyncGroup = ({ generation }) =>
      codeAnswer(0)
        .bytes(Buffer.from(`work of ${String(generation)}`))
        .finish();
    group = 0;
    parked.open(codeAnswer(REBALANCE).bytes(Buffer.alloc(0)).finish());
    await seconds(2);
    expect(watched.state).toBe('done');
    expect(handler.take().at(-1)).toBe('assigned work of 3');
  });

  it.each([
    ['forgot the member', UNKNOWN_MEMBER],
    ['is a generation ahead', ILLEGAL_GENERATION],
  ])('is refused, and membership lost, when the group %s', async (_, code) => {
    kafka.codes.OffsetCommit = code;
    await expect(member.commit(OFFSETS)).rejects.toMatchObject({ class: 'fenced', kafkaCode: code });
    await seconds(1);
    expect(handler.take()[0]).toBe('lost');
  });

  it('is not carried over a loss: others may have committed since', async () => {
    let refuse = true;
    kafka.answers.OffsetCommit = () => {
      if (refuse) throw connectionLost();
      return commitAnswer(0);
    };
    const commit = watch(member.commit(OFFSETS));
    await seconds(1);
    kafka.codes.Heartbeat = UNKNOWN_MEMBER;
    await seconds(2.5);
    kafka.codes.Heartbeat = 0;
    refuse = false;
    await seconds(5);
    expect(member.identity()?.generation).toBe(2);
    expect(commit.state).toMatchObject({ code: 'BROKER_FENCED' });
    expect(generations()).not.toContain(2);
  });

  it('ends with the member', async () => {
    kafka.answers.OffsetCommit = () => {
      throw connectionLost();
    };
    const commit = watch(member.commit(OFFSETS));
    await seconds(1);
    await member.close({ leave: false });
    await seconds(1);
    expect(commit.state).toMatchObject({ code: 'BROKER_FENCED' });
    await expect(member.commit(OFFSETS)).rejects.toMatchObject({ class: 'fenced' });
  });

  it('passes on what no repeating helps, membership untouched', async () => {
    kafka.codes.OffsetCommit = 12;
    await expect(member.commit(OFFSETS)).rejects.toMatchObject({
      class: 'fatal',
      kafkaCode: 12,
      topic: 't',
      partition: 0,
    });
    await seconds(1);
    expect(handler.take()).toEqual([]);
  });

  it('ends membership for good when the static member is fenced', async () => {
    kafka.codes.OffsetCommit = 82;
    await expect(member.commit(OFFSETS)).rejects.toMatchObject({ class: 'fenced', kafkaCode: 82 });
    expect(handler.take()).toEqual(['failed']);
  });
});

describe('committed', () => {
  const PARTITION = [{ topic: 't', partition: 0 }];

  it('gives offsets with their metadata', async () => {
    expect(await member.committed(PARTITION)).toEqual([{ topic: 't', partition: 0, offset: 7, metadata: 'meta' }]);
  });

  it('waits for open transactions', async () => {
    kafka.codes.OffsetFetch = 88;
    const read = watch(member.committed(PARTITION));
    await seconds(5);
    expect(read.state).toBe('pending');
    kafka.codes.OffsetFetch = 0;
    await seconds(1.5);
    expect(read.state).toBe('done');
  });

  it('gives up after a minute, and at once on what does not pass', async () => {
    kafka.codes.OffsetFetch = 88;
    const read = watch(member.committed(PARTITION));
    await seconds(62);
    expect(read.state).toMatchObject({ kafkaCode: 88 });
    kafka.codes.OffsetFetch = 30;
    await expect(member.committed(PARTITION)).rejects.toMatchObject({ code: 'BROKER_AUTHORIZATION' });
  });
});
