import { describe, expect, it } from 'vitest';
import {
  GlobalSourceNode,
  StreamSourceNode,
  TableSourceLogicalNode,
} from '../../../src/topology/logical/source-nodes.js';
import { Parts, source, store } from '../parts.js';

const operator = { kind: 'pass' } as const;

describe('TableSourceNode', () => {
  it('writes what is known of its store at the time of writing', () => {
    let kept = false;
    const users = store('users-store');
    const node = new TableSourceLogicalNode('users', source('users-source', ['users']), 'users', () => ({
      operator,
      store: kept ? users : null,
    }));
    const before = new Parts();
    node.write(before);
    expect(before.build().stores.size).toBe(0);
    kept = true;
    const after = new Parts();
    node.write(after);
    const topology = after.build();
    expect(topology.nodes.map((one) => one.name)).toEqual(['users-source', 'users']);
    expect(topology.stores.get('users-store')).toBe(users);
    expect(node.sourceName).toBe('users-source');
  });

  it('takes the topic for its changelog if told to', () => {
    const node = new TableSourceLogicalNode('users', source('users-source', ['users']), 'users', () => ({
      operator,
      store: store('users-store', { logging: { 'segment.bytes': '1' } }),
    }));
    node.reusesTopic = true;
    const parts = new Parts();
    node.write(parts);
    expect(parts.build().stores.get('users-store')).toMatchObject({ logging: false, sourceTopic: 'users' });
  });
});

describe('StreamSourceNode', () => {
  it('is known by the name of its source', () => {
    const node = new StreamSourceNode(source('in', ['t']));
    expect([node.name, node.sourceName]).toEqual(['in', 'in']);
  });
});

describe('GlobalSourceNode', () => {
  it('writes a global store', () => {
    const parts = new Parts();
    const node = new GlobalSourceNode('users', source('users-source', ['users']), operator, store('users-store'));
    node.write(parts);
    expect(parts.build().globalStores).toMatchObject([{ topic: 'users', processor: { name: 'users' } }]);
    expect(node.sourceName).toBeNull();
  });
});
