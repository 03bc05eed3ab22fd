import { describe, expect, it } from 'vitest';
import type { SourceNode } from '../../../src/topology/node.js';
import { LogicalGraph } from '../../../src/topology/logical/logical-graph.js';
import { OperatorNode } from '../../../src/topology/logical/processor-nodes.js';
import { StreamSourceNode } from '../../../src/topology/logical/source-nodes.js';
import { mergeDuplicateSources } from '../../../src/topology/optimise/merge-duplicate-sources.js';
import { source } from '../parts.js';

/** Sources with a child each; what is left of them after merging, with their children. */
function merged(...sources: readonly SourceNode[]): string[] {
  const graph = new LogicalGraph();
  for (const one of sources) {
    const node = graph.append(graph.root, new StreamSourceNode(one));
    graph.append(node, new OperatorNode(`of-${one.name}`, () => ({ operator: { kind: 'pass' } })));
  }
  mergeDuplicateSources(graph.root);
  return [...graph.root.children].map((node) => `${node.name}: ${[...node.children].map((c) => c.name).join(' ')}`);
}

describe('mergeDuplicateSources', () => {
  it('gives the first source of a topic the children of the others', () => {
    expect(merged(source('a', ['t']), source('b', ['u']), source('c', ['t']))).toEqual(['a: of-a of-c', 'b: of-b']);
  });

  it('knows a set of topics in any order', () => {
    expect(merged(source('a', ['t', 'u']), source('b', ['u', 't']))).toEqual(['a: of-a of-b']);
  });

  it('knows patterns by their text and flags', () => {
    const [a, b, c] = [source('a', /x.*/), source('b', /x.*/), source('c', /x.*/i)];
    expect(merged(a, b, c)).toEqual(['a: of-a of-b', 'c: of-c']);
  });

  it('refuses sets of topics that overlap', () => {
    expect(() => merged(source('a', ['t', 'u']), source('b', ['u', 'v']))).toThrow(
      expect.objectContaining({
        code: 'TOPOLOGY_INVALID',
        message: expect.stringContaining('[t, u] and [u, v]') as string,
      }) as Error,
    );
  });

  it('takes durations of equal length for the same offset reset', () => {
    const hour = source('a', ['t']);
    expect(() =>
      merged(
        { ...hour, offsetReset: { byDuration: '1h' } },
        { ...source('b', ['t']), offsetReset: { byDuration: 3_600_000 } },
      ),
    ).not.toThrow();
  });

  it('refuses different offset resets', () => {
    expect(() => merged(source('a', ['t']), { ...source('b', ['t']), offsetReset: 'latest' })).toThrow(
      expect.objectContaining({
        code: 'TOPOLOGY_INVALID',
        message: expect.stringContaining('different offset resets, the default and latest') as string,
      }) as Error,
    );
  });
});
