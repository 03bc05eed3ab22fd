import { describe, expect, it } from 'vitest';
import { kinds } from './kinds/all.js';
import { drawPlan, type RunPlan } from './plan.js';
import { shrinkPlan } from './shrink.js';

const plan = drawPlan(5, { guarantee: 'exactly_once_v2', brokers: 3, kinds, faults: 8, loadMs: 28_000 });
const [second, sixth] = [plan.faults[1]!, plan.faults[5]!];

/** A run that fails when these faults are in it, and counts how often it was run. */
function failingWith(...needed: readonly unknown[]): { fails: (given: RunPlan) => Promise<boolean>; runs: RunPlan[] } {
  const runs: RunPlan[] = [];
  return {
    runs,
    fails: (given) => {
      runs.push(given);
      return Promise.resolve(needed.every((one) => (given.faults as readonly unknown[]).includes(one)));
    },
  };
}

describe('a plan that failed', () => {
  it('is left with the one fault that it takes', async () => {
    const { fails, runs } = failingWith(sixth);
    const shrunk = await shrinkPlan(plan, fails, 100);
    expect(shrunk).toEqual({ again: true, plan: { ...plan, faults: [sixth] }, runs: runs.length });
    expect(runs.length).toBeLessThan(15);
  });

  it('is left with two faults that it takes together, in their order', async () => {
    const shrunk = await shrinkPlan(plan, failingWith(sixth, second).fails, 100);
    expect(shrunk.plan.faults).toEqual([second, sixth]);
  });

  it('is left with none when it fails without any', async () => {
    expect((await shrinkPlan(plan, failingWith().fails, 100)).plan.faults).toEqual([]);
  });

  it('stays as it is when it does not fail again', async () => {
    const { fails, runs } = failingWith('never');
    expect(await shrinkPlan(plan, fails, 100)).toEqual({ again: false, plan, runs: 1 });
    expect(runs).toHaveLength(1);
  });

  it('is run no more often than it may, and still fails as far as it was shrunk', async () => {
    const { fails, runs } = failingWith(second, sixth);
    const shrunk = await shrinkPlan(plan, fails, 4);
    expect(runs).toHaveLength(4);
    expect(shrunk.runs).toBe(4);
    expect(shrunk.plan.faults).toContain(second);
    expect(shrunk.plan.faults).toContain(sixth);
    expect(shrunk.plan.faults.length).toBeGreaterThan(2);
  });
});
