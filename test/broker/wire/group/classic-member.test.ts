import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../../../src/config.js';
import { BrokerError } from '../../../../src/errors/broker-error.js';
import { ClassicMember } from '../../../../src/broker/wire/group/classic-member.js';
import { silentLogger } from '../../../../src/observe/logger.js';
import {
  codeAnswer,
  connectionLost,
  FakeCoordinator,
  gate,
  joinAnswer,
  NotingHandler,
  OPTIONS,
} from './fake-coordinator.js';

const UNKNOWN_MEMBER = 25;
const ILLEGAL_GENERATION = 22;
const REBALANCE = 27;
const FENCED_INSTANCE = 82;
const FIRST_JOIN = ['beforeJoin', 'subscription', 'assign', 'assigned work of 1'];

let kafka: FakeCoordinator;
let handler: NotingHandler;
let member: ClassicMember;

beforeEach(() => {
  vi.useFakeTimers();
  kafka = new FakeCoordinator();
  handler = new NotingHandler();
  member = new ClassicMember(kafka.open, OPTIONS, handler, silentLogger);
});
afterEach(async () => {
  await member.close({ leave: false });
  vi.useRealTimers();
});

const seconds = async (count: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(count * 1000);
};

/** Joined, with the notes of that taken. */
const joined = async (): Promise<void> => {
  await member.start();
  handler.take();
};

describe('joining', () => {
  it('joins with the id that the coordinator gives, and hands out the assignment', async () => {
    await member.start();
    expect(kafka.calls.map(({ api, memberId }) => `${api} ${memberId}`)).toEqual([
      'JoinGroup ',
      'JoinGroup m1',
      'SyncGroup m1',
    ]);
    expect(handler.take()).toEqual(FIRST_JOIN);
    expect(member.identity()).toEqual({ groupId: 'g', generation: 1, memberId: 'm1', instanceId: null });
  });

  it('lets the leader assign and the others not', async () => {
    kafka.answers.JoinGroup = () => joinAnswer({ generation: 4, memberId: 'm2', leader: 'm1' });
    await member.start();
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assigned work of 4']);
  });

  it('resolves start after the first assignment was taken, not before', async () => {
    const restoring = gate();
    handler.hooks.assigned = () => restoring.promise;
    let started = false;
    const starting = member.start().then(() => (started = true));
    await seconds(5);
    expect(started).toBe(false);
    restoring.open();
    await starting;
  });

  it('tries again while the coordinator loads, moves, or cannot be reached', async () => {
    let tries = 0;
    kafka.answers.JoinGroup = () => {
      tries += 1;
      if (tries === 1) return joinAnswer({ code: 14, memberId: '' });
      if (tries === 2) return joinAnswer({ code: 16, memberId: '' });
      if (tries === 3) throw connectionLost();
      return joinAnswer({ generation: 1, memberId: 'm1' });
    };
    const starting = member.start();
    await seconds(3);
    await starting;
    expect(tries).toBe(4);
    // Loading is no reason to look for another coordinator; a wrong one and a lost connection are.
    expect(kafka.calls.filter(({ api }) => api === 'JoinGroup').map(({ node }) => node)).toEqual([1, 1, 2, 3]);
  });

  it('takes a SyncGroup that was overtaken by another rebalance as the beginning of that', async () => {
    let syncs = 0;
    kafka.answers.SyncGroup = ({ generation }) =>
      codeAnswer(++syncs === 1 ? REBALANCE : 0)
        .bytes(Buffer.from(`work of ${String(generation)}`))
        .finish();
    await member.start();
    expect(handler.take()).toEqual([
      'beforeJoin',
      'subscription',
      'assign',
      'beforeJoin',
      'subscription',
      'assign',
      'assigned work of 2',
    ]);
    expect(kafka.count('JoinGroup')).toBe(3);
  });

  it('starts over with a new id when the coordinator forgot it during the join', async () => {
    let syncs = 0;
    kafka.answers.SyncGroup = () =>
      codeAnswer(++syncs === 1 ? UNKNOWN_MEMBER : 0)
        .bytes(Buffer.from('x'))
        .finish();
    await member.start();
    expect(kafka.calls.filter(({ api }) => api === 'JoinGroup').map(({ memberId }) => memberId)).toEqual([
      '',
      'm1',
      '',
      'm1',
    ]);
    expect(handler.notes).not.toContain('lost');
  });

  it.each([
    ['another protocol in the group', 23, 'BROKER_FATAL'],
    ['a forbidden group', 30, 'BROKER_AUTHORIZATION'],
    ['a fenced instance id', FENCED_INSTANCE, 'BROKER_FENCED'],
  ])('fails the start on %s, once', async (_, code, errorCode) => {
    kafka.codes.JoinGroup = code;
    await expect(member.start()).rejects.toMatchObject({ code: errorCode, kafkaCode: code });
    await seconds(60);
    expect(handler.notes).not.toContain('failed');
    expect(kafka.count('JoinGroup')).toBe(1);
  });

  it('fails when the handler throws', async () => {
    await joined();
    handler.hooks.beforeJoin = () => Promise.reject(new Error('no revoke'));
    member.rejoin('test');
    await seconds(1);
    expect(handler.failure?.message).toBe('no revoke');
    await seconds(60);
    expect(kafka.count('Heartbeat')).toBe(0);
  });
});

