/** Makes the plan of a run that failed small: it leaves out faults, as long as the run fails without them as well. */
import type { PlannedFault, RunPlan } from './plan.js';

/** Whether a run of that plan fails. */
export type Fails = (plan: RunPlan) => Promise<boolean>;

export interface Shrunk {
  /** Whether the plan failed when it was run again; if not, nothing was left out. */
  readonly again: boolean;
  readonly plan: RunPlan;
  /** How many runs it took. */
  readonly runs: number;
}

/** @param most how many runs may be made */
export async function shrinkPlan(plan: RunPlan, fails: Fails, most: number): Promise<Shrunk> {
  let runs = 0;
  const holds = async (faults: readonly PlannedFault[]): Promise<boolean> => {
    if (runs >= most) return false;
    runs += 1;
    return await fails({ ...plan, faults });
  };
  if (!(await holds(plan.faults))) return { again: false, plan, runs };
  let smallest = plan.faults;
  for (let length = Math.ceil(smallest.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    // From the end: what came first is more often the cause than what came after it.
    for (let until = smallest.length; until > 0;) {
      const from = Math.max(0, until - length);
      const fewer = [...smallest.slice(0, from), ...smallest.slice(until)];
      if (await holds(fewer)) smallest = fewer;
      until = from;
    }
  }
  return { again: true, plan: { ...plan, faults: smallest }, runs };
}
