import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskId } from '../../../src/group/ownership.js';
import { silentLogger } from '../../../src/observe/logger.js';
import type { Task } from '../../../src/task/task.js';
import type { EpochOutcome } from '../../../src/worker/loop/epoch-keeper.js';
import { TaskSet } from '../../../src/worker/loop/task-set.js';

let steps: string[];
let outcome: EpochOutcome;
let waiting: Set<string>;
let failures: unknown[];
/** Openings that wait until the test lets them go on, by task. */
let gates: Map<string, () => void>;
let gated: boolean;

beforeEach(() => {
  steps = [];
  outcome = 'committed';
  waiting = new Set();
  failures = [];
  gates = new Map();
  gated = false;
});

function taskOf(id: string): Task {
  return {
    id,
    partitions: [],
    pending: 0,
    isWaiting: () => waiting.has(id),
    state: { writeNext: () => steps.push(`${id} leaves nothing to write`) },
    countInto: () => undefined,
    finishPending: () => Promise.resolve(),
    close: () => {
      steps.push(`${id} closes`);
      return Promise.resolve();
    },
  } as unknown as Task;
}

function setOf(exact = true): TaskSet {
  const nothing = (): void => undefined;
  return new TaskSet({
    open: async (id, cancel) => {
      steps.push(`${id} opens`);
      if (gated) await new Promise<void>((go) => gates.set(id, go));
      cancel.throwIfAborted();
      return taskOf(id);
    },
    reader: { assign: nothing, unassign: nothing } as never,
    commits: {
      finish: (tasks: readonly Task[]) => {
        steps.push(`commits ${tasks.map(({ id }) => id).join(' ')}`);
        return Promise.resolve(outcome);
      },
      idle: () => Promise.resolve(),
    } as never,
    abandon: (tasks) => steps.push(`abandons ${tasks.map(({ id }) => id).join(' ')}`),
    exact,
    maxQueueBytes: 1,
    asyncDrainTimeoutMs: 1,
    logger: silentLogger,
    changed: nothing,
    failed: (error) => failures.push(error),
  });
}

const running = ({ running: tasks }: TaskSet): string[] => tasks.map(({ id }) => id);
const IDS: TaskId[] = ['0_0', '0_1'];

async function openSet(exact = true): Promise<TaskSet> {
  const set = setOf(exact);
  set.open(IDS);
  await vi.waitFor(() => expect(running(set)).toEqual(IDS));
  steps = [];
  return set;
}

describe('tasks of an instance', () => {
  it('are closed as they are and opened again once the transactions go on', async () => {
    const set = await openSet();
    let go: (kept: boolean) => void = () => undefined;
    const replayed = set.replay(() => new Promise<boolean>((resolve) => (go = resolve)));
    expect(running(set)).toEqual([]);
    expect(set.owned).toEqual(IDS);
    await vi.waitFor(() => expect(steps).toEqual(['0_0 closes', '0_1 closes']));
    set.open(['0_2']);
    go(true);
    expect(await replayed).toBe(true);
    await vi.waitFor(() => expect(running(set)).toEqual(['0_0', '0_1', '0_2']));
    expect(steps.slice(2)).toEqual(['0_0 opens', '0_1 opens', '0_2 opens']);
    expect(failures).toEqual([]);
  });

  it('are not opened again when they are not ours any more', async () => {
    const set = await openSet();
    expect(await set.replay(() => Promise.resolve(false))).toBe(false);
    await vi.waitFor(() => expect(set.owned).toEqual([]));
    expect(steps).toEqual(['0_0 closes', '0_1 closes']);
    expect(failures).toEqual([]);
  });

  it('that are being opened are opened anew, since they would write to a transaction that is lost', async () => {
    gated = true;
    const set = setOf();
    set.open(['0_0']);
    await vi.waitFor(() => expect(gates.has('0_0')).toBe(true));
    const replayed = set.replay(() => Promise.resolve(true));
    gates.get('0_0')?.();
    await replayed;
    gated = false;
    await vi.waitFor(() => expect(steps).toEqual(['0_0 opens', '0_0 opens']));
    gates.get('0_0')?.();
    await vi.waitFor(() => expect(running(set)).toEqual(['0_0']));
  });

  it('that are opened anew are still known as being opened, and are not opened once more beside it', async () => {
    gated = true;
    const set = setOf();
    set.open(['0_0']);
    await vi.waitFor(() => expect(gates.has('0_0')).toBe(true));
    const replayed = set.replay(() => Promise.resolve(true));
    gates.get('0_0')?.();
    await replayed;
    await vi.waitFor(() => expect(steps).toEqual(['0_0 opens', '0_0 opens']));
    // What the first opening leaves behind is not the place of the second one.
    expect(set.owned).toEqual(['0_0']);
    const lost = set.abandon();
    gates.get('0_0')?.();
    await lost;
    expect(set.owned).toEqual([]);
    expect(running(set)).toEqual([]);
  });

  it('that are given up in the midst of a replay are not opened', async () => {
    const set = await openSet();
    let go: (kept: boolean) => void = () => undefined;
    const replayed = set.replay(() => new Promise<boolean>((resolve) => (go = resolve)));
    const closed = set.close(['0_0']);
    await vi.waitFor(() => expect(steps).toHaveLength(2));
    go(true);
    await replayed;
    await closed;
    await vi.waitFor(() => expect(running(set)).toEqual(['0_1']));
  });

  it('are closed without an error when their last transaction is lost', async () => {
    const set = await openSet();
    outcome = 'aborted';
    await set.close(['0_0']);
    expect(steps).toEqual(['0_0 leaves nothing to write', 'commits 0_0', '0_0 closes']);
  });

  it.each([
    { exact: true, taken: ['abandons 0_0', '0_0 closes'] },
    { exact: false, taken: ['0_0 closes'] },
  ])(
    'whose promise is waited for take what they wrote with them only where it would be committed: $exact',
    async ({ exact, taken }) => {
      const set = await openSet(exact);
      waiting.add('0_0');
      await set.close(['0_0']);
      expect(steps.filter((step) => step !== '0_0 leaves nothing to write')).toEqual(taken);
    },
  );
});
