import { expect, it } from 'vitest';
import { pathThrough, pictureOf, type Box } from '../../dashboard/layout.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';

const text = { key: serdes.string(), value: serdes.string() };
const builder = new StreamsBuilder();
const left = builder.stream('left', text).filter(() => true, { name: 'wanted' });
left
  .merge(builder.stream('right', text), { name: 'both' })
  .groupBy((value) => value, text)
  .count({ store: 'counts' })
  .toStream()
  .to('counted');
const picture = pictureOf(builder.build().describe().subTopologies);

function apart(a: Box, b: Box): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

it('places every topic, operator and store in the picture, none upon another', () => {
  const { nodes, width, height } = picture;
  expect(nodes.filter(({ shape }) => shape === 'topic').map(({ label }) => label)).toEqual(
    expect.arrayContaining(['left', 'right', 'counted', 'counts-repartition']),
  );
  for (const [i, node] of nodes.entries()) {
    expect(node.x).toBeGreaterThanOrEqual(0);
    expect(node.x + node.width).toBeLessThanOrEqual(width);
    expect(node.y + node.height).toBeLessThanOrEqual(height);
    for (const other of nodes.slice(i + 1)) expect(apart(node, other), `${node.id} and ${other.id}`).toBe(true);
  }
});

it('frames each sub-topology', () => {
  const { groups, nodes } = picture;
  expect(groups.map(({ title }) => title)).toEqual(['sub-topology 0', 'sub-topology 1']);
  for (const { title, ...frame } of groups) {
    for (const node of nodes) {
      const inside =
        node.x >= frame.x &&
        node.y >= frame.y &&
        node.x + node.width <= frame.x + frame.width &&
        node.y + node.height <= frame.y + frame.height;
      expect(inside, `${node.id} in ${title}`).toBe(node.group === title);
    }
  }
});

it('counts on a way only what surely passes there', () => {
  const counts = Object.fromEntries(picture.edges.map(({ from, to, counts: node }) => [`${from} > ${to}`, node]));
  expect(counts['topic left > operator KSTREAM-SOURCE-0000000000']).toBe('KSTREAM-SOURCE-0000000000');
  // Of what a merge was given nobody knows how much came from where.
  expect(counts['operator wanted > operator both']).toBeNull();
  expect(counts['operator KSTREAM-SOURCE-0000000000 > operator wanted']).toBe('wanted');
  const sink = picture.edges.find(({ to }) => to === 'topic counted');
  expect(sink?.counts).toBe(sink?.from.replace('operator ', ''));
  expect(picture.edges.filter(({ beside }) => beside).every(({ counts: node }) => node === null)).toBe(true);
});

it('draws a line through points', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 20 },
    { x: 30, y: 20 },
  ];
  expect(pathThrough(points.slice(0, 2))).toBe('M0.0 0.0L10.0 0.0');
  expect(pathThrough(points)).toBe('M0.0 0.0Q10.0 0.0 10.0 10.0Q10.0 20.0 30.0 20.0');
  expect(pathThrough([])).toBe('');
});
