/** Draws a topology: topics, the operators of each sub-topology in a frame, and their stores. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import dagre from '@dagrejs/dagre';
import type { Topology, TopologyDescription } from '../../src/index.js';

const ROOT = join(import.meta.dirname, '../..');
const LETTER = 7.3;
const PAD = 18;

interface Shape {
  readonly kind: 'topic' | 'operator' | 'store';
  readonly label: string;
  readonly part: number | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The topology of the first block of the README, as the block makes it. */
export async function readmeTopology(): Promise<Topology> {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  if (code === undefined) throw new Error('README.md has no block of TypeScript');
  // In the repository, so that the package is found from there.
  const folder = join(ROOT, '.cache', `readme-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  try {
    const file = join(folder, 'topology.ts');
    writeFileSync(file, `${code.split('\nconst streams')[0]!}\nexport const topology = builder.build();\n`);
    return ((await import(file)) as { topology: Topology }).topology;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function topologyPicture(title: string, { subTopologies }: TopologyDescription): string {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 22, ranksep: 26, marginx: PAD + 8, marginy: PAD + 22 });
  graph.setDefaultEdgeLabel(() => ({}));
  const draw = (id: string, kind: Shape['kind'], label: string, part: number | null): string => {
    if (!graph.hasNode(id))
      graph.setNode(id, { kind, label, part, width: label.length * LETTER + 22, height: kind === 'store' ? 36 : 30 });
    return id;
  };
  for (const { id: part, nodes } of subTopologies) {
    for (const { name } of nodes) draw(`node ${name}`, 'operator', shortName(name), part);
    for (const { name, type, topics, stores, successors } of nodes) {
      const at = `node ${name}`;
      for (const topic of [topics ?? []].flat()) {
        const other = draw(`topic ${topic}`, 'topic', topic, null);
        graph.setEdge(type === 'source' ? other : at, type === 'source' ? at : other);
      }
      for (const store of stores) graph.setEdge(at, draw(`store ${store}`, 'store', store, part));
      for (const next of successors) graph.setEdge(at, `node ${next}`);
    }
  }
  dagre.layout(graph);
  const shapes = graph.nodes().map((id) => graph.node(id) as Shape);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const [wide, high] = [Math.ceil(width), Math.ceil(height)];
  const arrows = graph.edges().map((edge) => {
    const points = (graph.edge(edge) as { points: readonly { x: number; y: number }[] }).points;
    const way = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' L');
    const tip = edge.w.startsWith('store ') ? 'stroke-dasharray="4 3"' : 'marker-end="url(#tip)"';
    return `<path d="M${way}" fill="none" stroke="#8a94a3" ${tip}/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">`,
    `<title>${title}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8a94a3"/></marker></defs>',
    `<rect width="${wide}" height="${high}" fill="#fbfbf9"/>`,
    ...subTopologies.map(({ id, global }) =>
      frame(
        global ? `global store (${id})` : `sub-topology ${id}: a task for each partition`,
        shapes.filter(({ part }) => part === id),
      ),
    ),
    ...arrows,
    ...shapes.map(shapeText),
    '</svg>',
    '',
  ].join('\n');
}

/** `KSTREAM-AGGREGATE-0000000003` as its reader wrote it: `aggregate`. A name that was given stays. */
function shortName(name: string): string {
  const [, kind] = /^K(?:STREAM|TABLE)-([A-Z-]+)-\d{10}$/.exec(name) ?? [];
  return kind?.toLowerCase() ?? name;
}

function frame(label: string, shapes: readonly Shape[]): string {
  const left = Math.min(...shapes.map(({ x, width }) => x - width / 2)) - 10;
  const right = Math.max(...shapes.map(({ x, width }) => x + width / 2)) + 10;
  const top = Math.min(...shapes.map(({ y, height }) => y - height / 2)) - 28;
  const bottom = Math.max(...shapes.map(({ y, height }) => y + height / 2)) + 10;
  return [
    `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${(right - left).toFixed(1)}" height="${(bottom - top).toFixed(1)}" rx="8" fill="#f1f3f6"/>`,
    `<text x="${(left + 10).toFixed(1)}" y="${(top + 16).toFixed(1)}" fill="#5b6675">${label}</text>`,
  ].join('\n');
}

function shapeText({ kind, label, x, y, width, height }: Shape): string {
  const [left, top] = [x - width / 2, y - height / 2].map((n) => n.toFixed(1));
  const text = `<text x="${x.toFixed(1)}" y="${(y + (kind === 'store' ? 7 : 4)).toFixed(1)}" text-anchor="middle" fill="#20262e">${label}</text>`;
  if (kind !== 'store') {
    const look = kind === 'topic' ? 'rx="15" fill="#dbe7f5"' : 'rx="4" fill="#ffffff"';
    return `<rect x="${left!}" y="${top!}" width="${width.toFixed(1)}" height="${height}" ${look} stroke="#5b6675"/>\n${text}`;
  }
  const [r, l] = [width / 2, 5];
  const body = `M${left!} ${(y - height / 2 + l).toFixed(1)} v${height - 2 * l} a${r.toFixed(1)} ${l} 0 0 0 ${width.toFixed(1)} 0 v${2 * l - height}`;
  const lid = `<ellipse cx="${x.toFixed(1)}" cy="${(y - height / 2 + l).toFixed(1)}" rx="${r.toFixed(1)}" ry="${l}" fill="#f6e3cf" stroke="#5b6675"/>`;
  return `<path d="${body}" fill="#f6e3cf" stroke="#5b6675"/>\n${lid}\n${text}`;
}
