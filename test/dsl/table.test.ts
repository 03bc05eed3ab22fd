import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KTable } from '../../src/dsl/table.js';
import { serdes } from '../../src/serde/serdes.js';
import type { SinkNode } from '../../src/topology/node.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };
const value = (given: string): string => given;
const yes = (): boolean => true;

type Users = KTable<string, string | null>;

function users(store: string | null = null): [StreamsBuilder, Users] {
  const builder = new StreamsBuilder();
  return [builder, builder.table('users', { ...texts, name: 'users', ...(store === null ? {} : { store }) })];
}

describe('KTable', () => {
  it('writes down its operators as data', () => {
    const [builder, table] = users();
    const pair = (v: string, k: string): [string, string] => [k, v];
    table.filter(yes, { name: 'f' });
    table.filterNot(yes, { name: 'n', store: 'ns' });
    table.mapValues(value, { name: 'm', store: 'ms' });
    table.toStream({ name: 's' });
    const topology = builder.build();
    const filter = { predicate: yes, sendOldValues: false, parentSendsOldValues: false, versioned: false };
    expect(operatorOf(topology, 'f')).toEqual({ kind: 'tableFilter', negate: false, store: null, ...filter });
    expect(operatorOf(topology, 'n')).toEqual({ kind: 'tableFilter', negate: true, store: 'ns', ...filter });
    expect(operatorOf(topology, 'm')).toEqual({
      kind: 'tableMapValues',
      mapper: value,
      store: 'ms',
      sendOldValues: false,
    });
    expect(operatorOf(topology, 's')).toEqual({ kind: 'tableToStream' });
    expect(topology.stores.size).toBe(2);

    const [other, grouped] = users();
    grouped.groupBy(pair, { name: 'g' }).count();
    expect(operatorOf(other.build(), 'g')).toEqual({ kind: 'tableGroupBy', mapper: pair, versioned: false });
  });

  it('gets a store and sends old values for a grouping, itself or the table that it is derived from', () => {
    const [builder, table] = users();
    table
      .mapValues(value, { name: 'm' })
      .filter(yes, { name: 'f' })
      .groupBy((v, k) => [k, v])
      .count();
    const topology = builder.build();
    expect(operatorOf(topology, 'users')).toMatchObject({ store: 'users-STATE-STORE-0000000000', sendOldValues: true });
    expect(operatorOf(topology, 'm')).toMatchObject({ store: null, sendOldValues: true });
    expect(operatorOf(topology, 'f')).toMatchObject({ store: null, sendOldValues: true });
  });

  it('takes old values from the nearest store on the way up', () => {
    const [builder, table] = users();
    table
      .mapValues(value, { name: 'm', store: 'ms' })
      .groupBy((v, k) => [k, v])
      .count();
    const topology = builder.build();
    expect(operatorOf(topology, 'users')).toMatchObject({ store: null, sendOldValues: false });
    expect(operatorOf(topology, 'm')).toMatchObject({ store: 'ms', sendOldValues: true });
  });

  it('asks for old values in a filter where they cost nothing', () => {
    const [builder, table] = users('users-store');
    table.filter(yes, { name: 'f' });
    const topology = builder.build();
    expect(operatorOf(topology, 'users')).toMatchObject({ sendOldValues: true });
    expect(operatorOf(topology, 'f')).toMatchObject({ parentSendsOldValues: true, sendOldValues: true });
  });

  it('does not change a filter when its parent gets a store later', () => {
    const [builder, table] = users();
    table.filter(yes, { name: 'f' });
    table.groupBy((v, k) => [k, v]).count();
    const topology = builder.build();
    expect(operatorOf(topology, 'users')).toMatchObject({ sendOldValues: true });
    expect(operatorOf(topology, 'f')).toMatchObject({ parentSendsOldValues: false, sendOldValues: false });
  });

  it('hands serdes down as Kafka Streams does', () => {
    const after = (derive: (table: Users) => KTable<string, unknown>): [unknown, unknown] => {
      const [builder, table] = users();
      derive(table).toStream().to('out', { name: 'out' });
      const sink = builder.build().node('out') as SinkNode;
      return [sink.key, sink.value];
    };
    expect(after((table) => table.filter(yes))).toEqual([texts.key, texts.value]);
    expect(after((table) => table.mapValues(value))).toEqual([texts.key, undefined]);
    const json = serdes.json<string>();
    expect(after((table) => table.mapValues(value, { value: json }))).toEqual([texts.key, json]);
    expect(after((table) => table.filter(yes, { value: json }))).toEqual([texts.key, json]);
  });

  it('can be queried by the name of its store only', () => {
    const [, table] = users();
    expect(table.queryableStoreName).toBeNull();
    expect(table.filter(yes, { value: texts.value }).queryableStoreName).toBeNull();
    expect(table.filter(yes, { store: 'kept' }).queryableStoreName).toBe('kept');
    expect(users('users-store')[1].queryableStoreName).toBe('users-store');
  });

  it('gives its changes another key on the way to a stream', () => {
    const [builder, table] = users();
    table.toStream((v) => v, { name: 's' }).to('out', { name: 'out' });
    const topology = builder.build();
    expect(topology.node('out')).toMatchObject({ parents: ['KSTREAM-KEY-SELECT-0000000004'], key: undefined });
    expect(topology.node('KSTREAM-KEY-SELECT-0000000004')).toMatchObject({ parents: ['s'] });
  });
});
