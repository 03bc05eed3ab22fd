import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommittedOffset, FlushedOffsets } from '../../../src/broker/port.js';
import { BrokerError } from '../../../src/errors/broker-error.js';
import { CommitMetrics } from '../../../src/observe/instance-metrics.js';
import { silentLogger } from '../../../src/observe/logger.js';
import type { Task } from '../../../src/task/task.js';
import { AtLeastOnce } from '../../../src/worker/loop/at-least-once.js';
import type { SealedEpoch } from '../../../src/worker/loop/epoch-keeper.js';

const FLUSHED: FlushedOffsets = { lastOffset: () => 1 };

let steps: string[];
let failures: Error[];
let purged: (readonly CommittedOffset[])[];
let metrics: CommitMetrics;
let keeper: AtLeastOnce;
let refusal: Error | null;

beforeEach(() => {
  vi.useFakeTimers();
  steps = [];
  failures = [];
  purged = [];
  refusal = null;
  metrics = new CommitMetrics();
  keeper = new AtLeastOnce({
    member: {
      commit: (offsets) => {
        steps.push(`commits ${offsets.map(({ topic }) => topic).join(' ')}`);
        return refusal === null ? Promise.resolve() : Promise.reject(refusal);
      },
    },
    metrics,
    now: () => performance.now(),
    logger: silentLogger,
    committed: (offsets) => purged.push(offsets),
    failed: (error) => failures.push(error),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A task whose flush ends when the test says so. */
function sealed(name: string): SealedEpoch & { readonly arrive: () => void; readonly refuse: (error: Error) => void } {
  let [arrive, refuse]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const flushed = new Promise<FlushedOffsets>((resolve, reject) => {
    arrive = () => {
      resolve(FLUSHED);
    };
    refuse = reject;
  });
  const task = {
    id: name,
    retrying: false,
    writer: { flush: () => flushed },
    writeEpoch: (offsets: FlushedOffsets) => {
      expect(offsets).toBe(FLUSHED);
      steps.push(`${name} writes`);
    },
  } as unknown as Task;
  return { task, offsets: [{ topic: name, partition: 0, offset: 5, metadata: '' }], arrive, refuse };
}
const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
};
const fenced = (): BrokerError => new BrokerError('fenced', 'abandoned');

describe('at-least-once', () => {
  it('commits all that were sealed together with one request, once the last is acknowledged, and then writes', async () => {
    const [a, b] = [sealed('a'), sealed('b')];
    const kept = keeper.keep([a, b]);
    a.arrive();
    await pass(900);
    expect(steps).toEqual([]);
    b.arrive();
    await kept;
    expect(steps).toEqual(['commits a b', 'a writes', 'b writes']);
    expect(purged).toEqual([[...a.offsets, ...b.offsets]]);
    expect(metrics.commits).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not let a task wait for the broker of another one', async () => {
    const [a, b, c] = [sealed('a'), sealed('b'), sealed('c')];
    const kept = keeper.keep([a, b, c]);
    a.arrive();
    await pass(1_100);
    await kept;
    expect(steps).toEqual(['commits a', 'a writes']);
    expect([a, b, c].map(({ task }) => keeper.isBehind(task))).toEqual([false, true, true]);
    // The next epoch of a does not wait either.
    const next = sealed('a2');
    next.arrive();
    await keeper.keep([next]);
    expect(steps.slice(2)).toEqual(['commits a2', 'a2 writes']);
    // Those that come back together need one request only.
    b.arrive();
    c.arrive();
    const caughtUp = keeper.caughtUp(c.task);
    await pass(50);
    await caughtUp;
    expect(steps.slice(4)).toEqual(['commits b c', 'b writes', 'c writes']);
    expect(keeper.isBehind(b.task)).toBe(false);
    await keeper.idle();
  });

  it('lets the next commit begin when no broker answers', async () => {
    const a = sealed('a');
    const kept = keeper.keep([a]);
    await pass(1_100);
    await kept;
    expect(steps).toEqual([]);
    expect(keeper.isBehind(a.task)).toBe(true);
  });

  it('writes nothing to disk when the offsets were refused', async () => {
    const a = sealed('a');
    refusal = new Error('refused');
    a.arrive();
    await expect(keeper.keep([a])).rejects.toThrow('refused');
    expect(steps).toEqual(['commits a']);
  });

  it('commits the others when the flush of one fails, and then says so', async () => {
    const [a, b] = [sealed('a'), sealed('b')];
    const kept = keeper.keep([a, b]);
    a.refuse(fenced());
    b.arrive();
    await expect(kept).rejects.toMatchObject({ class: 'fenced' });
    expect(steps).toEqual(['commits b', 'b writes']);
  });

  it('tells the failure of one that was left behind, unless it was given up', async () => {
    const [a, b] = [sealed('a'), sealed('b')];
    void keeper.keep([a, b]);
    await pass(1_100);
    const outcome = expect(keeper.caughtUp(a.task)).rejects.toThrow('abandoned');
    a.refuse(fenced());
    await outcome;
    expect(failures).toEqual([]);
    const fatal = new BrokerError('fatal', 'undeliverable');
    b.refuse(fatal);
    await keeper.idle();
    expect(failures).toEqual([fatal]);
    expect(keeper.isBehind(b.task)).toBe(false);
  });
});
