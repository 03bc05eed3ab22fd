/** Whether nobody looks at the values of a source, so that they need not be decoded. */
import type { SourceNode, TopologyNode } from '../topology/node.js';
import type { Operator } from '../topology/operators.js';

/** Only what counts records right behind the source: all others hand values on, or show them to functions. */
export function ignoresValues(source: SourceNode, nodes: readonly TopologyNode[]): boolean {
  const children = nodes.filter((node) => node.type !== 'source' && node.parents.includes(source.name));
  return children.length > 0 && children.every((node) => node.type === 'processor' && ignores(node.operator));
}

function ignores(operator: Operator): boolean {
  switch (operator.kind) {
    case 'aggregate':
    case 'windowAggregate':
    case 'sessionAggregate':
      return operator.counts === true;
    default:
      return false;
  }
}
