import { expect, it } from 'vitest';
import { JoinWindows } from '../../../src/time/join-windows.js';
import { OperatorNode } from '../../../src/topology/logical/processor-nodes.js';
import { StreamJoinLogicalNode } from '../../../src/topology/logical/stream-join-node.js';
import { Parts, store } from '../parts.js';

const windows = JoinWindows.of({ timeDifference: 1 });
const joiner = (): string => '';

function side(name: string, outer: boolean) {
  return {
    name,
    outer,
    store: store(`${name}-store`),
    window: new OperatorNode(`${name}-window`, () => ({ operator: { kind: 'pass' } })),
  };
}

it('stands for one operator a side and the one in which they meet', () => {
  const builder = new Parts().from('source').add('left-window', 'source').add('right-window', 'source');
  builder.addStore(store('left-store'), 'left-window');
  builder.addStore(store('right-store'), 'right-window');
  const node = new StreamJoinLogicalNode('join', {
    left: side('left', true),
    right: side('right', true),
    joiner,
    windows,
    waitingStore: store('waiting'),
  });
  expect(node.wantsNullKeys).toBe(true);
  node.write(builder);
  const topology = builder.build();
  expect(topology.node('left')).toMatchObject({
    parents: ['left-window'],
    stores: ['right-store', 'waiting'],
    operator: { left: true, outer: true, otherStore: 'right-store', waitingStore: 'waiting', join: 'join' },
  });
  expect(topology.node('right')).toMatchObject({ parents: ['right-window'], stores: ['left-store', 'waiting'] });
  expect(topology.node('join')).toMatchObject({ parents: ['left', 'right'], operator: { kind: 'pass' } });
});

it('has no use for null keys when it is an inner join', () => {
  const node = new StreamJoinLogicalNode('join', {
    left: side('left', false),
    right: side('right', false),
    joiner,
    windows,
    waitingStore: null,
  });
  expect(node.wantsNullKeys).toBe(false);
});
