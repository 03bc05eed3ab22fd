import { describe, expect, it } from 'vitest';
import type { GroupMember } from '../../../src/broker/port.js';
import type { Task } from '../../../src/task/task.js';
import { CommitCycle } from '../../../src/worker/loop/commit-cycle.js';
import type { EpochKeeper, EpochOutcome, SealedEpoch } from '../../../src/worker/loop/epoch-keeper.js';

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

function taskOf(
  name: string,
  steps: Steps,
  options: { unsettledOnce?: boolean; idle?: boolean; waits?: boolean } = {},
): Task {
  let unsettled = options.unsettledOnce ?? false;
  let waits = options.waits ?? false;
  return {
    id: name,
    needsCommit: options.idle !== true,
    pending: 0,
    drain: () => {
      steps.done.push(`${name} drains`);
      return Promise.resolve();
    },
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
    seal: () => {
      steps.done.push(`${name} seals`);
      return Promise.resolve([]);
    },
  } as unknown as Task;
}

class Keeper implements EpochKeeper {
  together = false;
  lost = false;
  pending = false;
  outcome: EpochOutcome = 'committed';
  readonly behind = new Map<Task, Promise<void>>();

  constructor(
    private readonly steps: Steps,
    private readonly keeping: () => Promise<void>,
  ) {}

  isBehind = (task: Task): boolean => this.behind.has(task);
  caughtUp = (task: Task): Promise<void> => this.behind.get(task) ?? Promise.resolve();
  idle = async (): Promise<void> => {
    await Promise.all(this.behind.values());
  };

  async keep(sealed: readonly SealedEpoch[]): Promise<EpochOutcome> {
    this.steps.done.push(`kept ${sealed.map(({ task }) => task.id).join(' ')}`);
    await this.keeping();
    return this.outcome;
  }
}

interface CycleOptions {
  readonly keep?: () => Promise<void>;
  readonly overdue?: () => boolean;
  readonly confirmed?: () => Promise<void>;
  readonly all?: () => readonly Task[];
  readonly released?: () => void;
}

function keptCycle(steps: Steps, options: CycleOptions = {}): { cycle: CommitCycle; keeper: Keeper } {
  const member: Pick<GroupMember, 'overdue' | 'confirmed'> = {
    overdue: options.overdue ?? (() => false),
    confirmed: options.confirmed ?? (() => Promise.resolve()),
  };
  const keeper = new Keeper(steps, options.keep ?? (() => Promise.resolve()));
  return { cycle: new CommitCycle(member, keeper, options.all, options.released), keeper };
}

