import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { AnswerSerde } from '../../src/serde/foreign-key-answer.js';
import { registrationSerde } from '../../src/serde/foreign-key-registration.js';
import { serdes } from '../../src/serde/serdes.js';
import type { SinkNode } from '../../src/topology/node.js';
import type { Topology } from '../../src/topology/topology.js';
import { operatorOf } from './operators-of.js';

const left = { key: serdes.string(), value: serdes.string() };
const right = { key: serdes.long(), value: serdes.json<{ name: string }>() };
const extractor = (value: string): number => value.length;
const joiner = (value: string): string => value;
const registrationTopic = 'j-subscription-registration-topic';

function sinkOf(topology: Topology, name: string): SinkNode {
  const node = topology.node(name);
  if (node?.type !== 'sink') throw new Error(`${name} is not a sink`);
  return node;
}

describe('a join by a foreign key', () => {
  it('gives its operators what they need of both tables', () => {
    const builder = new StreamsBuilder();
    const [orders, users] = [builder.table('orders', left), builder.table('users', right)];
    orders.leftJoin(users, extractor, joiner, { name: 'j' });
    const topology = builder.build();
    const store = 'j-subscription-store';
    const answers = { registrationTopic, decodesKeys: false, key: left.key };
    expect(operatorOf(topology, 'j-subscription-registration-processor')).toEqual({
      kind: 'foreignKeySend',
      versioned: false,
      extractor,
      left: true,
      registrationTopic,
      key: left.key,
      value: left.value,
      foreignKey: right.key,
    });
    expect(operatorOf(topology, 'j-subscription-receive')).toEqual({
      kind: 'foreignKeyReceive',
      store,
      registrationTopic,
      foreignKey: right.key,
    });
    expect(operatorOf(topology, 'j-subscription-join-foreign')).toEqual({
      kind: 'foreignKeyLookUp',
      table: { kind: 'store', store: 'users-STATE-STORE-0000000003' },
      ...answers,
    });
    expect(operatorOf(topology, 'j-foreign-join-subscription')).toEqual({
      kind: 'foreignKeyFanOut',
      versioned: false,
      store,
      foreignKey: right.key,
      ...answers,
    });
    expect(operatorOf(topology, 'j-subscription-response-resolver')).toEqual({
      kind: 'foreignKeyResolve',
      table: { kind: 'store', store: 'orders-STATE-STORE-0000000000' },
      joiner,
      left: true,
      registrationTopic,
      value: left.value,
    });
    expect(operatorOf(topology, 'j-result')).toEqual({ kind: 'tableSource', store: null, sendOldValues: false });
    expect(topology.stores.get(store)).toMatchObject({ kind: 'subscription', caching: false, logging: {} });
  });

  it('asks both tables for old values', () => {
    const builder = new StreamsBuilder();
    builder.table('orders', left).join(builder.table('users', right), extractor, joiner);
    const topology = builder.build();
    for (const name of ['KTABLE-SOURCE-0000000002', 'KTABLE-SOURCE-0000000005']) {
      expect(operatorOf(topology, name)).toMatchObject({ sendOldValues: true });
    }
  });

  it('writes foreign keys to the right table, and primary keys as bytes back to where they came from', () => {
    const builder = new StreamsBuilder();
    builder.table('orders', left).join(builder.table('users', right), extractor, joiner, { name: 'j' });
    const topology = builder.build();
    expect(sinkOf(topology, 'j-subscription-registration-sink')).toMatchObject({
      topic: registrationTopic,
      key: right.key,
      value: registrationSerde,
      partitioner: null,
    });
    const response = sinkOf(topology, 'j-subscription-response-sink');
    expect(response).toMatchObject({ topic: 'j-subscription-response-topic', key: serdes.bytes() });
    expect(response.value).toEqual(new AnswerSerde(right.value));
    expect(response.partitioner?.('t', Buffer.of(1), { partition: 5 }, 9, [])).toBe(5);
    expect(response.partitioner?.('t', Buffer.of(1), { partition: -1 }, 9, [])).toBeNull();
    expect([...topology.repartitionTopics.keys()]).toEqual([registrationTopic, 'j-subscription-response-topic']);
    expect(topology.copartitionGroups).toEqual([
      ['KSTREAM-SOURCE-0000000004', 'j-subscription-registration-source'],
      ['KSTREAM-SOURCE-0000000001', 'j-subscription-response-source'],
    ]);
  });

  it('lets partitioners see keys alone', () => {
    const builder = new StreamsBuilder();
    const seen: unknown[][] = [];
    const choose = (...given: unknown[]): number => seen.push(given);
    builder.table('orders', left).join(builder.table('users', right), extractor, joiner, {
      name: 'j',
      partitioner: choose,
      otherPartitioner: choose,
    });
    const topology = builder.build();
    expect(sinkOf(topology, 'j-subscription-registration-sink').partitioner?.('t', 7, 'not shown', 9, [])).toBe(1);
    expect(sinkOf(topology, 'j-subscription-response-sink').partitioner?.('t', 'k', 'not shown', 9, [])).toBe(2);
    expect(seen).toEqual([
      ['t', 7, null, 9],
      ['t', 'k', null, 9],
    ]);
    expect(sinkOf(topology, 'j-subscription-response-sink').key).toBe(left.key);
    expect(operatorOf(topology, 'j-subscription-join-foreign')).toMatchObject({ decodesKeys: true });
  });

  it('keeps its result when its store is named, or something reads it', () => {
    const builder = new StreamsBuilder();
    const [orders, users] = [builder.table('orders', left), builder.table('users', right)];
    const named = orders.join(users, extractor, joiner, { name: 'a', store: 's', caching: false });
    const read = orders.join(users, extractor, joiner, { name: 'b', engine: 'memory' });
    builder.stream('stream', left).join(read, joiner);
    expect([named.queryableStoreName, read.queryableStoreName]).toEqual(['s', null]);
    const topology = builder.build();
    expect(operatorOf(topology, 'a-result')).toMatchObject({ store: 's' });
    expect(topology.stores.get('s')).toMatchObject({ key: left.key, value: undefined, caching: false });
    const { store } = operatorOf(topology, 'b-result') as { store: string };
    expect(topology.stores.get(store)).toMatchObject({ engine: 'memory' });
  });

  it('refuses what it cannot use', () => {
    const orders = new StreamsBuilder().table('orders', left);
    const other = new StreamsBuilder().table('users', right);
    expect(() => orders.join(other, extractor, joiner)).toThrow(/same StreamsBuilder/);
    expect(() => orders.join(orders, 'id' as never, joiner)).toThrow(/foreignKey of join\(\) must be a function/);
    expect(() => orders.leftJoin(orders, joiner, joiner, { partitioner: 3 } as never)).toThrow(/partitioner/);
  });
});
