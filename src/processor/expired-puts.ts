/** Between the nodes of a task that use one store: a put that came too late for it is counted as a dropped record once. */
import type { NodeContext } from './context.js';

/** Of a store's refused puts the number that has been counted, by whichever node of the task came to it first. */
export interface CountedPuts {
  puts: number;
}

export function countedPuts(context: NodeContext, store: string): CountedPuts {
  return context.shared(`${store}-expired-puts`, () => ({ puts: 0 }));
}
