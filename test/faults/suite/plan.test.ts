import { describe, expect, it } from 'vitest';
import { kinds } from './kinds/all.js';
import { drawPlan, type PlanSettings, type RunPlan } from './plan.js';

const settings: PlanSettings = { guarantee: 'exactly_once_v2', brokers: 3, kinds, faults: 7, loadMs: 28_000 };
const plans = (given: PlanSettings, count = 200): RunPlan[] =>
  Array.from({ length: count }, (_, seed) => drawPlan(seed, given));
const kindsOf = (all: readonly RunPlan[]): Set<string> =>
  new Set(all.flatMap(({ faults }) => faults.map(({ kind }) => kind)));

describe('a plan of faults', () => {
  it('is the same for the same seed, another one for another, and survives JSON', () => {
    const plan = drawPlan(17, settings);
    expect(drawPlan(17, settings)).toEqual(plan);
    expect(drawPlan(18, settings).faults).not.toEqual(plan.faults);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('has its faults in the order of their times, all within the load', () => {
    for (const { faults } of plans(settings)) {
      expect(faults).toHaveLength(7);
      const times = faults.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.min(...times)).toBeGreaterThanOrEqual(2_000);
      expect(Math.max(...times)).toBeLessThan(28_000);
    }
  });

  it('draws every kind, and one to three instances, cached or not', () => {
    const all = plans(settings);
    expect([...kindsOf(all)].sort()).toEqual(kinds.map(({ name }) => name).sort());
    expect(new Set(all.map(({ instances }) => instances))).toEqual(new Set([1, 2, 3]));
    expect(new Set(all.map(({ cacheBytes }) => cacheBytes > 0))).toEqual(new Set([true, false]));
  });

  it('draws only what a run can bear', () => {
    const one = kindsOf(plans({ ...settings, brokers: 1 }));
    expect(one).not.toContain('leader-move');
    expect(one).toContain('broker-kill');
    expect(kindsOf(plans({ ...settings, guarantee: 'at_least_once' }))).not.toContain('expired-transaction');
    expect(() =>
      drawPlan(1, { ...settings, brokers: 1, kinds: kinds.filter((k) => k.name === 'leader-move') }),
    ).toThrow('none of the kinds');
  });

  it('lets a transaction expire before the session does', () => {
    for (const plan of plans(settings)) {
      for (const { kind, lastsMs } of plan.faults) {
        if (kind === 'pause-session') expect(lastsMs).toBeGreaterThan(plan.sessionTimeoutMs);
        if (kind !== 'expired-transaction') continue;
        expect(lastsMs).toBeGreaterThan(plan.transactionTimeoutMs);
        expect(lastsMs).toBeLessThan(plan.sessionTimeoutMs);
      }
    }
  });

  it('commits more often than a transaction times out', () => {
    for (const plan of plans(settings)) expect(plan.commitIntervalMs).toBeLessThan(plan.transactionTimeoutMs);
  });
});
