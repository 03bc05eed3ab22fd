import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { assignTasks } from '../../src/group/assignor.js';
import { taskId, type MemberClaim, type TaskId } from '../../src/group/ownership.js';

const NEW: MemberClaim = { processId: 'p', generation: -1, owned: [], onDisk: [], shutdown: false };
const tasks = (subTopologies: number, partitions: number): TaskId[] =>
  Array.from({ length: subTopologies * partitions }, (_, i) => taskId(Math.floor(i / partitions), i % partitions));
const claim = (owned: readonly TaskId[], more: Partial<MemberClaim> = {}): MemberClaim => ({
  ...NEW,
  generation: 1,
  owned,
  ...more,
});

/** Runs rounds as a group would until nothing changes; returns how many it took. */
function settle(all: readonly TaskId[], members: Map<string, MemberClaim>): number {
  for (let round = 1; ; round++) {
    const dealt = assignTasks(all, members);
    let changed = false;
    for (const [memberId, { active }] of dealt) {
      const before = members.get(memberId) as MemberClaim;
      if ([...before.owned].sort().join() !== [...active].sort().join()) changed = true;
      members.set(memberId, { ...before, generation: round + 1, owned: active, ...sinceThen(before, active) });
    }
    if (!changed) return round;
    if (round > 10) throw new Error('the group does not settle');
  }
}

/** A round takes a second. What is new has not been restored by the next one. */
function sinceThen({ owned, opening = [], left = {} }: MemberClaim, active: readonly TaskId[]): Partial<MemberClaim> {
  const ran = owned.filter((task) => !opening.includes(task));
  const gone = ran.filter((task) => !active.includes(task)).map((task) => [task, 0] as const);
  const longer = Object.entries(left).map(([task, ago]) => [task, ago + 1_000] as const);
  return {
    opening: active.filter((task) => !owned.includes(task)),
    left: Object.fromEntries(
      [...longer, ...gone].filter(([task]) => !ran.includes(task as TaskId) || !active.includes(task as TaskId)),
    ),
  };
}

describe('assignTasks', () => {
  it('gives a single member everything', () => {
    expect(assignTasks(tasks(1, 4), new Map([['a', NEW]])).get('a')?.active).toEqual(tasks(1, 4));
  });

  it('withholds tasks from a newcomer until their owner has let them go', () => {
    const members = new Map([
      ['a', claim(tasks(1, 4))],
      ['b', NEW],
    ]);
    const first = assignTasks(tasks(1, 4), members);
    expect(first.get('a')?.active).toEqual(['0_0', '0_1']);
    expect(first.get('b')?.active).toEqual([]);
    members.set('a', claim(['0_0', '0_1']));
    expect(assignTasks(tasks(1, 4), members).get('b')?.active).toEqual(['0_2', '0_3']);
  });

  it('believes the newer generation when two members claim a task', () => {
    const dealt = assignTasks(
      ['0_0'],
      new Map([
        ['a', claim(['0_0'], { generation: 3 })],
        ['b', claim(['0_0'], { generation: 5 })],
      ]),
    );
    expect(dealt.get('b')?.active).toEqual(['0_0']);
    expect(dealt.get('a')?.active).toEqual([]);
  });

  it('prefers a member that has the state on disk', () => {
    const members = new Map([
      ['a', NEW],
      ['b', { ...NEW, onDisk: ['0_0', '0_1'] as TaskId[] }],
      ['c', { ...NEW, onDisk: ['0_3'] as TaskId[] }],
    ]);
    const dealt = assignTasks(tasks(1, 6), members);
    expect(dealt.get('b')?.active).toEqual(['0_0', '0_1']);
    expect(dealt.get('c')?.active).toContain('0_3');
  });

  describe('of a task that nobody runs', () => {
    const [ran, before]: Partial<MemberClaim>[] = [{ left: { '0_0': 10, '0_1': 10 } }, { left: { '0_0': 600_000 } }];
    const onDisk: TaskId[] = ['0_0', '0_1'];

    it('prefers the member that ran it last to others that have it on disk', () => {
      const members = new Map([
        ['a', { ...NEW, ...before, onDisk }],
        ['b', { ...NEW, ...ran, onDisk }],
      ]);
      expect(assignTasks(tasks(1, 2), members).get('b')?.active).toContain('0_0');
    });

    it('takes it from one that has begun to restore it', () => {
      // The first one back after all were put out had all tasks for a moment.
      const all = tasks(1, 4);
      const members = new Map([
        ['a', claim(all, { opening: all, left: { '0_2': 10, '0_3': 10 }, onDisk: all })],
        ['b', { ...NEW, ...ran, onDisk }],
      ]);
      const dealt = assignTasks(all, members);
      expect(dealt.get('a')?.active).toEqual(['0_2', '0_3']);
      expect(dealt.get('b')?.active).toEqual([]);
      members.set('a', claim(['0_2', '0_3'], { opening: ['0_2', '0_3'], left: { '0_2': 10, '0_3': 10 }, onDisk: all }));
      expect(assignTasks(all, members).get('b')?.active).toEqual(['0_0', '0_1']);
    });

    it('leaves it to one that restores it where nobody else ran it, and to one that runs it in any case', () => {
      const members = new Map([
        ['a', claim(['0_0', '0_1'], { opening: ['0_0'], onDisk })],
        ['b', claim(['0_2', '0_3'], { left: { '0_1': 10 }, onDisk })],
      ]);
      expect(assignTasks(tasks(1, 4), members).get('a')?.active).toEqual(['0_0', '0_1']);
    });
  });

  it('spreads every sub-topology', () => {
    const dealt = assignTasks(
      tasks(2, 4),
      new Map([
        ['a', NEW],
        ['b', NEW],
      ]),
    );
    for (const { active } of dealt.values()) {
      expect(active.filter((id) => id.startsWith('0_'))).toHaveLength(2);
      expect(active.filter((id) => id.startsWith('1_'))).toHaveLength(2);
    }
  });

  it('forgets tasks that are no more', () => {
    expect(assignTasks(tasks(1, 2), new Map([['a', claim(['0_0', '7_7'])]])).get('a')?.active).toEqual(['0_0', '0_1']);
  });

  it('always settles even, complete, without double owners, and moves no more than it must', () => {
    const scenario = fc.record({
      subTopologies: fc.integer({ min: 1, max: 3 }),
      partitions: fc.integer({ min: 1, max: 9 }),
      members: fc.integer({ min: 1, max: 6 }),
      leave: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(scenario, ({ subTopologies, partitions, members: count, leave }) => {
        const all = tasks(subTopologies, partitions);
        const members = new Map<string, MemberClaim>(Array.from({ length: count }, (_, i) => [`m${String(i)}`, NEW]));
        settle(all, members);
        if (leave < count && count > 1) members.delete(`m${String(leave)}`);
        const before = new Map([...members].map(([id, { owned }]) => [id, owned]));
        settle(all, members);
        const dealt = [...members.values()].flatMap(({ owned }) => owned);
        expect([...dealt].sort()).toEqual([...all].sort());
        const sizes = [...members.values()].map(({ owned }) => owned.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const [id, owned] of before) {
          const kept = owned.filter((task) => members.get(id)?.owned.includes(task));
          expect(kept.length).toBe(owned.length);
        }
      }),
    );
  });
});
