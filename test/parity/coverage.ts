/** Counts what was drawn: in how many topologies each operator and each kind of it occurred. */
import { deliberateDifference } from './deliberate.js';
import { OPERATORS, operatorOf } from './operators/table-of-operators.js';
import type { Answer, Plan } from './plan.js';

export class Coverage {
  private readonly counts = new Map<string, number>();
  private records = 0;

  add(plan: Plan, ours: Answer, answer: Answer): void {
    const things = new Set<string>();
    for (const step of plan.steps) {
      things.add(step.op);
      for (const feature of operatorOf(step.op).features?.(step) ?? []) things.add(`${step.op}: ${feature}`);
      if (step['name'] !== undefined) things.add('(named operator)');
    }
    things.add(plan.cacheBytes === 0 ? '(cache off)' : '(cache on)');
    things.add(`(optimize ${typeof plan.optimize === 'string' ? plan.optimize : plan.optimize.join()})`);
    if (plan.storeFormat !== undefined) things.add('(stores keep headers)');
    if (plan.onError === 'continue') things.add('(functions that throw)');
    if (plan.onUndecodable === 'continue') things.add('(undecodable records)');
    if (answer.refused !== undefined) things.add('(refused by the JVM)');
    if (answer.died !== undefined) things.add('(died on the JVM)');
    const deliberate = deliberateDifference(plan, ours, answer);
    if (deliberate !== null) things.add(`(deliberately different: ${deliberate.name})`);
    if (answer.dropped > 0) things.add('(with dropped records)');
    for (const thing of things) this.counts.set(thing, (this.counts.get(thing) ?? 0) + 1);
    this.records += answer.records.length;
  }

  report(): string {
    for (const { op } of OPERATORS) if (!this.counts.has(op)) this.counts.set(op, 0);
    const lines = [...this.counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([thing, count]) => `${String(count).padStart(7)}  ${thing}`);
    return ['topologies with', ...lines, `${String(this.records)} records written in all`].join('\n');
  }
}
