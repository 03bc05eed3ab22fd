/** Draws the rooms of `src` from their table: above, who imports; below, what is imported. */
import dagre from '@dagrejs/dagre';
import { rooms, type Room } from '../../rooms.config.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

const LETTER_WIDTH = 7.3;
const BOX_HEIGHT = 28;
const MARGIN = 16;
const INSIDE = 'store/overlay/';

/**
 * The pictures by file name. The house shows the overlay as one room, since its door is all that others see of it. An arrow
 * is left out where others lead the same way.
 */
export function roomsPictures(): ReadonlyMap<string, string> {
  const names = Object.keys(rooms);
  const house = names.filter((name) => !name.startsWith(INSIDE));
  const overlay = names.filter((name) => name === 'store/overlay' || name.startsWith(INSIDE));
  return new Map([
    ['rooms.svg', draw(house, 'The rooms of src and what each imports')],
    ['rooms-overlay.svg', draw(overlay, 'The rooms of the overlay and what each imports')],
  ]);
}

function draw(names: readonly string[], title: string): string {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 14, ranksep: 42, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) graph.setNode(name, { width: name.length * LETTER_WIDTH + 20, height: BOX_HEIGHT });
  const arrows = shortest(names);
  for (const [from, to] of arrows) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const lines = arrows.map(([from, to]) => arrow((graph.edge(from, to) as { points: readonly Point[] }).points));
  const boxes = names.map((name) => box(name, graph.node(name) as Box));
  const [wide, high] = [Math.ceil(width), Math.ceil(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(wide)} ${String(high)}" width="${String(wide)}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">`,
    `<title>${title}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8a94a3"/></marker></defs>',
    `<rect width="${String(wide)}" height="${String(high)}" fill="#fbfbf9"/>`,
    ...lines,
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}

/** The arrows without those that a longer way stands for. */
function shortest(names: readonly string[]): [string, string][] {
  const inside = new Set(names);
  const next = (name: string): string[] => roomOf(name).rooms.filter((other) => inside.has(other));
  const reach = new Map<string, Set<string>>();
  const reachOf = (name: string): Set<string> => {
    const known = reach.get(name);
    if (known !== undefined) return known;
    const found = new Set(next(name).flatMap((other) => [other, ...reachOf(other)]));
    reach.set(name, found);
    return found;
  };
  return names.flatMap((name) =>
    [...new Set(next(name))]
      .filter((other) => !next(name).some((way) => way !== other && reachOf(way).has(other)))
      .map((other): [string, string] => [name, other]),
  );
}

function roomOf(name: string): Room {
  const room = rooms[name];
  if (room === undefined) throw new Error(`rooms.config.js has no room ${name}`);
  return room;
}

function arrow(points: readonly Point[]): string {
  const [first, ...others] = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return `<path d="M${String(first)} L${others.join(' L')}" fill="none" stroke="#8a94a3" marker-end="url(#tip)"/>`;
}

/** Rooms that need Node are filled; the others run in a browser too. */
function box(name: string, { x, y, width, height }: Box): string {
  const fill = roomOf(name).node === true ? '#dbe7f5' : '#ffffff';
  const [left, top] = [(x - width / 2).toFixed(1), (y - height / 2).toFixed(1)];
  return [
    `<rect x="${left}" y="${top}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="5" fill="${fill}" stroke="#5b6675"/>`,
    `<text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}" text-anchor="middle" fill="#20262e">${name}</text>`,
  ].join('\n');
}
