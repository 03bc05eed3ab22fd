/** How many records may come of one in a drawn topology: joins of joins multiply them until neither side can finish. */
import { inputsOf, outputsOf, type Step } from './plan.js';

/** What an operator multiplies by, at a guess. */
const FACTORS: Readonly<Record<string, number>> = {
  'stream join': 20,
  'stream leftJoin': 20,
  'stream outerJoin': 20,
  flatMap: 2,
  flatMapValues: 2,
};
/** Two joins of streams in a row, not three. */
const MOST = 1_000;

export class FanOut {
  private readonly byName = new Map<string, number>();
  private readonly byTopic = new Map<string, number>();

  /** Notes what a step makes; false when it would be too much. */
  allows(step: Step): boolean {
    const inputs = [
      ...inputsOf(step).map((name) => this.byName.get(name) ?? 1),
      ...topicsOf(step).map((topic) => this.byTopic.get(topic) ?? 1),
    ];
    const factor = FACTORS[step.op] ?? 1;
    // A join multiplies both sides; whatever else has two inputs gets the records of both.
    const together =
      factor >= 20 ? inputs.reduce((product, one) => product * one, 1) : inputs.reduce((a, b) => a + b, 0);
    const result = factor * Math.max(1, together);
    if (result > MOST) return false;
    for (const name of outputsOf(step)) this.byName.set(name, result);
    if (step.in !== undefined) {
      for (const topic of topicsOf(step)) this.byTopic.set(topic, (this.byTopic.get(topic) ?? 0) + result);
    }
    return true;
  }
}

/** Topics that a step reads or writes. */
function topicsOf(step: Step): string[] {
  const { topic, topics } = step;
  return [topic, ...(Array.isArray(topics) ? (topics as readonly unknown[]) : [])].filter(
    (one): one is string => typeof one === 'string',
  );
}
