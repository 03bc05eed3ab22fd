import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { JoinWindows } from '../../../src/time/join-windows.js';
import type { Optimize } from '../../../src/topology/optimise/optimize.js';
import { nodeNames, operatorOf } from '../../dsl/operators-of.js';

const near = JoinWindows.of({ timeDifference: 10 });
const joiner = (): string => '';

function stores(write: (builder: StreamsBuilder) => void, optimize: Optimize): string[] {
  const builder = new StreamsBuilder();
  write(builder);
  return [...builder.build({ optimize }).stores.keys()];
}

describe('singleStoreSelfJoins', () => {
  it('leaves the window of the left side and one operator under the name of the last one', () => {
    const builder = new StreamsBuilder();
    const a = builder.stream<string, string>('a', { name: 'a' });
    a.join(a, joiner, near, { name: 'n', store: 's' });
    const topology = builder.build({ optimize: ['single.store.self.join'] });
    expect(nodeNames(topology)).toEqual(['a', 'n-this-windowed', 'n-merge']);
    expect(operatorOf(topology, 'n-merge')).toEqual({
      kind: 'streamSelfJoin',
      joiner,
      windows: near,
      store: 's-this-join-store',
      leftOuter: false,
      rightOuter: false,
    });
    expect(topology.node('n-merge')).toMatchObject({ parents: ['n-this-windowed'], stores: ['s-this-join-store'] });
  });

  it('finds streams of one topic, and repartitions that were merged', () => {
    const sameTopic = (builder: StreamsBuilder): void => {
      builder.stream<string, string>('a').join(builder.stream<string, string>('a'), joiner, near, { store: 's' });
    };
    const repartitioned = (builder: StreamsBuilder): void => {
      const keyed = builder.stream<string, string>('a').selectKey(joiner);
      keyed.join(keyed, joiner, near, { name: 'n', store: 's' });
    };
    const two = ['s-this-join-store', 's-other-join-store'];
    expect(stores(sameTopic, 'none')).toEqual(two);
    expect(stores(sameTopic, 'all')).toEqual(['s-this-join-store']);
    expect(stores(repartitioned, ['single.store.self.join'])).toEqual(two);
    expect(stores(repartitioned, 'all')).toEqual(['s-this-join-store']);
  });

  it('leaves joins of different streams alone', () => {
    const derived = (builder: StreamsBuilder): void => {
      const a = builder.stream<string, string>('a');
      a.join(
        a.filter(() => true),
        joiner,
        near,
      );
    };
    expect(stores(derived, 'all')).toHaveLength(2);
  });

  it('leaves left and outer joins alone whose window does not contain a record itself', () => {
    const left = (before: number) => (builder: StreamsBuilder) => {
      const a = builder.stream<string, string>('a');
      a.leftJoin(a, joiner, JoinWindows.of({ timeDifference: 10, before }));
    };
    expect(stores(left(0), 'all')).toHaveLength(1);
    expect(stores(left(-1), 'all')).toHaveLength(3);
  });
});