describe('waits', () => {
  /** A member that logs what it waits for. */
  const told = (): string[] => {
    const lines: string[] = [];
    const info = (line: string): void => {
      if (/ (took|takes) /.test(line)) lines.push(line);
    };
    member = new ClassicMember(kafka.open, OPTIONS, handler, { ...silentLogger, info });
    return lines;
  };

  it('for other members, for more of them and for the leader have a line each, and no shorter ones', async () => {
    const lines = told();
    const [others, leader] = [gate<Buffer>(), gate<Buffer>()];
    kafka.answers.JoinGroup = () => others.promise;
    const starting = member.start();
    await seconds(3);
    expect(lines).toEqual([
      expect.stringMatching(/^joining group g takes more than a second: .*next heartbeat.*initial/),
    ]);
    kafka.answers.SyncGroup = () => leader.promise;
    others.open(joinAnswer({ generation: 1, memberId: 'm2', leader: 'm1' }));
    await seconds(0.9);
    expect(lines.slice(1)).toEqual(['joining group g took 3.0 s']);
    await seconds(1.1);
    leader.open(codeAnswer(0).bytes(Buffer.from('work')).finish());
    await starting;
    expect(lines.slice(2)).toEqual([
      'being dealt tasks in group g takes more than a second: the leader has not dealt them out yet',
      'being dealt tasks in group g took 2.0 s',
    ]);
  });

  it('of a leader that cannot look at the cluster have a line', async () => {
    const lines = told();
    const looking = gate();
    handler.hooks.assign = () => looking.promise;
    const starting = member.start();
    await seconds(1);
    looking.open();
    await starting;
    expect(lines).toEqual([
      'dealing out the tasks in group g takes more than a second: the brokers are asked for the topics',
      'dealing out the tasks in group g took 1.0 s',
    ]);
  });

  it('of others for this member are half a second unless told otherwise: it hears of a rebalance with a heartbeat', async () => {
    const { heartbeatIntervalMs } = readConfig({ applicationId: 'a', kafka: { brokers: ['a:1'] } });
    member = new ClassicMember(kafka.open, { ...OPTIONS, heartbeatMs: heartbeatIntervalMs }, handler, silentLogger);
    await joined();
    kafka.codes.Heartbeat = REBALANCE;
    await seconds(0.5);
    expect(handler.take()[0]).toBe('beforeJoin');
    kafka.codes.Heartbeat = 0;
  });

  it('are none between giving up and joining again', async () => {
    await joined();
    handler.hooks.assigned = () => {
      delete handler.hooks.assigned;
      member.rejoin('tasks were given up');
      return Promise.resolve();
    };
    member.rejoin('test');
    await seconds(0);
    expect(member.identity()?.generation).toBe(3);
  });
});

