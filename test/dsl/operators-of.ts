import type { Operator } from '../../src/topology/operators.js';
import type { Topology } from '../../src/topology/topology.js';

/** The operator of a node, which must have one. */
export function operatorOf(topology: Topology, name: string): Operator {
  const node = topology.node(name);
  if (node?.type !== 'processor') {
    throw new Error(`${name} is not an operator of ${topology.nodes.map((one) => one.name).join(', ')}`);
  }
  return node.operator;
}

/** Names of all nodes. */
export function nodeNames(topology: Topology): string[] {
  return topology.nodes.map((node) => node.name);
}