function cycleOf(steps: Steps, options?: CycleOptions): CommitCycle {
  return keptCycle(steps, options).cycle;
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('CommitCycle', () => {
  it('flushes and seals all tasks at once, before any of it is made durable', async () => {
    const steps = new Steps();
    await cycleOf(steps).commit([taskOf('a', steps), taskOf('b', steps)]);
    expect(steps.done).toEqual(['a flushes', 'b flushes', 'a seals', 'b seals', 'kept a b']);
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
    expect(steps.done.slice(5, 8)).toEqual(['a flushes', 'a seals', 'kept a']);
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
    let open: () => void = () => undefined;
    const cycle = cycleOf(steps, { keep: () => new Promise((resolve) => (open = resolve)) });
    const first = cycle.commit([taskOf('a', steps)]);
    const second = cycle.commit([taskOf('b', steps)]);
    await turns();
    expect(cycle.busy).toBe(true);
    expect(steps.done).toEqual(['a flushes', 'a seals', 'kept a']);
    open();
    await first;
    await turns();
    open();
    await second;
    expect(steps.done.slice(3)).toEqual(['b flushes', 'b seals', 'kept b']);
    await turns();
    expect(cycle.busy).toBe(false);
  });

  it('gives the next commit its turn when one fails', async () => {
    const steps = new Steps();
    let refuse = true;
    const cycle = cycleOf(steps, { keep: () => (refuse ? Promise.reject(new Error('refused')) : Promise.resolve()) });
    await expect(cycle.commit([taskOf('a', steps)])).rejects.toThrow('refused');
    refuse = false;
    await cycle.commit([taskOf('b', steps)]);
    expect(steps.done.at(-1)).toBe('kept b');
  });

  it('leaves out tasks that are behind', async () => {
    const steps = new Steps();
    const { cycle, keeper } = keptCycle(steps);
    const [a, b] = [taskOf('a', steps), taskOf('b', steps)];
    keeper.behind.set(a, new Promise(() => undefined));
    await cycle.commit([a, b]);
    expect(steps.done).toEqual(['b flushes', 'b seals', 'kept b']);
  });

  it('finishes each task when it has caught up, the others at once', async () => {
    const steps = new Steps();
    const { cycle, keeper } = keptCycle(steps);
    const [a, b] = [taskOf('a', steps), taskOf('b', steps)];
    let catchUp: () => void = () => undefined;
    keeper.behind.set(
      a,
      new Promise((resolve) => {
        catchUp = () => {
          keeper.behind.delete(a);
          resolve();
        };
      }),
    );
    let done = false;
    const finished = cycle.finish([a, b]).then(() => (done = true));
    await turns();
    expect(steps.done).toEqual(['b flushes', 'b seals', 'kept b']);
    expect(done).toBe(false);
    catchUp();
    await finished;
    expect(steps.done.slice(3)).toEqual(['a flushes', 'a seals', 'kept a']);
  });

  it('tells the failure of a task that was behind to who wants it finished, after the others are done', async () => {
    const steps = new Steps();
    const { cycle, keeper } = keptCycle(steps);
    const [a, b] = [taskOf('a', steps), taskOf('b', steps)];
    const failing = Promise.reject(new Error('dropped'));
    failing.catch(() => undefined);
    keeper.behind.set(a, failing);
    await expect(cycle.finish([a, b])).rejects.toThrow('dropped');
    expect(steps.done).toEqual(['b flushes', 'b seals', 'kept b']);
  });

  describe('of tasks whose epochs are one', () => {
    it('seals all of them, whichever is asked for, after nothing of a record is left to come', async () => {
      const steps = new Steps();
      const [a, b] = [taskOf('a', steps), taskOf('b', steps)];
      const { cycle, keeper } = keptCycle(steps, { all: () => [a, b] });
      keeper.together = true;
      expect(await cycle.finish([a])).toBe('committed');
      expect(steps.done).toEqual(['a drains', 'b drains', 'a flushes', 'b flushes', 'a seals', 'b seals', 'kept a b']);
    });

    it('closes the epoch for all from before the first flush until it is kept, and for none where each has its own', async () => {
      for (const together of [true, false]) {
        const steps = new Steps();
        const a = taskOf('a', steps);
        const seen: boolean[] = [];
        let released = 0;
        const { cycle, keeper } = keptCycle(steps, { all: () => [a], released: () => (released += 1) });
        keeper.together = together;
        for (const step of ['flush', 'seal'] as const) {
          const before = a[step].bind(a);
          a[step] = (() => {
            seen.push(cycle.closesAll);
            return before();
          }) as never;
        }
        await cycle.commit([a]);
        seen.push(cycle.closesAll);
        expect(seen).toEqual([together, together, false]);
        expect(released).toBe(together ? 2 : 1);
      }
    });

    it('opens it again when a commit fails', async () => {
      const steps = new Steps();
      const a = taskOf('a', steps);
      a.seal = () => Promise.reject(new Error('refused'));
      const { cycle, keeper } = keptCycle(steps, { all: () => [a] });
      keeper.together = true;
      await expect(cycle.commit([a])).rejects.toThrow('refused');
      expect(cycle.closesAll).toBe(false);
    });

    it('takes along what a task does while the coordinator is asked, and what asynchronous functions are at', async () => {
      const steps = new Steps();
      const [a, b, c] = [taskOf('a', steps), taskOf('b', steps, { idle: true }), taskOf('c', steps, { idle: true })];
      const { cycle, keeper } = keptCycle(steps, {
        all: () => [a, b, c],
        confirmed: () => Promise.resolve(void Object.assign(b, { needsCommit: true })),
      });
      keeper.together = true;
      Object.assign(c, { pending: 1, drain: () => Promise.resolve(void Object.assign(c, { pending: 0 })) });
      await cycle.commit([a]);
      expect(steps.done.at(-1)).toBe('kept a b c');
    });

    it('tells what became of them', async () => {
      const steps = new Steps();
      const a = taskOf('a', steps);
      const { cycle, keeper } = keptCycle(steps, { all: () => [a] });
      keeper.together = true;
      keeper.outcome = 'fenced';
      expect(await cycle.commit([a])).toBe('fenced');
      expect(await cycle.finish([a])).toBe('fenced');
    });

    it('commits what belongs to no task', async () => {
      const steps = new Steps();
      const { cycle, keeper } = keptCycle(steps);
      keeper.together = true;
      await cycle.commit([]);
      expect(steps.done).toEqual([]);
      keeper.pending = true;
      await cycle.commit([]);
      expect(steps.done).toEqual(['kept ']);
    });

    it('does not fail of what is given up already, but of everything else', async () => {
      const steps = new Steps();
      const a = taskOf('a', steps);
      a.flush = () => Promise.reject(new Error('its writer has ended'));
      const { cycle, keeper } = keptCycle(steps, { all: () => [a] });
      keeper.together = true;
      await expect(cycle.commit([a])).rejects.toThrow('its writer has ended');
      keeper.lost = true;
      expect(await cycle.commit([a])).toBe('aborted');
    });
  });
});