describe('rebalances', () => {
  it('begins when a heartbeat says so: revoke, join, take', async () => {
    await joined();
    kafka.codes.Heartbeat = REBALANCE;
    kafka.answers.JoinGroup = ({ memberId }) => {
      kafka.codes.Heartbeat = 0;
      return joinAnswer({ generation: ++kafka.generation, memberId });
    };
    await seconds(3);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
    expect(member.identity()?.generation).toBe(2);
  });

  it('waits for beforeJoin under heartbeats of the old generation, and joins after it', async () => {
    await joined();
    const revoking = gate();
    handler.hooks.beforeJoin = () => revoking.promise;
    member.rejoin('test');
    await seconds(30);
    expect(kafka.count('JoinGroup')).toBe(2);
    expect(kafka.count('Heartbeat')).toBe(10);
    expect(kafka.last('Heartbeat')?.generation).toBe(1);
    revoking.open();
    await seconds(0);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
  });

  it('goes on with heartbeats of the old generation while JoinGroup is parked, and those of the new one after it', async () => {
    await joined();
    const parked = gate<Buffer>();
    kafka.answers.JoinGroup = () => parked.promise;
    kafka.codes.Heartbeat = REBALANCE;
    const assigning = gate();
    handler.hooks.assign = () => assigning.promise;
    member.rejoin('test');
    await seconds(30);
    expect(kafka.count('Heartbeat')).toBe(10);
    expect(kafka.last('Heartbeat')?.generation).toBe(1);
    // It is a member for certain, however long the others take.
    expect(member.overdue()).toBe(false);
    kafka.codes.Heartbeat = 0;
    parked.open(joinAnswer({ generation: 2, memberId: 'm1' }));
    await seconds(9);
    expect(kafka.last('Heartbeat')).toMatchObject({ generation: 2, role: 'group-heartbeat' });
    expect(kafka.last('JoinGroup')?.role).toBe('group-join');
    assigning.open();
    await seconds(60);
    // That the old generation was rebalancing is no reason for another round.
    expect(kafka.count('JoinGroup')).toBe(3);
  });

  it('waits with a parked JoinGroup for as long as the group does, and sends it anew when the group has gone on', async () => {
    await joined();
    const parked = gate<Buffer>();
    kafka.answers.JoinGroup = () => parked.promise;
    member.rejoin('test');
    await seconds(50);
    expect(kafka.count('JoinGroup')).toBe(3);
    expect(kafka.last('DescribeGroups')).toMatchObject({ role: 'group-heartbeat' });
    // The answer was sent, and has been lost on its way.
    kafka.groupState = 'CompletingRebalance';
    delete kafka.answers.JoinGroup;
    await seconds(6);
    expect(kafka.count('JoinGroup')).toBe(4);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
    const asked = kafka.count('DescribeGroups');
    await seconds(20);
    expect(kafka.count('DescribeGroups')).toBe(asked);
  });

  it('does not wait for minutes with a parked request whose coordinator cannot be reached otherwise', async () => {
    await joined();
    const parked = gate<Buffer>();
    kafka.answers.JoinGroup = () => parked.promise;
    kafka.answers.DescribeGroups = () => {
      throw connectionLost();
    };
    member.rejoin('test');
    await seconds(3);
    delete kafka.answers.JoinGroup;
    await seconds(3);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
    expect(kafka.last('JoinGroup')?.node).toBeGreaterThan(1);
  });

  it('waits as before where it may not ask about the group', async () => {
    await joined();
    const parked = gate<Buffer>();
    kafka.answers.JoinGroup = () => parked.promise;
    kafka.answers.DescribeGroups = () => {
      throw new BrokerError('fatal', 'forbidden', { kafkaCode: 30 });
    };
    member.rejoin('test');
    await seconds(50);
    parked.open(joinAnswer({ generation: 2, memberId: 'm1' }));
    await seconds(0);
    expect(kafka.count('JoinGroup')).toBe(3);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
  });

  it('goes on as leader when looking at the cluster failed, under heartbeats', async () => {
    let tries = 0;
    handler.hooks.assign = () => (++tries < 20 ? Promise.reject(connectionLost()) : Promise.resolve());
    const started = member.start();
    await seconds(18);
    await started;
    expect(tries).toBe(20);
    expect(kafka.count('JoinGroup')).toBe(2);
    expect(kafka.count('Heartbeat')).toBeGreaterThan(3);
    expect(handler.notes).not.toContain('failed');
    expect(handler.notes.at(-1)).toBe('assigned work of 1');
  });

  it('leaves an assignment that cannot be made for the next round when that begins', async () => {
    await joined();
    handler.hooks.assign = () => Promise.reject(connectionLost());
    member.rejoin('test');
    await seconds(1);
    kafka.codes.Heartbeat = REBALANCE;
    await seconds(4);
    kafka.codes.Heartbeat = 0;
    delete handler.hooks.assign;
    await seconds(4);
    expect(handler.take().at(-1)).toBe('assigned work of 3');
    expect(kafka.count('JoinGroup')).toBe(4);
  });

  it('fails as leader when the assignment is refused for good', async () => {
    await joined();
    handler.hooks.assign = () => Promise.reject(new BrokerError('fatal', 'no'));
    member.rejoin('test');
    await seconds(1);
    expect(handler.notes).toContain('failed');
  });

  it('keeps the member while assigned takes longer than the session', async () => {
    const restoring = gate();
    handler.hooks.assigned = () => restoring.promise;
    const starting = member.start();
    await seconds(60);
    expect(kafka.count('Heartbeat')).toBe(20);
    expect(kafka.last('Heartbeat')?.generation).toBe(1);
    restoring.open();
    await starting;
    expect(handler.take()).toEqual(FIRST_JOIN);
  });

  it('remembers a rebalance that comes while assigned runs', async () => {
    await joined();
    const restoring = gate();
    handler.hooks.assigned = () => restoring.promise;
    member.rejoin('first');
    await seconds(1);
    kafka.codes.Heartbeat = REBALANCE;
    await seconds(9);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
    expect(kafka.count('JoinGroup')).toBe(3);
    kafka.codes.Heartbeat = 0;
    handler.hooks = {};
    restoring.open();
    await seconds(1);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 3']);
    await seconds(60);
    expect(handler.take()).toEqual([]);
  });

  it('does another round for a rejoin that may have come too late for the subscription', async () => {
    await joined();
    handler.hooks.assign = () => {
      handler.hooks = {};
      member.rejoin('second');
      return Promise.resolve();
    };
    member.rejoin('first');
    await seconds(1);
    expect(handler.take().filter((note) => note.startsWith('assigned'))).toEqual([
      'assigned work of 2',
      'assigned work of 3',
    ]);
  });
});

