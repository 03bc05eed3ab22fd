import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const joiner = (left: unknown): unknown => left;
const [left, right] = ['l-STATE-STORE-0000000000', 'r-STATE-STORE-0000000003'];

describe('joins of tables', () => {
  it('read the other table on each side', () => {
    const builder = new StreamsBuilder();
    builder.table('l', texts).join(builder.table('r', texts), joiner, { name: 'j' });
    const topology = builder.build();
    const common = { kind: 'tableJoinSide', joiner, type: 'inner', versioned: false, sendOldValues: false };
    expect(operatorOf(topology, 'j-join-this')).toEqual({
      ...common,
      side: 'left',
      other: { kind: 'store', store: right },
    });
    expect(operatorOf(topology, 'j-join-other')).toEqual({
      ...common,
      side: 'right',
      other: { kind: 'store', store: left },
    });
    expect(operatorOf(topology, 'j')).toEqual({ kind: 'tableJoinMerge', store: null, sendOldValues: false });
    expect(topology.copartitionGroups).toEqual([['KSTREAM-SOURCE-0000000001', 'KSTREAM-SOURCE-0000000004']]);
  });

  it.each([
    ['join', false, false],
    ['leftJoin', true, false],
    ['outerJoin', true, true],
  ] as const)('%s asks the sides for old values whose rows alone make a result', (method, ofLeft, ofRight) => {
    const builder = new StreamsBuilder();
    const one = builder.table('l', texts);
    const other = builder.table('r', texts);
    const join: (table: typeof other, join: typeof joiner) => unknown = one[method].bind(one);
    join(other, joiner);
    const topology = builder.build();
    expect(operatorOf(topology, 'KTABLE-SOURCE-0000000002')).toMatchObject({ store: left, sendOldValues: ofLeft });
    expect(operatorOf(topology, 'KTABLE-SOURCE-0000000005')).toMatchObject({ store: right, sendOldValues: ofRight });
  });

  it('have a store when anything is said about it; only a named one can be queried', () => {
    const builder = new StreamsBuilder();
    const one = builder.table('l', texts);
    const other = builder.table('r', texts);
    expect(one.join(other, joiner).queryableStoreName).toBeNull();
    expect(one.join(other, joiner, { caching: false, name: 'unnamed' }).queryableStoreName).toBeNull();
    expect(one.join(other, joiner, { store: 's', name: 'named' }).queryableStoreName).toBe('s');
    const topology = builder.build();
    expect(operatorOf(topology, 'unnamed')).toMatchObject({ store: 'KTABLE-MERGE-STATE-STORE-0000000009' });
    expect(operatorOf(topology, 'named')).toMatchObject({ store: 's' });
    expect(topology.stores.get('s')).toMatchObject({
      kind: 'keyValue',
      format: 'timestamped',
      key: texts.key,
      value: undefined,
    });
  });

  it('are read from both tables by what is behind them', () => {
    const builder = new StreamsBuilder();
    const joined = builder.table('l', texts).outerJoin(builder.table('r', texts), joiner);
    builder.stream('s', texts).join(joined, (value) => value, { name: 'looks-up' });
    const topology = builder.build();
    expect(operatorOf(topology, 'looks-up')).toMatchObject({
      table: { kind: 'join', type: 'outer', joiner, left: { store: left }, right: { store: right } },
    });
    expect(topology.node('looks-up')).toMatchObject({ stores: [left, right] });
  });

  it('refuse what they cannot use', () => {
    const one = new StreamsBuilder().table('l', texts);
    expect(() => one.join(new StreamsBuilder().table('r', texts), joiner)).toThrow(/same StreamsBuilder/);
    expect(() => one.leftJoin(one, undefined as never)).toThrow(/joiner of leftJoin\(\) must be a function/);
    expect(() => one.outerJoin(one, joiner, { stor: 's' } as never)).toThrow(/outerJoin\(\)/);
  });
});
