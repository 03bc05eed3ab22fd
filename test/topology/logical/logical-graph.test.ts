import { describe, expect, it } from 'vitest';
import { LogicalGraph } from '../../../src/topology/logical/logical-graph.js';
import type { LogicalNode } from '../../../src/topology/logical/logical-node.js';
import { OperatorNode } from '../../../src/topology/logical/processor-nodes.js';
import { StreamSourceNode } from '../../../src/topology/logical/source-nodes.js';
import { source } from '../parts.js';

function pass(name: string): OperatorNode {
  return new OperatorNode(name, () => ({ operator: { kind: 'pass' } }));
}

function from(graph: LogicalGraph, name: string): LogicalNode {
  return graph.append(graph.root, new StreamSourceNode(source(name, [name])));
}

describe('LogicalGraph', () => {
  it('writes nodes as they were appended', () => {
    const graph = new LogicalGraph();
    const a = from(graph, 'a');
    const x = graph.append(a, pass('x'));
    const b = from(graph, 'b');
    graph.append(b, pass('y'));
    graph.append(x, pass('z'));
    expect(graph.build('none').nodes.map((node) => node.name)).toEqual(['a', 'x', 'b', 'y', 'z']);
  });

  it('writes parents first, whatever the order of appending', () => {
    const graph = new LogicalGraph();
    const a = from(graph, 'a');
    const x = graph.append(a, pass('x'));
    const y = graph.append(x, pass('y'));
    const late = graph.append(a, pass('late'));
    graph.append(late, y);
    expect(graph.build('none').nodes.map((node) => node.name)).toEqual(['a', 'x', 'late', 'y']);
    expect(graph.build('none').node('y')).toMatchObject({ parents: ['x', 'late'] });
  });

  it('moves a node back that is appended again', () => {
    const graph = new LogicalGraph();
    const a = from(graph, 'a');
    const x = graph.append(a, pass('x'));
    graph.append(a, pass('y'));
    graph.append(a, x);
    expect(graph.build('none').nodes.map((node) => node.name)).toEqual(['a', 'y', 'x']);
  });

  it('writes a graph of many splits and merges without walking every path', () => {
    const graph = new LogicalGraph();
    let flow = from(graph, 'in');
    for (let i = 0; i < 100; i++) {
      const name = String(i);
      flow = graph.append(
        [graph.append(flow, pass(`a${name}`)), graph.append(flow, pass(`b${name}`))],
        pass(`m${name}`),
      );
    }
    expect(graph.build('all').nodes.length).toBe(301);
  });

  it('builds once: the second build returns the first, and nothing can be added any more', () => {
    const graph = new LogicalGraph();
    const a = from(graph, 'a');
    const topology = graph.build('none');
    expect(graph.build('all')).toBe(topology);
    expect(() => graph.append(a, pass('x'))).toThrow(
      expect.objectContaining({ code: 'STATE_INVALID', node: 'x' }) as Error,
    );
  });

  it('gives the same error again when a build failed', () => {
    const graph = new LogicalGraph();
    const a = from(graph, 'a');
    graph.append(a, pass('same'));
    graph.append(a, pass('same'));
    const failure = (): unknown => {
      try {
        return graph.build('none');
      } catch (error) {
        return error;
      }
    };
    expect(failure()).toMatchObject({ code: 'TOPOLOGY_INVALID' });
    expect(failure()).toBe(failure());
  });

  it('names sources that were merged away by those that took their place', () => {
    const graph = new LogicalGraph();
    const first = graph.append(graph.root, new StreamSourceNode(source('first', ['t'])));
    const second = graph.append(graph.root, new StreamSourceNode(source('second', ['t'])));
    const other = from(graph, 'other');
    graph.append([first, second, other], pass('x'));
    graph.copartition([second, other]);
    expect(graph.build('none').copartitionGroups).toEqual([['first', 'other']]);
  });
});