describe('losing membership', () => {
  it.each([
    ['forgot the member', UNKNOWN_MEMBER, ''],
    ['moved on without it', ILLEGAL_GENERATION, 'm1'],
  ])('tells the handler when the coordinator %s, and joins anew', async (_, code, memberId) => {
    await joined();
    const parting = gate();
    handler.hooks.lost = () => parting.promise;
    kafka.codes.Heartbeat = code;
    const joins = kafka.count('JoinGroup');
    await seconds(3);
    expect(handler.take()).toEqual(['lost']);
    expect(member.identity()).toBeNull();
    await seconds(30);
    expect(kafka.count('JoinGroup')).toBe(joins);
    kafka.codes.Heartbeat = 0;
    parting.open();
    await seconds(1);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
    expect(kafka.calls.filter(({ api }) => api === 'JoinGroup')[joins]?.memberId).toBe(memberId);
  });

  it('is overdue when no heartbeat gets through for the session time-out, and keeps what it has until it hears more', async () => {
    await joined();
    kafka.answers.Heartbeat = () => {
      throw connectionLost();
    };
    await seconds(9.9);
    expect(member.overdue()).toBe(false);
    await seconds(0.2);
    expect(member.overdue()).toBe(true);
    const confirmed = vi.fn();
    const confirming = member.confirmed().then(confirmed);
    await seconds(120);
    expect(handler.take()).toEqual([]);
    expect(confirmed).not.toHaveBeenCalled();
    kafka.answers = {};
    await seconds(4);
    await confirming;
    expect(member.overdue()).toBe(false);
    expect(member.identity()?.generation).toBe(1);
    expect(kafka.count('JoinGroup')).toBe(2);
    expect(handler.take()).toEqual([]);
  });

  it('is overdue until the loss that it hears of is dealt with', async () => {
    await joined();
    kafka.answers.Heartbeat = () => {
      throw connectionLost();
    };
    await seconds(15);
    const confirming = member.confirmed();
    const refused = expect(confirming).rejects.toMatchObject({ class: 'fenced' });
    const parting = gate();
    handler.hooks.lost = () => parting.promise;
    kafka.answers = {};
    kafka.codes.Heartbeat = UNKNOWN_MEMBER;
    await seconds(4);
    await refused;
    expect(handler.take()).toEqual(['lost']);
    expect(member.overdue()).toBe(true);
    kafka.codes.Heartbeat = 0;
    parting.open();
    await seconds(1);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription', 'assign', 'assigned work of 2']);
    expect(member.overdue()).toBe(false);
  });

  it('asks at once when it finds itself overdue: after the process has stood still, or the machine has slept', async () => {
    await joined();
    const beats = kafka.count('Heartbeat');
    // The monotonic clock did not see it.
    vi.setSystemTime(Date.now() + 60_000);
    expect(member.overdue()).toBe(true);
    await seconds(0);
    expect(kafka.count('Heartbeat')).toBe(beats + 1);
    expect(member.overdue()).toBe(false);
  });

  it('is not overdue because the wall clock was put back', async () => {
    await joined();
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(member.overdue()).toBe(false);
    await seconds(30);
    expect(member.overdue()).toBe(false);
  });

  it('is lost at once when a heartbeat says so while JoinGroup is parked on a dead connection', async () => {
    await joined();
    kafka.answers.JoinGroup = () => new Promise(() => undefined);
    member.rejoin('test');
    await seconds(1);
    kafka.answers = {};
    kafka.codes.Heartbeat = UNKNOWN_MEMBER;
    await seconds(3);
    kafka.codes.Heartbeat = 0;
    await seconds(1);
    expect(handler.take()).toEqual([
      'beforeJoin',
      'subscription',
      'lost',
      'beforeJoin',
      'subscription',
      'assign',
      'assigned work of 2',
    ]);
  });

  it('survives lost heartbeats that are fewer than the session allows', async () => {
    await joined();
    let beats = 0;
    kafka.answers.Heartbeat = () => {
      beats += 1;
      if (beats < 4) throw connectionLost();
      return codeAnswer(0).finish();
    };
    await seconds(60);
    expect(handler.take()).toEqual([]);
    // Each lost connection makes it look for the coordinator again.
    expect(kafka.last('Heartbeat')?.node).toBe(4);
  });

  it('counts the session from when the acknowledged heartbeat was sent', async () => {
    await joined();
    const slow = gate<Buffer>();
    let beats = 0;
    kafka.answers.Heartbeat = () => {
      beats += 1;
      if (beats === 1) return slow.promise;
      throw connectionLost();
    };
    await seconds(9);
    slow.open(codeAnswer(0).finish());
    await seconds(3.9);
    expect(member.overdue()).toBe(false);
    await seconds(0.2);
    expect(member.overdue()).toBe(true);
  });

  it('waits for assigned, whose work it lost, before it says so; the error of that work is no failure', async () => {
    await joined();
    const restoring = gate();
    handler.hooks.assigned = () => restoring.promise;
    member.rejoin('test');
    await seconds(1);
    kafka.codes.Heartbeat = UNKNOWN_MEMBER;
    await seconds(5);
    expect(handler.take()).not.toContain('lost');
    handler.hooks = {};
    kafka.codes.Heartbeat = 0;
    restoring.fail(new BrokerError('fenced', 'commit of revoked work'));
    await seconds(1);
    expect(handler.take()).toEqual(['lost', 'beforeJoin', 'subscription', 'assign', 'assigned work of 3']);
    expect(handler.failure).toBeNull();
  });

  it('ignores the answer to a heartbeat of an earlier generation', async () => {
    await joined();
    const late = gate<Buffer>();
    kafka.answers.Heartbeat = () => late.promise;
    await seconds(3);
    member.rejoin('test');
    await seconds(1);
    kafka.answers = {};
    late.open(codeAnswer(ILLEGAL_GENERATION).finish());
    await seconds(30);
    expect(handler.take()).not.toContain('lost');
  });

  it('keeps what it has while the join of a rebalance finds no coordinator', async () => {
    await joined();
    kafka.answers.JoinGroup = () => {
      throw connectionLost();
    };
    kafka.answers.Heartbeat = kafka.answers.JoinGroup;
    member.rejoin('test');
    await seconds(60);
    expect(handler.take()).toEqual(['beforeJoin', 'subscription']);
    expect(member.overdue()).toBe(true);
    kafka.answers = {};
    await seconds(4);
    expect(handler.take()).toEqual(['assign', 'assigned work of 2']);
    expect(member.overdue()).toBe(false);
  });
});

