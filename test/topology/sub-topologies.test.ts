import { describe, expect, it } from 'vitest';
import { Parts, source, store } from './parts.js';

describe('sub-topologies', () => {
  it('are what edges connect, numbered by their first node', () => {
    const topology = new Parts()
      .from('a')
      .from('b')
      .add('of-b', 'b')
      .add('of-a', 'a')
      .to('out', 'out', 'of-a')
      .from('c')
      .add('of-b-and-c', 'of-b', 'c')
      .build();
    expect(topology.subTopologies().map((part) => [part.id, part.nodes.map((node) => node.name).join(' ')])).toEqual([
      [0, 'a of-a out'],
      [1, 'b of-b c of-b-and-c'],
    ]);
  });

  it('are connected by a store that they share', () => {
    const parts = new Parts().from('a').add('x', 'a').from('b').add('y', 'b');
    parts.addStore(store('shared'), 'x', 'y');
    const [part, ...rest] = parts.build().subTopologies();
    expect(rest).toEqual([]);
    expect(part?.sourceTopics).toEqual(['a', 'b']);
    expect(part?.stores).toEqual(['shared']);
  });

  it('are apart on the two sides of a repartition topic', () => {
    const topology = new Parts()
      .from('in')
      .through('counts-repartition', 'in')
      .add('count', 'counts-repartition-source')
      .build();
    expect(topology.subTopologies()).toMatchObject([
      { id: 0, sourceTopics: ['in'], repartitionSources: [], sinkTopics: ['counts-repartition'] },
      {
        id: 1,
        sourceTopics: ['counts-repartition'],
        repartitionSources: ['counts-repartition'],
        sinkTopics: [],
      },
    ]);
  });

  it('count global stores without naming them', () => {
    const parts = new Parts().from('a');
    parts.addGlobalStore(store('users'), source('g', ['users']), 'p', { kind: 'pass' });
    parts.from('b');
    expect(
      parts
        .build()
        .subTopologies()
        .map((part) => part.id),
    ).toEqual([0, 2]);
  });

  it('list stores once, those of an operator in the order of a hash set', () => {
    const parts = new Parts().from('a').add('x', 'a').add('y', 'x');
    for (const name of ['store-1', 'store-0', 'store-10']) parts.addStore(store(name), 'y');
    parts.connectStore('x', 'store-0');
    expect(parts.build().subTopologies()[0]?.stores).toEqual(['store-0', 'store-10', 'store-1']);
  });

  it('name patterns and leave out topics that are chosen for each record', () => {
    const parts = new Parts().from('in', /orders-.*/);
    parts.addSink({ ...source('out', []), type: 'sink', parents: ['in'], topic: () => 'x', partitioner: null });
    expect(parts.build().subTopologies()).toMatchObject([
      { sourceTopics: [], sourcePatterns: [/orders-.*/], sinkTopics: [] },
    ]);
  });

  it('do not contain stores that nobody uses', () => {
    const parts = new Parts().from('in');
    parts.addStore(store('unused'));
    expect(parts.build().subTopologies()[0]?.stores).toEqual([]);
  });
});
