import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { GroupIdentity } from '../../../src/broker/port.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim } from '../../../src/group/membership-codec.js';
import type { MemberClaim, TaskId } from '../../../src/group/ownership.js';
import { ActivityLog } from '../../../src/observe/activity.js';
import { heard } from '../../observe/heard-events.js';
import { DiagnosticsChannels } from '../../../src/observe/channels.js';
import { RebalanceMetrics } from '../../../src/observe/instance-metrics.js';
import { silentLogger } from '../../../src/observe/logger.js';
import type { Topology } from '../../../src/topology/topology.js';
import { InstanceDirectory } from '../../../src/worker/group/instance-directory.js';
import { Membership } from '../../../src/worker/group/membership.js';
import { MemoryInstance } from '../loop/memory-instance.js';
import { planOf, type TopicPlan } from '../../../src/worker/topics/topic-plan.js';

const WAIT = { timeout: 30_000 };
const NEW: MemberClaim = { processId: 'p', generation: -1, owned: [], onDisk: [], shutdown: false };

function copying(from: string | RegExp): Topology {
  const builder = new StreamsBuilder();
  builder.stream<string, string>(from).to('out');
  return builder.build();
}

const identity = (generation: number): GroupIdentity => ({ generation, memberId: 'me' }) as GroupIdentity;

let topics: Record<string, number>;
let steps: string[];
let failures: unknown[];
let recreated: Set<string>;
let activity: ActivityLog;

beforeEach(() => {
  topics = { in: 3, out: 3 };
  steps = [];
  failures = [];
  recreated = new Set();
  activity = new ActivityLog();
});

interface Joined {
  readonly directory: InstanceDirectory;
  readonly membership: Membership;
  readonly instance: MemoryInstance;
  readonly plan: { current: TopicPlan };
}

/** A member whose tasks, each of one input partition, are real ones over a broker in memory. */
function joined(): Joined {
  const topology = copying('in');
  const tasks = Object.fromEntries([0, 1, 2].map((partition) => [`0_${String(partition)}`, topology]));
  const instance = new MemoryInstance(tasks, 'partition');
  const plan = { current: planOf(topology, 'test', topics) };
  const directory = new InstanceDirectory('mine:1');
  const membership = new Membership({
    applicationId: 'test',
    topology,
    tasks: instance.tasks,
    processId: 'mine',
    address: 'mine:1',
    directory,
    tasksOnDisk: () => ['0_2'],
    replan: () => Promise.resolve(planOf(topology, 'test', topics)),
    plan,
    recreated,
    metrics: new RebalanceMetrics(),
    activity,
    channels: new DiagnosticsChannels('app'),
    rejoin: (reason) => steps.push(`rejoins: ${reason}`),
    rebalancing: () => steps.push('rebalances'),
    settled: () => steps.push('settles'),
    failed: (error, decided) => failures.push([String(error), decided]),
    logger: silentLogger,
  });
  return { membership, instance, plan, directory };
}

function assignment(active: readonly TaskId[], shutdown = false): Buffer {
  return encodeAssignment([], { active, topics, shutdown });
}

async function owning(active: readonly TaskId[]): Promise<Joined> {
  const all = joined();
  await all.membership.assigned(assignment(active), identity(1));
  await vi.waitFor(() => expect(all.instance.tasks.running.map(({ id }) => id)).toEqual(active), WAIT);
  steps = [];
  return all;
}

