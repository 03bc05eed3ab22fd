import { expect, it } from 'vitest';
import { topologySvg } from '../../../src/cli/describe/topology-svg.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';

const key = serdes.string();

function topology() {
  const builder = new StreamsBuilder();
  builder
    .stream('in', { key, value: serdes.string() })
    .groupBy((value) => value, { key })
    .count({ store: 'counts' })
    .toStream()
    .to((_, word) => word);
  return builder.build();
}

it('draws every operator, topic and store once, in the box of its sub-topology', async () => {
  const description = topology().describe();
  const svg = await topologySvg(description, 'topology of <app> & "more"');
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
  const operators = description.subTopologies.flatMap(({ nodes }) => nodes.map(({ name }) => name));
  const topics = ['in', 'counts-repartition', 'chosen by a function'];
  expect([...texts].sort()).toEqual([...operators, ...topics, 'counts', 'sub-topology 0', 'sub-topology 1'].sort());
  expect(svg).toContain('<title>topology of &lt;app&gt; &amp; &quot;more&quot;</title>');
  expect(svg).not.toMatch(/NaN|undefined/);

  // Nothing lies outside of the picture, and no two boxes of operators on each other.
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  const boxes = [...svg.matchAll(/class="(?:operator|topic|store)" x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/g)]
    .map(([, ...numbers]) => numbers.map(Number))
    .map(([x, y, w, h]) => ({ left: x!, right: x! + w!, top: y!, bottom: y! + h! }));
  expect(boxes).toHaveLength(operators.length + topics.length + 1);
  for (const [i, one] of boxes.entries()) {
    expect(one.left >= 0 && one.top >= 0 && one.right <= width! && one.bottom <= height!).toBe(true);
    for (const other of boxes.slice(i + 1)) {
      const apart =
        one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
      expect(apart).toBe(true);
    }
  }
});
