import { describe, expect, it } from 'vitest';
import type { KStream } from '../../../src/dsl/stream.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import type { Optimize } from '../../../src/topology/optimise/optimize.js';
import type { Topology } from '../../../src/topology/topology.js';

type Text = KStream<string, string>;

const value = (given: string): string => given;
const keep = (total: string): string => total;

/** A cogroup of two streams whose keys have changed, behind what `others` makes of them. */
function cogroup(optimize: Optimize, others: (a: Text, b: Text) => void = () => undefined): Topology {
  const builder = new StreamsBuilder();
  const keyed = (topic: string): Text => builder.stream<string, string>(topic).selectKey(value);
  const [a, b] = [keyed('a'), keyed('b')];
  others(a, b);
  a.groupByKey()
    .cogroup(keep)
    .cogroup(b.groupByKey(), keep)
    .aggregate(() => '', { name: 'all', store: 'totals' });
  return builder.build({ optimize });
}

function topics(topology: Topology): string[] {
  return [...topology.repartitionTopics.keys()].sort();
}

/** The input of each of the two aggregations. */
function inputs(topology: Topology): unknown[] {
  const names = ['all-cogroup-agg-0', 'all-cogroup-agg-1'];
  return topology.nodes.flatMap((node) => (node.type === 'processor' && names.includes(node.name) ? node.parents : []));
}

describe('separateRepartitions', () => {
  it('names the second repartition of a cogroup after its operator', () => {
    const topology = cogroup('none');
    expect(topics(topology)).toEqual(['totals-cogroup-agg-1-repartition', 'totals-repartition']);
    expect(inputs(topology)).toEqual(['totals-repartition-source', 'totals-cogroup-agg-1-repartition-source']);
  });

  it('leaves the plain name to the second when the first is merged into another', () => {
    const topology = cogroup('all', (a) => a.groupByKey().count({ store: 'counts' }));
    expect(topics(topology)).toEqual(['counts-repartition', 'totals-repartition']);
    expect(inputs(topology)).toEqual(['counts-repartition-source', 'totals-repartition-source']);
  });

  it('leaves it to the first when the second is merged', () => {
    const topology = cogroup('all', (_, b) => b.groupByKey().count({ store: 'counts' }));
    expect(topics(topology)).toEqual(['counts-repartition', 'totals-repartition']);
    expect(inputs(topology)).toEqual(['totals-repartition-source', 'counts-repartition-source']);
  });

  it('keeps the copartitioning of what it has renamed', () => {
    const groups = cogroup('none').copartitionGroups.map((group) => [...group].sort());
    expect(groups).toEqual([['totals-cogroup-agg-1-repartition-source', 'totals-repartition-source']]);
  });
});