describe('a member of the group', () => {
  it('claims what it runs, what it has on disk, and the generation it heard of last', async () => {
    const { membership } = joined();
    expect(decodeClaim(membership.subscription())).toMatchObject({ ...NEW, processId: 'mine', onDisk: ['0_2'] });
    const { membership: owner } = await owning(['0_0', '0_1']);
    expect(decodeClaim(owner.subscription())).toMatchObject({ generation: 1, owned: ['0_0', '0_1'], onDisk: ['0_2'] });
  });

  it('claims what it does not run yet, and how long ago it ran what it does not run any more', async () => {
    const { membership } = await owning(['0_0', '0_1']);
    expect(decodeClaim(membership.subscription())).toMatchObject({ opening: [], left: {} });
    await membership.assigned(assignment(['0_1', '0_2']), identity(2));
    const { owned, opening, left } = decodeClaim(membership.subscription());
    expect({ owned, opening }).toEqual({ owned: ['0_1', '0_2'], opening: ['0_2'] });
    expect(Object.keys(left ?? {})).toEqual(['0_0']);
    expect(left?.['0_0']).toBeGreaterThanOrEqual(0);
    expect(left?.['0_0']).toBeLessThan(WAIT.timeout);
  });

  it('tells the channel what it was given and what it gave up', async () => {
    const events = heard('millrace:rebalance');
    const { membership } = await owning(['0_0', '0_1']);
    await membership.assigned(assignment(['0_1', '0_2']), identity(2));
    const duration = expect.any(Number) as number;
    expect(events).toEqual([
      { application: 'app', generation: 1, tasks: ['0_0', '0_1'], added: ['0_0', '0_1'], revoked: [], duration },
      { application: 'app', generation: 2, tasks: ['0_1', '0_2'], added: ['0_2'], revoked: ['0_0'], duration },
    ]);
  });

  it('deals out all tasks as leader, with the topics it saw', async () => {
    const { membership } = joined();
    topics = { in: 3, out: 3, other: 1 };
    const claims = [NEW, { ...NEW, processId: 'q' }];
    const dealt = await membership.assign(
      claims.map((claim, number) => ({
        memberId: `m${String(number)}`,
        subscription: encodeClaim(['in'], claim),
      })) as never,
    );
    const given = [...dealt.values()].map((bytes) => decodeAssignment(bytes));
    expect(given.flatMap(({ active }) => active).sort()).toEqual(['0_0', '0_1', '0_2']);
    for (const one of given) expect(one).toMatchObject({ topics, shutdown: false });
  });

  it('tells where it can be asked, and as leader tells all who has what, as far as they said', async () => {
    const { membership } = joined();
    expect(decodeClaim(membership.subscription())).toMatchObject({ host: 'mine:1' });
    const claims: MemberClaim[] = [
      { ...NEW, processId: 'p', host: 'a:1' },
      { ...NEW, processId: 'q', host: null },
      { ...NEW, processId: 'r', host: 'c:3' },
    ];
    const dealt = await membership.assign(
      claims.map((claim, number) => ({
        memberId: `m${String(number)}`,
        subscription: encodeClaim(['in'], claim),
      })) as never,
    );
    const [first, , third] = [...dealt.values()].map((bytes) => decodeAssignment(bytes));
    expect(first?.hosts).toEqual({ 'a:1': first?.active, 'c:3': third?.active });
    expect(third?.hosts).toEqual(first?.hosts);
  });

  it('knows who has what, until it is no member any more', async () => {
    const { membership, directory } = joined();
    const hosts = { 'mine:1': ['0_0'], 'other:2': ['0_1'] } as const;
    await membership.assigned(encodeAssignment([], { active: [], topics, shutdown: false, hosts }), identity(1));
    expect(directory.ownerOf('0_1', new Set())).toEqual({ host: 'other:2', isHere: false });
    await membership.lost(new Error('put out'));
    expect(directory.ownerOf('0_1', new Set())).toBeNull();
  });

  it('opens what is new, and goes on with the rest', async () => {
    const { membership, instance } = await owning(['0_0']);
    const [task] = instance.tasks.running;
    await membership.assigned(assignment(['0_0', '0_1']), identity(2));
    await vi.waitFor(() => expect(instance.tasks.running).toHaveLength(2), WAIT);
    expect(instance.tasks.running[0]).toBe(task);
    expect(steps).toEqual(['rebalances', 'settles']);
    await membership.assigned(assignment(['0_0', '0_1']), identity(3));
    expect(steps).toEqual(['rebalances', 'settles', 'settles']);
  });

  it('commits and closes what it does not have any more, and then asks for another round', async () => {
    const { membership, instance } = await owning(['0_0', '0_1']);
    instance.write('in', ['a', 'b']);
    for (const fetched of instance.reader.poll()) instance.tasks.deliver(fetched);
    instance.tasks.running[0]?.process(10, 0);
    await membership.assigned(assignment(['0_1']), identity(2));
    expect(instance.tasks.owned).toEqual(['0_1']);
    expect(instance.committed.get('in-0')).toBe(2);
    expect(steps).toEqual(['rebalances', 'rejoins: tasks were given up', 'settles']);
  });

  it('gives up tasks whose last commit is refused, since their next owner does it again', async () => {
    const { membership, instance } = await owning(['0_0']);
    instance.refusal = new BrokerError('fenced', 'the generation is not ours');
    instance.write('in', ['a']);
    for (const fetched of instance.reader.poll()) instance.tasks.deliver(fetched);
    instance.tasks.running[0]?.process(10, 0);
    await membership.assigned(assignment([]), identity(2));
    expect(instance.tasks.owned).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('takes the topics of the leader, whatever it saw itself', async () => {
    const { membership, plan } = await owning(['0_0']);
    topics = { in: 5, out: 3 };
    await membership.assigned(assignment(['0_0']), identity(2));
    expect(plan.current.partitions.get('in')).toBe(5);
  });

  it('closes its tasks without a commit when it is put out, and begins anew', async () => {
    const { membership, instance } = await owning(['0_0']);
    instance.write('in', ['a']);
    for (const fetched of instance.reader.poll()) instance.tasks.deliver(fetched);
    instance.tasks.running[0]?.process(10, 0);
    await membership.lost(new Error('unknown member'));
    expect(instance.tasks.owned).toEqual([]);
    expect(instance.committed.size).toBe(0);
    expect(decodeClaim(membership.subscription()).generation).toBe(-1);
  });

  it('passes on that all instances are to stop, by its claim and as leader', async () => {
    const { membership, instance } = await owning(['0_0']);
    membership.requestShutdown();
    expect(steps).toEqual(['rejoins: the application is to be shut down']);
    const subscription = membership.subscription();
    expect(decodeClaim(subscription).shutdown).toBe(true);
    const dealt = await membership.assign([{ memberId: 'me', subscription }] as never);
    const bytes = dealt.get('me');
    if (bytes === undefined) throw new Error('the only member gets an assignment');
    expect(decodeAssignment(bytes).shutdown).toBe(true);
    await membership.assigned(bytes, identity(2));
    expect(failures).toEqual([[expect.stringContaining('asked all instances to stop'), 'shutdown']]);
    expect(instance.tasks.owned).toEqual(['0_0']);
  });
});
