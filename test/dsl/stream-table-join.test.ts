import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const joiner = (left: string): string => left;

describe('joins of a stream with a table', () => {
  it('look the table up in its store, which it gets for that', () => {
    const builder = new StreamsBuilder();
    const users = builder.table('users', texts);
    const orders = builder.stream('orders', texts);
    orders.join(users, joiner, { name: 'inner' });
    orders.leftJoin(users, joiner, { name: 'left' });
    const topology = builder.build();
    const store = 'users-STATE-STORE-0000000000';
    const operator = { kind: 'streamTableJoin', table: { kind: 'store', store }, joiner, keySelector: null };
    expect(operatorOf(topology, 'inner')).toEqual({ ...operator, left: false });
    expect(operatorOf(topology, 'left')).toEqual({ ...operator, left: true });
    expect(topology.node('inner')).toMatchObject({ stores: [store] });
    expect([...topology.stores.keys()]).toEqual([store]);
  });

  it('compute the row of a derived table from the store that it comes from', () => {
    const builder = new StreamsBuilder();
    const predicate = (): boolean => true;
    const mapper = joiner;
    const users = builder
      .table('users', { ...texts, store: 's' })
      .filter(predicate)
      .mapValues(mapper);
    builder.stream('orders', texts).join(users, joiner, { name: 'j' });
    const topology = builder.build();
    expect(operatorOf(topology, 'j')).toMatchObject({
      table: {
        kind: 'mapValues',
        mapper,
        parent: { kind: 'filter', predicate, negate: false, parent: { store: 's' } },
      },
    });
    expect(topology.node('j')).toMatchObject({ stores: ['s'] });
  });

  it('hold records back in a store of their own when they have grace', () => {
    const builder = new StreamsBuilder();
    const users = builder.table('users', { ...texts, store: 's', versioned: { historyRetention: '1h' } });
    const orders = builder.stream('orders', texts);
    orders.join(users, joiner, { name: 'inner', grace: '5m' });
    orders.leftJoin(users, joiner, { grace: 0 });
    const topology = builder.build();
    const table = { kind: 'store', store: 's' };
    const operator = { kind: 'streamTableGraceJoin', table, joiner, left: false, buffer: 'inner-Buffer' };
    expect(operatorOf(topology, 'inner')).toEqual(operator);
    expect(topology.stores.get('inner-Buffer')).toEqual({
      ...texts,
      name: 'inner-Buffer',
      kind: 'joinBuffer',
      format: 'plain',
      engine: 'level',
      caching: false,
      logging: {},
      retentionMs: 300_000,
    });
    expect(topology.stores.get('KSTREAM-LEFTJOIN-0000000004-Buffer')).toMatchObject({ retentionMs: 0 });
  });

  it('refuse grace without a history, or with more of it than there is history', () => {
    const builder = new StreamsBuilder();
    const orders = builder.stream('orders', texts);
    const plain = builder.table('plain', texts);
    expect(() => orders.join(plain, joiner, { grace: '5m' })).toThrow('so the table needs a history');
    const short = builder.table('short', { ...texts, store: 's', versioned: { historyRetention: '1m' } });
    expect(() => orders.join(short, joiner, { grace: 60_001 })).toThrow(
      'the grace of a join is 60001 ms, but the history of store s reaches back only 60000 ms',
    );
    expect(() => orders.join(short, joiner, { grace: '1m' })).not.toThrow();
  });

  it('want stream and table partitioned alike, the result included', () => {
    const builder = new StreamsBuilder();
    const table = (topic: string): ReturnType<typeof builder.table<string, string>> =>
      builder.table<string, string>(topic, { name: topic });
    const orders = builder.stream<string, string>('orders', { name: 'orders' });
    orders.join(table('a'), joiner).join(table('b'), joiner);
    const groups = builder.build().copartitionGroups.map((group) => [...group].sort());
    expect(groups).toEqual([['a-source', 'b-source', 'orders']]);
  });

  it('repartition a stream whose key was changed, once for all joins that are not named', () => {
    const builder = new StreamsBuilder();
    const keyed = builder.stream('orders', texts).selectKey(joiner, { name: 'keyed' });
    const table = builder.table<string, string>('users', { name: 'users' });
    keyed.join(table, joiner, { key: serdes.string(), value: serdes.json() });
    keyed.leftJoin(table, joiner);
    keyed.leftJoin(table, joiner, { name: 'named' });
    const topology = builder.build();
    expect([...topology.repartitionTopics.keys()]).toEqual(['keyed-repartition', 'named-repartition']);
    expect(topology.node('keyed-repartition-source')).toMatchObject({ key: serdes.string(), value: serdes.json() });
    expect(topology.copartitionGroups.map((group) => [...group].sort())).toEqual([
      ['keyed-repartition-source', 'named-repartition-source', 'users-source'],
    ]);
  });

  it('look global tables up by any key, without a partition in common', () => {
    const builder = new StreamsBuilder();
    const users = builder.globalTable('users', { ...texts, store: 's' });
    const keySelector = (order: string): string => order;
    const orders = builder.stream('orders', texts).selectKey(joiner);
    orders.join(users, keySelector, joiner, { name: 'inner' });
    orders.leftJoin(users, keySelector, joiner, { name: 'left' });
    const topology = builder.build();
    const operator = { kind: 'streamTableJoin', table: { kind: 'store', store: 's' }, joiner, keySelector };
    expect(operatorOf(topology, 'inner')).toEqual({ ...operator, left: false });
    expect(operatorOf(topology, 'left')).toEqual({ ...operator, left: true });
    expect(topology.node('inner')).toMatchObject({ stores: [] });
    expect(topology.copartitionGroups).toEqual([]);
    expect(topology.repartitionTopics.size).toBe(0);
  });
});
