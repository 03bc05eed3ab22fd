import { describe, expect, it } from 'vitest';
import { LogicalGraph } from '../../../src/topology/logical/logical-graph.js';
import type { LogicalNode } from '../../../src/topology/logical/logical-node.js';
import { nearestAbove } from '../../../src/topology/logical/nearest-above.js';
import { OperatorNode } from '../../../src/topology/logical/processor-nodes.js';
import { StreamSourceNode } from '../../../src/topology/logical/source-nodes.js';
import { source } from '../parts.js';

function pass(name: string): OperatorNode {
  return new OperatorNode(name, () => ({ operator: { kind: 'pass' } }));
}

function from(graph: LogicalGraph, name: string): LogicalNode {
  return graph.append(graph.root, new StreamSourceNode(source(name, [name])));
}

describe('nearestAbove', () => {
  it('goes up the first parent to the root before it tries the next', () => {
    const graph = new LogicalGraph();
    const a = from(graph, 'a');
    const b = from(graph, 'b');
    const far = graph.append(a, pass('far'));
    const near = graph.append(far, pass('near'));
    const joined = graph.append([near, b], pass('joined'));
    const named =
      (...names: string[]) =>
      (node: LogicalNode): boolean =>
        names.includes(node.name);
    expect(nearestAbove(joined, named('b', 'a'))?.name).toBe('a');
    expect(nearestAbove(joined, named('b'))?.name).toBe('b');
    expect(nearestAbove(joined, named('joined', 'near'))?.name).toBe('joined');
    expect(nearestAbove(joined, named('nobody'))).toBeNull();
  });
});
