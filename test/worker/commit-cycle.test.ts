import { describe, expect, it } from 'vitest';
import type { BatchProducer, CommittedOffset, FlushedOffsets, GroupMember } from '../../src/broker/port.js';
import { CommitMetrics } from '../../src/observe/instance-metrics.js';
import type { Task } from '../../src/task/task.js';
import { systemClock } from '../../src/time/clock.js';
import { CommitCycle } from '../../src/worker/commit-cycle.js';

/** Steps in the order in which they happened; `gate` holds a step until it is opened. */
class Steps {
  readonly done: string[] = [];
  private readonly gates = new Map<string, () => void>();

  async reach(step: string, gated = false): Promise<void> {
    this.done.push(step);
    if (gated) await new Promise<void>((open) => this.gates.set(step, open));
  }

  open(step: string): void {
    this.gates.get(step)?.();
  }
}

const OFFSET: CommittedOffset = { topic: 'in', partition: 0, offset: 5, metadata: '' };
const FLUSHED: FlushedOffsets = { lastOffset: () => 1 };

function taskOf(
  name: string,
  steps: Steps,
  options: { unsettledOnce?: boolean; idle?: boolean; waits?: boolean } = {},
): Task {
  let unsettled = options.unsettledOnce ?? false;
  let waits = options.waits ?? false;
  return {
    needsCommit: options.idle !== true,
    flush: async () => {
      if (waits) await steps.reach(`${name} rests`);
      waits = false;
      steps.done.push(`${name} flushes`);
    },
    get unsettled() {
      return unsettled;
    },
    settle: () => {
      unsettled = false;
      steps.done.push(`${name} settles`);
      return Promise.resolve();
    },
    sealEpoch: () => {
      steps.done.push(`${name} seals`);
      return [OFFSET];
    },
    writeEpoch: () => steps.reach(`${name} writes`),
  } as unknown as Task;
}

function cycleOf(
  steps: Steps,
  options: {
    gatedFlush?: boolean;
    commit?: () => Promise<void>;
    overdue?: () => boolean;
    confirmed?: () => Promise<void>;
  } = {},
): CommitCycle {
  const producer = {
    flush: async () => {
      await steps.reach('producer flushes', options.gatedFlush);
      return FLUSHED;
    },
  } as unknown as BatchProducer;
  const member = {
    commit: options.commit ?? (() => steps.reach('offsets')),
    overdue: options.overdue ?? (() => false),
    confirmed: options.confirmed ?? (() => Promise.resolve()),
  } as unknown as GroupMember;
  return new CommitCycle(producer, member, systemClock, new CommitMetrics(), () => undefined);
}

describe('CommitCycle', () => {
  it('flushes and seals all tasks at once, then waits for acknowledgements, offsets, and disk, in this order', async () => {
    const steps = new Steps();
    await cycleOf(steps).commit([taskOf('a', steps), taskOf('b', steps)]);
    expect(steps.done).toEqual([
      'a flushes',
      'b flushes',
      'a seals',
      'b seals',
      'producer flushes',
      'offsets',
      'a writes',
      'b writes',
    ]);
  });

  it('flushes again after topics were looked up, so that nothing processed meanwhile is sealed unflushed', async () => {
    const steps = new Steps();
    await cycleOf(steps).commit([taskOf('a', steps, { unsettledOnce: true })]);
    expect(steps.done.slice(0, 4)).toEqual(['a flushes', 'a settles', 'a flushes', 'a seals']);
  });

  it('waits for what a task has begun', async () => {
    const steps = new Steps();
    await cycleOf(steps).commit([taskOf('a', steps, { waits: true }), taskOf('b', steps)]);
    expect(steps.done.slice(0, 5)).toEqual(['a rests', 'a flushes', 'b flushes', 'a seals', 'b seals']);
  });

  it('seals nothing while the member is overdue, and flushes again after that', async () => {
    const steps = new Steps();
    let overdue = false;
    const cycle = cycleOf(steps, {
      overdue: () => overdue,
      confirmed: async () => {
        await steps.reach('asks', overdue);
      },
    });
    const settles = taskOf('a', steps, { unsettledOnce: true });
    const settle = settles.settle.bind(settles);
    // It becomes overdue while a topic is looked up.
    settles.settle = () => {
      overdue = true;
      return settle();
    };
    const commit = cycle.commit([settles]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps.done).toEqual(['asks', 'a flushes', 'a settles', 'a flushes', 'asks']);
    overdue = false;
    steps.open('asks');
    await commit;
    expect(steps.done.slice(5, 8)).toEqual(['a flushes', 'a seals', 'producer flushes']);
  });

  it('commits nothing of a member that is out', async () => {
    const steps = new Steps();
    const cycle = cycleOf(steps, { confirmed: () => Promise.reject(new Error('out')) });
    await expect(cycle.commit([taskOf('a', steps)])).rejects.toThrow('out');
    expect(steps.done).toEqual([]);
  });

  it('leaves out tasks that did nothing', async () => {
    const steps = new Steps();
    await cycleOf(steps).commit([taskOf('a', steps, { idle: true })]);
    expect(steps.done).toEqual([]);
  });

  it('runs one commit after the other', async () => {
    const steps = new Steps();
    const cycle = cycleOf(steps, { gatedFlush: true });
    const first = cycle.commit([taskOf('a', steps)]);
    const second = cycle.commit([taskOf('b', steps)]);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cycle.busy).toBe(true);
    expect(steps.done).toEqual(['a flushes', 'a seals', 'producer flushes']);
    steps.open('producer flushes');
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    steps.open('producer flushes');
    await second;
    expect(steps.done.slice(3)).toEqual([
      'offsets',
      'a writes',
      'b flushes',
      'b seals',
      'producer flushes',
      'offsets',
      'b writes',
    ]);
  });

  it('writes nothing to disk when the offsets were refused, and the next commit has its turn all the same', async () => {
    const steps = new Steps();
    let refuse = true;
    const cycle = cycleOf(steps, {
      commit: () => (refuse ? Promise.reject(new Error('refused')) : steps.reach('offsets')),
    });
    await expect(cycle.commit([taskOf('a', steps)])).rejects.toThrow('refused');
    expect(steps.done).not.toContain('a writes');
    refuse = false;
    await cycle.commit([taskOf('b', steps)]);
    expect(steps.done.slice(-1)).toEqual(['b writes']);
  });
});
