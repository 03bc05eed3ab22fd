import { describe, expect, it } from 'vitest';
import { RepartitionNode, repartitionNames } from '../../../src/topology/logical/repartition-node.js';
import { NameCounter } from '../../../src/topology/names.js';
import { Parts } from '../parts.js';

describe('repartitionNames', () => {
  it('takes generated names where the topic is named after an operator that nobody named', () => {
    expect(repartitionNames('KSTREAM-KEY-SELECT-0000000001', new NameCounter())).toEqual({
      topic: 'KSTREAM-KEY-SELECT-0000000001-repartition',
      sink: 'KSTREAM-SINK-0000000000',
      filter: 'KSTREAM-FILTER-0000000001',
      source: 'KSTREAM-SOURCE-0000000002',
    });
  });

  it('names all parts after a given name, and uses up three numbers all the same', () => {
    const names = new NameCounter();
    expect(repartitionNames('counts', names)).toEqual({
      topic: 'counts-repartition',
      sink: 'counts-repartition-sink',
      filter: 'counts-repartition-filter',
      source: 'counts-repartition-source',
    });
    expect(names.operator('X-')).toBe('X-0000000003');
  });

  it('does not say repartition twice', () => {
    expect(repartitionNames('counts-repartition', new NameCounter()).topic).toBe('counts-repartition');
  });
});

describe('RepartitionNode', () => {
  it('writes a filter, a sink and a source', () => {
    const node = new RepartitionNode(repartitionNames('x', new NameCounter()), {
      key: undefined,
      value: undefined,
      partitions: 3,
      mergeable: true,
    });
    const builder = new Parts().from('in');
    const parent = new RepartitionNode({ topic: 't', filter: null, sink: 's', source: 'in' }, node.parts);
    parent.addChild(node);
    node.keepsNullKeys = false;
    node.write(builder);
    const topology = builder.build();
    expect(topology.nodes.slice(1)).toMatchObject([
      { name: 'x-repartition-filter', parents: ['in'], operator: { kind: 'repartitionFilter', keepNullKeys: false } },
      { name: 'x-repartition-sink', parents: ['x-repartition-filter'], topic: 'x-repartition' },
      { name: 'x-repartition-source', topics: ['x-repartition'] },
    ]);
    expect(topology.repartitionTopics.get('x-repartition')).toEqual({ name: 'x-repartition', partitions: 3 });
  });
});
