/** Beside the commands: a topology as a graph to be drawn, with topics between sub-topologies and stores beside their processors. */
import type { DescribedNode, TopologyDescription } from '../../topology/describe.js';

export type Shape = 'topic' | 'operator' | 'store';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly shape: Shape;
  /** Title of the box around it; topics have none, since they connect the boxes. */
  readonly group: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Between a processor and its store: no way that records take. */
  readonly beside: boolean;
}

export interface TopologyGraph {
  readonly groups: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export function topologyGraph({ subTopologies }: Pick<TopologyDescription, 'subTopologies'>): TopologyGraph {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const groups: string[] = [];
  const add = (shape: Shape, label: string, group: string | null): string => {
    const id = `${shape} ${label}`;
    if (!nodes.has(id)) nodes.set(id, { id, label, shape, group });
    return id;
  };
  for (const { id, global, nodes: described } of subTopologies) {
    const group = global ? `global store (${String(id)})` : `sub-topology ${String(id)}`;
    groups.push(group);
    for (const node of described) add('operator', node.name, group);
    for (const node of described) {
      const at = `operator ${node.name}`;
      for (const topic of topicsOf(node)) {
        const there = add('topic', topic, null);
        edges.push(node.type === 'source' ? edge(there, at) : edge(at, there));
      }
      for (const store of node.stores) edges.push({ from: at, to: add('store', store, group), beside: true });
      for (const next of node.successors) edges.push(edge(at, `operator ${next}`));
    }
  }
  return { groups, nodes: [...nodes.values()], edges };
}

function edge(from: string, to: string): GraphEdge {
  return { from, to, beside: false };
}

function topicsOf({ topics, extractor }: DescribedNode): readonly string[] {
  if (extractor !== undefined) return [`chosen by ${extractor === '' ? 'a function' : extractor}`];
  return [topics ?? []].flat();
}
