import { describe, expect, it } from 'vitest';
import { OperatorNode, SinkLogicalNode, StoreNode } from '../../../src/topology/logical/processor-nodes.js';
import { StreamSourceNode } from '../../../src/topology/logical/source-nodes.js';
import { Parts, sink, source, store } from '../parts.js';

describe('nodes of operators', () => {
  it('bring their own stores and are connected to those that they read', () => {
    const parts = new Parts();
    const from = new StreamSourceNode(source('in', ['in']));
    const own = store('own');
    const owner = new OperatorNode('owner', () => ({ operator: { kind: 'pass' }, stores: [own] }));
    const reader = new OperatorNode('reader', () => ({ operator: { kind: 'pass' }, reads: ['own'] }));
    const out = new SinkLogicalNode(sink('out', 'topic'));
    from.addChild(owner);
    from.addChild(reader);
    owner.addChild(out);
    reader.addChild(out);
    for (const node of [from, owner, reader, out]) node.write(parts);
    const topology = parts.build();
    expect(topology.node('owner')).toMatchObject({ parents: ['in'], stores: ['own'] });
    expect(topology.node('reader')).toMatchObject({ parents: ['in'], stores: ['own'] });
    expect(topology.node('out')).toMatchObject({ parents: ['owner', 'reader'], topic: 'topic' });
  });

  it('can be a store alone', () => {
    const parts = new Parts();
    new StoreNode(store('alone')).write(parts);
    expect([...parts.build().stores.keys()]).toEqual(['alone']);
  });
});
