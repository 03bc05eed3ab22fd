/** Whether records with times beyond the safe numbers may enter by a source: where nobody works with times, they go through as they are. */
import type { SourceNode, TopologyNode } from '../topology/node.js';
import type { Operator } from '../topology/operators.js';

/** Operators that hand a record on without keeping its time, comparing it or computing with it. */
const CARRYING: ReadonlySet<Operator['kind']> = new Set<Operator['kind']>([
  'pass',
  'filter',
  'map',
  'mapValues',
  'flatMap',
  'flatMapValues',
  'selectKey',
  'peek',
  'print',
  'branch',
  'repartitionFilter',
  'async',
  // What they put into stores, or give to a record, is checked there.
  'process',
  'processValues',
]);

/**
 * A number holds whole milliseconds up to 2^53 - 1 exactly. A later time, of nanoseconds for instance, stays beside its record as
 * it was read, and is written again like that.
 * @param nodes those of the task, parents before children
 */
export function carriesFarTimes(source: SourceNode, nodes: readonly TopologyNode[]): boolean {
  const reached = new Set([source.name]);
  for (const node of nodes) {
    if (node.type === 'source' || !node.parents.some((parent) => reached.has(parent))) continue;
    if (node.type === 'processor' && !carries(node.operator)) return false;
    reached.add(node.name);
  }
  return true;
}

function carries(operator: Operator): boolean {
  return operator.kind === 'wrapped' ? carries(operator.operator) : CARRYING.has(operator.kind);
}
