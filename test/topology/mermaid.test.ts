import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { mermaidOf } from '../../src/topology/mermaid.js';

it('draws operators, their stores, and the topics that connect them', () => {
  const builder = new StreamsBuilder();
  builder
    .stream<string, string>('lines')
    .groupBy((word) => word, { name: 'by-word' })
    .count({ store: 'counts', name: 'count' })
    .toStream({ name: 'changes' })
    .to('out', { name: 'result' });
  expect(mermaidOf(builder.build().describe())).toMatchInlineSnapshot(`
    "flowchart TD
      subgraph part0["sub-topology 0"]
        n0["KSTREAM-SOURCE-0000000000"]
        n1["by-word"]
        n2["by-word-repartition-filter"]
        n3["by-word-repartition-sink"]
      end
      n4(["lines"])
      n4 --> n0
      n0 --> n1
      n1 --> n2
      n2 --> n3
      n5(["by-word-repartition"])
      n3 --> n5
      subgraph part1["sub-topology 1"]
        n6["by-word-repartition-source"]
        n7["count"]
        n8[("counts")]
        n9["changes"]
        n10["result"]
      end
      n5 --> n6
      n6 --> n7
      n7 -.- n8
      n7 --> n9
      n9 --> n10
      n11(["out"])
      n10 --> n11
    "
  `);
});

it('writes names so that they are text, whatever they hold', () => {
  const builder = new StreamsBuilder();
  builder.stream<string, string>(/a"<b>.*/).to((value) => value);
  const text = mermaidOf(builder.build().describe());
  expect(text).toContain('(["a&quot;&lt;b&gt;.*"])');
  expect(text).toContain('topic chosen by a function');
});
