/** Between the nodes of a task that use one store: a put that came too late for it is counted as a dropped record once. */
import type { NodeContext } from './context.js';

/** Of a store's refused puts the number that has been counted, by whichever node of the task came to it first. */
export interface CountedPuts {
  puts: number;
}

export function countedPuts(context: NodeContext, store: string): CountedPuts {
  return context.shared(`${store}-expired-puts`, () => ({ puts: 0 }));
}

/**
 * Drops one record as late where the store has refused a put that nobody has counted.
 * @param expiredPuts that the store has refused so far
 */
export function dropLate(counted: CountedPuts, expiredPuts: number, context: NodeContext, node: string): void {
  if (expiredPuts === counted.puts) return;
  counted.puts = expiredPuts;
  context.dropped(node, 'late');
}
