import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import { WireAdmin } from '../../src/broker/wire/admin/wire-admin.js';
import { GroupCoordinator } from '../../src/broker/wire/group/coordinator.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { silentLogger } from '../../src/observe/logger.js';
import { allDealt, TestMember, until } from './group-fixture.js';
import { createTopic, ownKafka, uniqueName } from './kafka.js';

/** Short sessions, which the shared broker does not allow. */
const PROPERTIES = { 'group.min.session.timeout.ms': '500', 'broker.session.timeout.ms': '2000' };

let kafka: RunningKafka;
let topic: string;
let groupId: string;
let members: TestMember[] = [];

beforeAll(async () => {
  kafka = await ownKafka({ properties: PROPERTIES });
  topic = await createTopic('group', { partitions: 2, on: kafka.brokers });
});
afterEach(async () => {
  for (const { member } of members) await member.close({ leave: true });
  members = [];
});
afterAll(() => kafka.stop());

const newGroup = (): void => {
  groupId = uniqueName('group');
};
const memberWith = (options: Partial<ConstructorParameters<typeof TestMember>[1]> = {}): TestMember => {
  const member = new TestMember(kafka.brokers, { groupId, ...options });
  members.push(member);
  return member;
};
const commitOf = (offset: number) => [{ topic, partition: 0, offset, metadata: `at ${String(offset)}` }];
const committedIn = async (member: TestMember): Promise<number | undefined> =>
  (await member.member.committed([{ topic, partition: 0 }]))[0]?.offset;

describe('a group', () => {
  it('shares the work between members that come and leave', async () => {
    newGroup();
    const [one, two] = [memberWith(), memberWith()];
    await one.member.start();
    expect(allDealt(one)).toBe(true);
    await two.member.start();
    await until('both have work', () => allDealt(one, two) && one.work.length === 3);
    expect(one.generation).toBe(two.generation);
    await two.member.close({ leave: true });
    // Well within the session time-out: the broker was told.
    await until('one has all the work', () => allDealt(one), 3_000);
  });

  it('takes over from a member that dies, after its session', async () => {
    newGroup();
    const [one, two] = [memberWith({ sessionTimeoutMs: 1_500 }), memberWith({ sessionTimeoutMs: 1_500 })];
    await Promise.all([one.member.start(), two.member.start()]);
    await until('both have work', () => allDealt(one, two));
    await two.member.close({ leave: false });
    await until('one has all the work', () => allDealt(one), 6_000);
    expect(one.count('lost')).toBe(0);
  });

  it('does not rebalance when a static member restarts within its session', async () => {
    newGroup();
    const [one, two] = [memberWith({ instanceId: 'one' }), memberWith({ instanceId: 'two' })];
    await Promise.all([one.member.start(), two.member.start()]);
    await until('both have work', () => allDealt(one, two) && one.work.length === 3);
    const { generation } = one;
    const joins = one.count('beforeJoin');
    const held = two.work;
    await two.member.close({ leave: false });
    const again = memberWith({ instanceId: 'two' });
    await again.member.start();
    expect(again.work).toEqual(held);
    expect(again.generation).toBe(generation);
    // Longer than a few heartbeats, by which the other would have heard of a rebalance.
    const beats = Date.now() + 1_000;
    await until('some heartbeats', () => Date.now() > beats);
    expect(one.count('beforeJoin')).toBe(joins);
    await one.member.commit(commitOf(1));
    await again.member.commit(commitOf(2));
    expect(await committedIn(one)).toBe(2);
  });

  it('ends a static member whose instance id another one has taken', async () => {
    newGroup();
    const old = memberWith({ instanceId: 'same' });
    await old.member.start();
    const young = memberWith({ instanceId: 'same' });
    await young.member.start();
    await until('the old one knows', () => old.failure !== null);
    expect(old.failure).toMatchObject({ class: 'fenced', kafkaCode: 82 });
    expect(old.count('lost')).toBe(0);
    await young.member.commit(commitOf(3));
  });

  it('keeps a member whose assigned takes longer than its session (a long restore)', async () => {
    newGroup();
    const one = memberWith({ sessionTimeoutMs: 1_000 });
    let since = 0;
    one.hooks.assigned = async () => {
      since = Date.now();
      await until('three sessions have passed', () => Date.now() - since > 3_000);
    };
    await one.member.start();
    expect(Date.now() - since).toBeGreaterThan(3_000);
    await one.member.commit(commitOf(4));
    expect(one.notes).toEqual(['beforeJoin', 'assign', 'assigned']);
    expect(one.member.identity()?.generation).toBe(1);
  });

  it('keeps a member while its beforeJoin takes longer than its session', async () => {
    newGroup();
    const [one, two] = [memberWith({ sessionTimeoutMs: 1_000 }), memberWith()];
    await one.member.start();
    one.hooks.beforeJoin = async () => {
      one.hooks = {};
      const since = Date.now();
      await until('two sessions have passed', () => Date.now() - since > 2_000);
      await one.member.commit(commitOf(5));
    };
    await two.member.start();
    await until('both have work', () => allDealt(one, two) && one.work.length === 3);
    expect(one.count('lost')).toBe(0);
    expect(await committedIn(two)).toBe(5);
  });

  it('holds back a commit while the leader assigns, and lets it through under the new generation', async () => {
    newGroup();
    const one = memberWith();
    await one.member.start();
    const two = memberWith();
    const starting = two.member.start();
    let commit: Promise<void> = Promise.resolve();
    one.hooks.assign = async () => {
      one.hooks = {};
      commit = one.member.commit(commitOf(6));
      let done = false;
      const watch = (): void => {
        done = true;
      };
      commit.then(watch, watch);
      const since = Date.now();
      // The coordinator refuses all commits of a generation that has no assignment yet.
      await until('some time', () => Date.now() - since > 500);
      expect(done).toBe(false);
    };
    await starting;
    await until('both have work', () => allDealt(one, two) && one.work.length === 3);
    await commit;
    expect(await committedIn(two)).toBe(6);
    expect(one.count('lost')).toBe(0);
  });

  it('refuses the commit of a member that the group went on without', async () => {
    newGroup();
    const one = memberWith({ rebalanceTimeoutMs: 1_000 });
    await one.member.start();
    await one.member.commit(commitOf(7));
    const two = memberWith({ rebalanceTimeoutMs: 1_000 });
    let refusal: unknown = null;
    one.hooks.beforeJoin = async () => {
      one.hooks = {};
      await until('two has taken all', () => allDealt(two));
      refusal = await one.member.commit(commitOf(1)).catch((error: unknown) => error);
    };
    await two.member.start();
    await until('one was refused', () => refusal !== null);
    expect(refusal).toMatchObject({ class: 'fenced' });
    expect(await committedIn(two)).toBe(7);
    await until('one is back', () => allDealt(one, two) && one.work.length === 3);
    expect(one.count('lost')).toBe(1);
  });

  it('refuses the commit of an old generation and of a stranger at the broker', async () => {
    newGroup();
    const one = memberWith();
    await one.member.start();
    const identity = one.member.identity();
    if (identity === null) return expect.fail('not joined');
    const raw = new GroupCoordinator(kafkajsTransports({ brokers: kafka.brokers }, silentLogger), {
      groupId,
      instanceId: null,
      protocol: 'test',
      sessionTimeoutMs: 6_000,
      rebalanceTimeoutMs: 6_000,
      heartbeatMs: 1_000,
    });
    try {
      const stale = { ...identity, generation: identity.generation - 1 };
      await expect(raw.commit(stale, commitOf(1))).rejects.toMatchObject({ class: 'fenced', kafkaCode: 22 });
      const stranger = { ...identity, memberId: 'nobody' };
      await expect(raw.commit(stranger, commitOf(1))).rejects.toMatchObject({ class: 'fenced', kafkaCode: 25 });
      await raw.commit(identity, commitOf(8));
    } finally {
      await raw.close();
    }
    expect(
      await one.member.committed([
        { topic, partition: 1 },
        { topic, partition: 0 },
      ]),
    ).toEqual(
      expect.arrayContaining([
        { topic, partition: 0, offset: 8, metadata: 'at 8' },
        { topic, partition: 1, offset: -1, metadata: '' },
      ]) as unknown,
    );
    const admin = new WireAdmin(kafkajsTransports({ brokers: kafka.brokers }, silentLogger));
    expect(await admin.groupOffsets(groupId)).toEqual([{ topic, partition: 0, offset: 8, metadata: 'at 8' }]);
    await admin.close();
  });

  it('rebalances when a follower asks for it with another subscription', async () => {
    newGroup();
    const [one, two] = [memberWith(), memberWith()];
    await one.member.start();
    await two.member.start();
    await until('both have work', () => allDealt(one, two) && one.work.length === 3);
    const follower = one.count('assign') > 1 ? two : one;
    const { generation } = follower;
    follower.round += 1;
    follower.member.rejoin('the subscription changed');
    await until('both are a generation on', () => one.generation > generation && two.generation > generation);
    expect(one.count('lost') + two.count('lost')).toBe(0);
  });
});

