import { expect, it } from 'vitest';
import { OperatorNode } from '../../../src/topology/logical/processor-nodes.js';
import { TableJoinNode } from '../../../src/topology/logical/table-join-node.js';
import type { Operator } from '../../../src/topology/operators.js';
import { TopologyAssembly } from '../../../src/topology/topology-builder.js';
import { source, store } from '../parts.js';

const pass = (): Operator => ({ kind: 'pass' });

it('writes two sides, each with the stores of the other table, and the node where they meet', () => {
  const builder = new TopologyAssembly();
  builder.addSource(source('in', ['topic']));
  builder.addProcessor('a', pass(), ['in']);
  builder.addProcessor('b', pass(), ['in']);
  builder.addStore(store('a-store'), 'a');
  builder.addStore(store('b-store'), 'b');
  const [a, b] = ['a', 'b'].map((name) => new OperatorNode(name, () => ({ operator: pass() })));
  const node = new TableJoinNode(
    'join',
    [
      { name: 'this', input: a!, operator: pass, reads: ['b-store'] },
      { name: 'other', input: b!, operator: pass, reads: ['a-store'] },
    ],
    pass,
    store('joined'),
  );
  node.write(builder);
  const topology = builder.build();
  expect(topology.node('this')).toMatchObject({ parents: ['a'], stores: ['b-store'] });
  expect(topology.node('other')).toMatchObject({ parents: ['b'], stores: ['a-store'] });
  expect(topology.node('join')).toMatchObject({ parents: ['this', 'other'], stores: ['joined'] });
});
