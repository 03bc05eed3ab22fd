import { describe, expect, it } from 'vitest';
import { Parts, source, store } from './parts.js';

const invalid = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'TOPOLOGY_INVALID', message: expect.stringMatching(message) as string });

describe('TopologyBuilder', () => {
  it('keeps nodes in the order in which they are added', () => {
    const topology = new Parts().from('in').add('a', 'in').to('out', 'out', 'a').build();
    expect(topology.nodes.map((node) => node.name)).toEqual(['in', 'a', 'out']);
    expect(topology.node('a')).toMatchObject({ type: 'processor', parents: ['in'] });
    expect(topology.node('nobody')).toBeUndefined();
  });

  it('makes a value of it: nothing can be changed afterwards', () => {
    const topology = new Parts().from('in').add('a', 'in').build();
    expect(Object.isFrozen(topology)).toBe(true);
    expect(Object.isFrozen(topology.nodes)).toBe(true);
    expect(topology.nodes.every((node) => Object.isFrozen(node))).toBe(true);
  });

  it('refuses a name that is taken', () => {
    expect(() => new Parts().from('in').add('a', 'in').add('a', 'in')).toThrow(
      invalid(/name a has already been added/),
    );
    expect(() => new Parts().from('in').from('in', 'other')).toThrow(invalid(/name in has already been added/));
  });

  it('refuses parents that are unknown, missing, sinks or the node itself', () => {
    const parts = new Parts().from('in').to('out', 'out', 'in');
    expect(() => parts.add('a', 'nobody')).toThrow(invalid(/parent nobody of a is unknown/));
    expect(() => parts.add('a', 'a')).toThrow(invalid(/cannot be its own parent/));
    expect(() => parts.add('a', 'out')).toThrow(invalid(/sink out cannot be the parent of a/));
    expect(() => parts.add('a')).toThrow(invalid(/a needs at least one parent/));
  });

  it('refuses a topic that is read twice, be it by a pattern or for a global store', () => {
    expect(() => new Parts().from('one', 'orders').from('two', 'orders')).toThrow(invalid(/orders is already read/));
    expect(() => new Parts().from('one', 'orders').from('two', /ord.*/)).toThrow(invalid(/by the pattern ord\.\*/));
    expect(() => new Parts().from('one', /ord.*/).from('two', 'orders')).toThrow(invalid(/by the pattern ord\.\*/));
    const global = new Parts().from('one', 'users');
    expect(() => {
      global.addGlobalStore(store('s'), source('g', ['users']), 'p', { kind: 'pass' });
    }).toThrow(invalid(/users is already read/));
  });

  it('refuses a source without topics', () => {
    expect(() => new Parts().from('in', [])).toThrow(invalid(/at least one topic/));
  });

  it('connects a store to processors, in the order of connection', () => {
    const parts = new Parts().from('in').add('a', 'in').add('b', 'in');
    parts.addStore(store('one'), 'a');
    parts.addStore(store('two'), 'a', 'b');
    const topology = parts.build();
    expect(topology.node('a')).toMatchObject({ stores: ['one', 'two'] });
    expect(topology.node('b')).toMatchObject({ stores: ['two'] });
    expect([...topology.stores.keys()]).toEqual(['one', 'two']);
  });

  it('connects a store that is added after its reader', () => {
    const parts = new Parts().from('in').add('reader', 'in').add('owner', 'in');
    parts.connectStore('reader', 'late');
    parts.addStore(store('late'), 'owner');
    expect(parts.build().node('reader')).toMatchObject({ stores: ['late'] });
  });

  it('refuses a store that never comes, another of the same name, and stores at sources and sinks', () => {
    const missing = new Parts().from('in').add('a', 'in');
    missing.connectStore('a', 'nowhere');
    expect(() => missing.build()).toThrow(invalid(/store nowhere, which a uses, has not been added/));

    const parts = new Parts().from('in').add('a', 'in').to('out', 'out', 'a');
    const counts = store('counts');
    parts.addStore(counts, 'a');
    expect(() => {
      parts.addStore(counts, 'a');
    }).not.toThrow();
    expect(() => {
      parts.addStore(store('counts'));
    }).toThrow(invalid(/different store has already been added with the name counts/));
    expect(() => {
      parts.connectStore('out', 'counts');
    }).toThrow(invalid(/out: it is a source or a sink/));
    expect(() => {
      parts.connectStore('nobody', 'counts');
    }).toThrow(invalid(/nobody: it is not added yet/));
  });

  it('keeps global stores apart from those of tasks', () => {
    const parts = new Parts().from('in').add('a', 'in');
    parts.addGlobalStore(store('users'), source('g', ['users']), 'p', { kind: 'pass' });
    expect(() => {
      parts.addStore(store('users'));
    }).toThrow(invalid(/global store has already been added with the name users/));
    expect(() => {
      parts.connectStore('a', 'users');
    }).toThrow(invalid(/global store users is open to every processor/));
    const topology = parts.build();
    expect(topology.stores.size).toBe(0);
    expect(topology.globalStores.map((one) => [one.store.name, one.topic])).toEqual([['users', 'users']]);
  });

  it('joins copartition groups that share a source', () => {
    const parts = new Parts().from('a').from('b').from('c').from('d').from('e');
    parts.copartition(['a', 'b']);
    parts.copartition(['c', 'd']);
    parts.copartition(['b', 'c']);
    parts.copartition(['e']);
    const groups = parts.build().copartitionGroups.map((group) => [...group].sort().join(''));
    expect(groups.sort()).toEqual(['abcd', 'e']);
  });

  it('refuses fixed partition counts that contradict each other', () => {
    const parts = new Parts().from('in').through('x', 'in', 3).through('y', 'in', 4);
    parts.copartition(['x-source', 'y-source']);
    expect(() => parts.build()).toThrow(
      expect.objectContaining({
        code: 'PARTITIONS_MISMATCHED',
        message: expect.stringContaining('(x: 3, y: 4)') as string,
      }) as Error,
    );
  });
});
