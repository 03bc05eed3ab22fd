/** The topology as a picture: where each topic, operator and store stands, and the ways between them. */
import dagre from '@dagrejs/dagre';
import { topologyGraph, type GraphEdge, type GraphNode } from '../src/cli/describe/topology-graph.js';
import type { DescribedSubTopology } from '../src/topology/describe.js';
import { shortName } from './format.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** By its upper left corner. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends GraphNode, Box {
  /** Its name as it is written in the box. */
  readonly shown: string;
}

export interface PlacedEdge extends GraphEdge {
  readonly points: readonly Point[];
  /** Middle of the text on it. */
  readonly text: Point;
  /** The operator of which every record passes here; null where it cannot be told how many of its records do. */
  readonly counts: string | null;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly ({ readonly title: string } & Box)[];
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const LETTER = 7.3;
const NODE_HEIGHT = 42;
const NARROWEST = 104;
const MARGIN = 16;
/** Room for the title of a group. */
const TITLE = 20;
/** Room for a rate. */
const TEXT = { width: 64, height: 16 };

export function pictureOf(subTopologies: readonly DescribedSubTopology[]): Picture {
  const { groups, nodes, edges } = topologyGraph({ subTopologies });
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 20, ranksep: 22, marginx: MARGIN, marginy: MARGIN + TITLE });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const group of groups) graph.setNode(group, {});
  for (const { id, label, group } of nodes) {
    graph.setNode(id, { width: Math.max(NARROWEST, shortName(label).length * LETTER + 24), height: NODE_HEIGHT });
    if (group !== null) graph.setParent(id, group);
  }
  for (const [i, { from, to, beside }] of edges.entries()) {
    graph.setEdge(from, to, beside ? {} : { ...TEXT, labelpos: 'c' }, String(i));
  }
  dagre.layout(graph);
  const counted = countedEdges(edges);
  const { width = 0, height = 0 } = graph.graph() as Partial<Box>;
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    groups: groups.map((title) => {
      const { y, height: tall, ...box } = cornered(graph.node(title));
      return { title, ...box, y: y - TITLE, height: tall + TITLE };
    }),
    nodes: nodes.map((node) => ({
      ...node,
      shown: shortName(node.label),
      ...cornered(graph.node(node.id) as unknown as Box),
    })),
    edges: edges.map((edge, i) => {
      const { points, x, y } = graph.edge(edge.from, edge.to, String(i)) as unknown as Point & {
        readonly points: readonly Point[];
      };
      return { ...edge, points, text: { x, y }, counts: counted[i] ?? null };
    }),
  };
}

/** dagre gives the middle. */
function cornered({ x, y, width, height }: Box): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** What an operator was given came by its one way in; what a sink was given left by its one way out. */
function countedEdges(edges: readonly GraphEdge[]): (string | null)[] {
  const into = new Map<string, number>();
  for (const { to, beside } of edges) if (!beside) into.set(to, (into.get(to) ?? 0) + 1);
  return edges.map(({ from, to, beside }) => {
    if (beside) return null;
    if (to.startsWith('topic ')) return nameOf(from);
    return into.get(to) === 1 ? nameOf(to) : null;
  });
}

/** Name of an operator by the id of its box. */
export function nameOf(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}

/** A path through points, with rounded corners. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const end = rest.at(-1);
  const bends = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] as Point;
    const last = i === rest.length - 2;
    const to = last ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(to)}`;
  });
  return `M${at(first)}${bends.length === 0 && end !== undefined ? `L${at(end)}` : bends.join('')}`;
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
