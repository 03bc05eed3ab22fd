/** Beside the commands: a topology as a picture, laid out by dagre. */
import type Dagre from '@dagrejs/dagre';
import { MillraceError } from '../../errors/error.js';
import type { TopologyDescription } from '../../topology/describe.js';
import { topologyGraph, type GraphNode, type Shape } from './topology-graph.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

const LETTER_WIDTH = 7.3;
const NODE_HEIGHT = 30;
const MARGIN = 16;
/** Room for the title of a box. */
const TITLE_HEIGHT = 18;

const STYLE = `
text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1d2733; text-anchor: middle; dominant-baseline: central }
.title { text-anchor: start; fill: #5b6675 }
.page { fill: #fbfbf9 } .group { fill: #f1f3f0; stroke: #c9d0c8 }
.operator { fill: #ffffff; stroke: #6b7a8c } .topic { fill: #e3eefb; stroke: #3f77b5 } .store { fill: #fdf1d8; stroke: #b58a2b }
path.way { fill: none; stroke: #6b7a8c } path.beside { fill: none; stroke: #b58a2b; stroke-dasharray: 3 3 } #tip path { fill: #6b7a8c }
@media (prefers-color-scheme: dark) {
text { fill: #e4e8ee } .title { fill: #9aa6b5 } .page { fill: #14181d } .group { fill: #1b2127; stroke: #39424d }
.operator { fill: #232b33; stroke: #8a97a8 } .topic { fill: #1b3148; stroke: #6aa5e3 } .store { fill: #3a2f17; stroke: #d9b15c }
}`;

/** What a picture may have otherwise. */
export interface TopologyLook {
  /** Where records flow to. Default `down`. */
  readonly flow?: 'down' | 'right';
  /** How the name of an operator is shown. Default: as it is. */
  readonly shown?: (name: string) => string;
}

/** @throws MillraceError CONFIG_INVALID when the package for layouts is not installed */
export async function topologySvg(
  description: TopologyDescription,
  title: string,
  { flow = 'down', shown = (name) => name }: TopologyLook = {},
): Promise<string> {
  const dagre = await loadDagre();
  const { groups, nodes: named, edges } = topologyGraph(description);
  const nodes = named.map((node) => (node.shape === 'operator' ? { ...node, label: shown(node.label) } : node));
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: true });
  const along = flow === 'down' ? { rankdir: 'TB', ranksep: 34 } : { rankdir: 'LR', ranksep: 12 };
  graph.setGraph({ ...along, nodesep: 24, marginx: MARGIN, marginy: MARGIN + TITLE_HEIGHT });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const group of groups) graph.setNode(group, {});
  for (const { id, label, group } of nodes) {
    graph.setNode(id, { width: Math.max(60, label.length * LETTER_WIDTH + 24), height: NODE_HEIGHT });
    if (group !== null) graph.setParent(id, group);
  }
  for (const [i, { from, to }] of edges.entries()) graph.setEdge(from, to, {}, String(i));
  dagre.layout(graph);
  const size = graph.graph() as { readonly width?: number; readonly height?: number };
  const width = Math.ceil(size.width ?? 0);
  const height = Math.ceil(size.height ?? 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    `<rect class="page" width="${String(width)}" height="${String(height)}"/>`,
    ...groups.map((group) => groupBox(group, graph.node(group) as unknown as Box)),
    ...edges.map(({ from, to, beside }, i) => {
      const { points } = graph.edge(from, to, String(i)) as unknown as { readonly points: readonly Point[] };
      return way(points, beside);
    }),
    ...nodes.map((node) => nodeBox(node, graph.node(node.id) as unknown as Box)),
    '</svg>',
    '',
  ].join('\n');
}

/** CommonJS: what it exports is the default. */
async function loadDagre(): Promise<typeof Dagre> {
  try {
    return (await import('@dagrejs/dagre')).default;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause;
    throw new MillraceError(
      'CONFIG_INVALID',
      'a picture needs the package @dagrejs/dagre: npm install --save-dev @dagrejs/dagre; --format mermaid needs none',
      { cause },
    );
  }
}

function groupBox(title: string, { x, y, width, height }: Box): string {
  const left = x - width / 2;
  const top = y - height / 2 - TITLE_HEIGHT;
  return [
    `<rect class="group" x="${at(left)}" y="${at(top)}" width="${at(width)}" height="${at(height + TITLE_HEIGHT)}" rx="8"/>`,
    `<text class="title" x="${at(left + 10)}" y="${at(top + 12)}">${escaped(title)}</text>`,
  ].join('');
}

const CORNERS: Readonly<Record<Shape, number>> = { topic: NODE_HEIGHT / 2, operator: 4, store: 10 };

function nodeBox({ label, shape }: GraphNode, { x, y, width, height }: Box): string {
  return [
    `<rect class="${shape}" x="${at(x - width / 2)}" y="${at(y - height / 2)}" width="${at(width)}" height="${at(height)}" rx="${at(CORNERS[shape])}"/>`,
    `<text x="${at(x)}" y="${at(y)}">${escaped(label)}</text>`,
  ].join('');
}

function way(points: readonly Point[], beside: boolean): string {
  const line = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('');
  return beside ? `<path class="beside" d="${line}"/>` : `<path class="way" d="${line}" marker-end="url(#tip)"/>`;
}

function at(position: number): string {
  return String(Math.round(position * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
