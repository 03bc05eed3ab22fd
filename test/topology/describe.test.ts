import { describe, expect, it } from 'vitest';
import { Parts, source, store } from './parts.js';

describe('TopologyDescription', () => {
  it('tells what there is, as data', () => {
    const parts = new Parts().from('in', ['refunds', 'orders']).add('sum', 'in');
    parts.addStore(store('sums'), 'sum');
    parts.to('out', 'totals', 'sum');
    expect(parts.build().describe().subTopologies).toEqual([
      {
        id: 0,
        global: false,
        nodes: [
          {
            type: 'source',
            name: 'in',
            topics: ['orders', 'refunds'],
            extractor: undefined,
            stores: [],
            successors: ['sum'],
            predecessors: [],
          },
          {
            type: 'processor',
            name: 'sum',
            topics: undefined,
            extractor: undefined,
            stores: ['sums'],
            successors: ['out'],
            predecessors: ['in'],
          },
          {
            type: 'sink',
            name: 'out',
            topics: 'totals',
            extractor: undefined,
            stores: [],
            successors: [],
            predecessors: ['sum'],
          },
        ],
      },
    ]);
  });

  it('puts nodes with more behind them first, then by name', () => {
    const topology = new Parts()
      .from('in')
      .add('b', 'in')
      .add('a', 'in')
      .add('long', 'in')
      .add('longer', 'long')
      .build();
    expect(topology.describe().subTopologies[0]?.nodes.map((node) => node.name)).toEqual([
      'in',
      'long',
      'a',
      'b',
      'longer',
    ]);
  });

  it('prints a global store without a line after it', () => {
    const parts = new Parts();
    parts.addGlobalStore(store('users-store'), source('users-source', ['users']), 'users', { kind: 'pass' });
    expect(String(parts.build())).toBe(
      [
        'Topologies:',
        '   Sub-topology: 0 for global store (will not generate tasks)',
        '    Source: users-source (topics: [users])',
        '      --> users',
        '    Processor: users (stores: [users-store])',
        '      --> none',
        '      <-- users-source',
        '',
      ].join('\n'),
    );
  });

  it('prints patterns, and the name of a function that chooses the topic', () => {
    const parts = new Parts().from('in', /orders-.*/);
    const byCountry = (): string => 'de';
    parts.addSink({ ...source('out', []), type: 'sink', parents: ['in'], topic: byCountry, partitioner: null });
    const text = String(parts.build().describe());
    expect(text).toContain('Source: in (topics: orders-.*)');
    expect(text).toContain('Sink: out (extractor class: byCountry)');
  });

  it('of an empty topology is a headline', () => {
    expect(String(new Parts().build())).toBe('Topologies:\n ');
  });
});
