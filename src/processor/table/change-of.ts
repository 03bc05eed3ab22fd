/** The one place that says: on the edges of a table, values are changes. */
import type { Change } from '../../record/change.js';

export function changeOf(value: unknown): Change<unknown> {
  return value as Change<unknown>;
}
