/** Gives some joins of streams with tables grace, where the table turned out to have a history. */
import type { Draw } from './draw.js';
import type { Step } from './plan.js';

const JOINS = ['table join', 'table leftJoin'];
/** What a table keeps its history through. */
const THROUGH = ['table filter', 'table filterNot', 'table mapValues'];

/** Steps as they were drawn, some with `grace`; mostly not more than there is history. */
export function withGrace(draw: Draw, scale: number, steps: readonly Step[]): Step[] {
  return steps.map((step) => {
    if (!JOINS.includes(step.op)) return step;
    const retention = historyOf(step.with, steps);
    if (retention === null || draw.chance(0.1)) return step;
    const most = Math.floor(retention / scale) + (draw.chance(0.05) ? 5 : 0);
    return { ...step, grace: draw.int(most + 1) * scale };
  });
}

/** The history of a table that steps made, ms; null when it has none. */
function historyOf(table: string | undefined, steps: readonly Step[]): number | null {
  const made = steps.find(({ out }) => out === table);
  if (made === undefined) return null;
  const store = made['materialized'] as { readonly historyRetention?: number } | undefined;
  if (store !== undefined) return store.historyRetention ?? null;
  return THROUGH.includes(made.op) ? historyOf(made.in, steps) : null;
}