describe('the end', () => {
  it('is final for a fenced static member', async () => {
    await joined();
    kafka.codes.Heartbeat = FENCED_INSTANCE;
    await seconds(3);
    expect(handler.take()).toEqual(['failed']);
    expect(handler.failure).toMatchObject({ class: 'fenced', kafkaCode: FENCED_INSTANCE });
    const calls = kafka.calls.length;
    await seconds(60);
    expect(kafka.calls.length).toBe(calls);
  });

  it('leaves while JoinGroup is parked, and calls nobody any more', async () => {
    await joined();
    kafka.answers.JoinGroup = () => new Promise(() => undefined);
    member.rejoin('test');
    await seconds(1);
    handler.take();
    await member.close({ leave: true });
    expect(kafka.last('LeaveGroup')).toMatchObject({ memberId: 'm1', role: 'group-heartbeat' });
    await seconds(60);
    expect(handler.take()).toEqual([]);
    expect(kafka.count('Heartbeat')).toBe(0);
  });

  it('does not leave unless asked to', async () => {
    await joined();
    await member.close({ leave: false });
    expect(kafka.count('LeaveGroup')).toBe(0);
    await seconds(60);
    expect(kafka.count('Heartbeat')).toBe(0);
  });

  it('closes although the broker does not take the leave', async () => {
    await joined();
    kafka.codes.LeaveGroup = UNKNOWN_MEMBER;
    await member.close({ leave: true });
    expect(kafka.count('LeaveGroup')).toBe(1);
  });

  it('closes while assigned runs, and does not go on after it', async () => {
    await joined();
    const restoring = gate();
    handler.hooks.assigned = () => restoring.promise;
    member.rejoin('test');
    await seconds(1);
    await member.close({ leave: true });
    handler.take();
    restoring.open();
    await seconds(60);
    expect(handler.take()).toEqual([]);
  });

  it('goes no step further however closely it is closed after a step', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const other = new NotingHandler();
      const short = new ClassicMember(new FakeCoordinator().open, OPTIONS, other, silentLogger);
      await short.start();
      other.hooks.beforeJoin = async () => {
        const closing = (async () => {
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          const before = other.take().length;
          await short.close({ leave: false });
          return before;
        })();
        await Promise.resolve();
        void closing;
      };
      short.rejoin('test');
      await seconds(1);
      expect(other.take()).toEqual([]);
    }
  });

  it('rejects a start that is under way', async () => {
    kafka.answers.JoinGroup = () => new Promise(() => undefined);
    const starting = expect(member.start()).rejects.toMatchObject({
      message: expect.stringContaining('closed') as string,
    });
    await seconds(1);
    await member.close({ leave: false });
    await starting;
    await expect(member.start()).rejects.toThrow('was started before');
  });
});