describe('a group whose broker goes away', () => {
  it('stays together over a freeze that is shorter than the session', async () => {
    newGroup();
    const one = memberWith({ sessionTimeoutMs: 9_000 });
    await one.member.start();
    await kafka.control?.pause();
    const frozen = Date.now();
    // Long enough for a heartbeat to be given up (a third of the session) and tried again.
    await until('four seconds', () => Date.now() - frozen > 4_000);
    await kafka.control?.resume();
    await one.member.commit(commitOf(9));
    expect(one.notes).toEqual(['beforeJoin', 'assign', 'assigned']);
  });

  it('is overdue, and keeps what it has, while no heartbeat gets through for the session', async () => {
    newGroup();
    const one = memberWith({ sessionTimeoutMs: 2_000 });
    await one.member.start();
    expect(one.member.overdue()).toBe(false);
    await kafka.control?.pause();
    const frozen = Date.now();
    await until('it is overdue', () => one.member.overdue(), 10_000);
    expect(Date.now() - frozen).toBeGreaterThan(1_500);
    expect(Date.now() - frozen).toBeLessThan(3_500);
    // Much longer than a session: only the coordinator could say that it is out.
    await until('twice as long', () => Date.now() - frozen > 5_000);
    expect(one.notes).toEqual(['beforeJoin', 'assign', 'assigned']);
    await kafka.control?.resume();
    // The broker's own clock may have run out meanwhile, or a heartbeat may come first.
    await until('it is back', () => allDealt(one) && !one.member.overdue());
    await one.member.commit(commitOf(10));
  });

  it('keeps what it has while its coordinator is killed and started', async () => {
    newGroup();
    const one = memberWith({ sessionTimeoutMs: 2_000 });
    await one.member.start();
    await one.member.commit(commitOf(11));
    await kafka.control?.kill();
    await until('it is overdue', () => one.member.overdue(), 10_000);
    await kafka.control?.start();
    await until('it is heard again', () => !one.member.overdue());
    expect(await committedIn(one)).toBe(11);
    await one.member.commit(commitOf(12));
    expect(one.notes).toEqual(['beforeJoin', 'assign', 'assigned']);
    expect(one.failure).toBeNull();
  });
});
