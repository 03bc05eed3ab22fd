/** Every deliberate difference, on both sides: what the JVM makes of a plan, and what Millrace makes of it. */
import { afterAll, describe, expect, it } from 'vitest';
import { jvmCanRun } from '../jvm-program.js';
import { allDifferences } from '../parity/compare.js';
import { DELIBERATE } from '../parity/deliberate.js';
import { Judge } from '../parity/judge.js';
import { runPlan } from '../parity/run-plan.js';
import { WITNESSES } from '../parity/witnesses.js';

describe.skipIf(!(await jvmCanRun()))('where Millrace does otherwise on purpose', () => {
  const judge = new Judge(null);
  afterAll(() => judge[Symbol.asyncDispose]());

  it.each(DELIBERATE)('$name', { timeout: 600_000 }, async ({ name, applies }) => {
    const plan = WITNESSES[name];
    if (plan === undefined) throw new Error(`test/parity/witnesses.ts has no plan that shows it`);
    const [ours, theirs] = await Promise.all([runPlan(plan), judge.answer(plan)]);
    expect(ours.refused).toBeUndefined();
    expect({ ours, theirs, applies: applies(ours, theirs, plan) }).toMatchObject({ applies: true });
    expect(allDifferences(plan, ours, theirs), 'both sides do the same').not.toEqual([]);
  });

  it('no plan is left over', () => {
    expect(Object.keys(WITNESSES).sort()).toEqual(DELIBERATE.map(({ name }) => name).sort());
  });
});
