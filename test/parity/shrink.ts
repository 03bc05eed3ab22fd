/** Makes a plan that shows a difference as small as it gets, by leaving out whatever the difference does not need. */
import { inputsOf, outputsOf, type InputRecord, type Plan, type Plain, type Step } from './plan.js';

/** Whether a plan still shows what is being looked for. */
export type Shows = (plan: Plan) => Promise<boolean>;

/** @param most how many plans may be tried */
export async function shrink(plan: Plan, shows: Shows, most = 600): Promise<Plan> {
  let tries = 0;
  const holds = async (candidate: Plan): Promise<boolean> => {
    tries += 1;
    return tries <= most && (await shows(candidate));
  };
  let smallest = plan;
  for (;;) {
    const before = JSON.stringify(smallest).length;
    smallest = await fewerInputs(smallest, holds);
    smallest = await fewerSteps(smallest, holds);
    smallest = await simpler(smallest, holds);
    if (tries > most || JSON.stringify(smallest).length >= before) return smallest;
  }
}

/** Leaves out ever smaller stretches of the input. */
async function fewerInputs(plan: Plan, shows: Shows): Promise<Plan> {
  let smallest = plan;
  for (
    let length = Math.ceil(smallest.inputs.length / 2);
    length >= 1;
    length = length === 1 ? 0 : Math.ceil(length / 2)
  ) {
    for (let from = 0; from < smallest.inputs.length;) {
      const inputs = [...smallest.inputs.slice(0, from), ...smallest.inputs.slice(from + length)];
      if (inputs.length < smallest.inputs.length && (await shows({ ...smallest, inputs }))) {
        smallest = { ...smallest, inputs };
      } else {
        from += length;
      }
    }
  }
  return smallest;
}

/** Leaves out a step, with everything that hangs on it, or lets what hangs on it go on from what the step was called on. */
async function fewerSteps(plan: Plan, shows: Shows): Promise<Plan> {
  let smallest = plan;
  for (let at = smallest.steps.length - 1; at >= 0; at--) {
    const step = smallest.steps[at];
    if (step === undefined) continue;
    for (const steps of [without(smallest.steps, step), bypassed(smallest.steps, step)]) {
      if (steps === null) continue;
      const candidate = withoutUnreadInputs({ ...smallest, steps });
      if (await shows(candidate)) {
        smallest = candidate;
        break;
      }
    }
  }
  return smallest;
}

function without(steps: readonly Step[], left: Step): readonly Step[] {
  const gone = new Set<string>(outputsOf(left));
  return steps.filter((step) => {
    if (step === left) return false;
    if (!inputsOf(step).some((name) => gone.has(name))) return true;
    for (const name of outputsOf(step)) gone.add(name);
    return false;
  });
}

/** Types may no longer fit; a side then refuses the plan or dies, and it does not show the same any more. */
function bypassed(steps: readonly Step[], left: Step): readonly Step[] | null {
  const [only, ...others] = outputsOf(left);
  const from = left.in;
  if (only === undefined || others.length > 0 || from === undefined) return null;
  const renamed = (name: string | undefined): string | undefined => (name === only ? from : name);
  return steps
    .filter((step) => step !== left)
    .map((step): Step => {
      const [input, other] = [renamed(step.in), renamed(step.with)];
      return {
        ...step,
        ...(input === undefined ? {} : { in: input }),
        ...(other === undefined ? {} : { with: other }),
      };
    });
}

/** Records that nothing reads cannot be piped in. */
function withoutUnreadInputs(plan: Plan): Plan {
  const read = new Set(
    plan.steps.flatMap((step) => [step['topic'], ...((step['topics'] as string[] | undefined) ?? [])]),
  );
  return { ...plan, inputs: plan.inputs.filter((input) => 'advance' in input || read.has(input.topic)) };
}

/** Takes away options, headers, optimisation. */
async function simpler(plan: Plan, shows: Shows): Promise<Plan> {
  let smallest = plan;
  if (smallest.optimize !== 'none') smallest = await first(smallest, [{ ...smallest, optimize: 'none' }], shows);
  for (let at = 0; at < smallest.steps.length; at++) {
    for (const option of optionsOf(smallest.steps[at] as Step)) {
      const steps = smallest.steps.map((step, index) => (index === at ? option(step) : step));
      smallest = await first(smallest, [{ ...smallest, steps }], shows);
    }
  }
  for (let at = 0; at < smallest.inputs.length; at++) {
    const input = smallest.inputs[at];
    if (input === undefined || 'advance' in input || input.headers === undefined) continue;
    const { headers: _headers, ...bare } = input;
    const inputs = smallest.inputs.map((one, index): typeof one => (index === at ? (bare as InputRecord) : one));
    smallest = await first(smallest, [{ ...smallest, inputs }], shows);
  }
  return smallest;
}

async function first(otherwise: Plan, candidates: readonly Plan[], shows: Shows): Promise<Plan> {
  for (const candidate of candidates) if (await shows(candidate)) return candidate;
  return otherwise;
}

const REMOVABLE = ['name', 'label', 'keySerde', 'valueSerde', 'advance', 'grace'];

/** Ways to say less in a step. */
function optionsOf(step: Step): ((step: Step) => Step)[] {
  const removals = REMOVABLE.filter((name) => step[name] !== undefined && !needed(step, name)).map(
    (name) => (from: Step) => dropped(from, name),
  );
  const stored = step['materialized'] as Record<string, Plain> | undefined;
  if (stored === undefined) return removals;
  return [
    (from) => dropped(from, 'materialized'),
    ...Object.keys(stored).map((name) => (from: Step): Step => {
      const options = from['materialized'] as Record<string, Plain> | undefined;
      if (options === undefined) return from;
      const rest = dropped(options as unknown as Step, name);
      return Object.keys(rest).length === 0 ? dropped(from, 'materialized') : { ...from, materialized: rest };
    }),
    ...removals,
  ];
}

/** The label of a peek tells what it saw. */
function needed(step: Step, name: string): boolean {
  return name === 'label' && (step.op === 'peek' || step.op === 'foreach');
}

function dropped(from: Step, name: string): Step {
  const { [name]: _gone, ...rest } = from;
  return rest as Step;
}
