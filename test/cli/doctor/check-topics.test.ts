import { describe, expect, it } from 'vitest';
import { checkTopics, topicsToAsk } from '../../../src/cli/doctor/check-topics.js';
import type { InspectedTopic, Operation } from '../../../src/broker/wire/inspect/cluster-codec.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';

const ALL: readonly Operation[] = ['Read', 'Write', 'Describe', 'Create'];
const text = { key: serdes.string(), value: serdes.string() };

function joined() {
  const builder = new StreamsBuilder();
  const table = builder.table('customers', { ...text, store: 'customers' });
  builder
    .stream('orders', text)
    .join(table, (order, customer) => order + customer)
    .to('named', text);
  return builder.build();
}

function topic(
  name: string,
  partitions: number,
  given: Partial<InspectedTopic> & { replicas?: number; inSync?: number } = {},
) {
  const { replicas = 3, inSync = replicas, ...others } = given;
  return {
    topic: name,
    errorCode: 0,
    partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, leader: 1, replicas, inSync })),
    operations: new Set(ALL),
    ...others,
  };
}

const three = [1, 2, 3].map((node) => ({ node, address: `b${node}:9092`, rack: null }));
const check = (topics: readonly InspectedTopic[], applicationId: string | null = 'app') =>
  checkTopics(joined(), { topics, brokers: three }, applicationId);
const good = [topic('orders', 4), topic('customers', 4), topic('named', 2)];

describe('the topics of a topology', () => {
  it('are well when they fit', () => {
    expect(check(good)).toEqual([
      {
        check: 'topics',
        status: 'ok',
        found: '3 topics fit each other and the topology, which has 4 tasks',
        fix: null,
      },
    ]);
  });

  it.each([
    [
      'with other counts in a join',
      [topic('orders', 4), topic('customers', 3), topic('named', 2)],
      /must have the same number of partitions \(customers: 3, orders: 4\)/,
    ],
    ['of which an input is not there', [topic('orders', 4), topic('named', 2)], /do(es)? not exist: customers/],
    ['of which the output is not there', good.slice(0, 2), /output topic named does not exist/],
    ['that may not be seen', [...good.slice(0, 2), topic('named', 0, { errorCode: 29 })], /may not see named/],
    [
      'that may not be written',
      [...good.slice(0, 2), topic('named', 2, { operations: new Set(['Read']) })],
      /may not Write topic named \(it may: Read\)/,
    ],
    [
      'that may not be read',
      [topic('orders', 4, { operations: new Set() }), ...good.slice(1)],
      /may not Read topic orders \(it may: nothing\)/,
    ],
    [
      'whose changelog is of another time',
      [...good, topic('app-customers-changelog', 3)],
      /app-customers-changelog has 3 partitions, the topology needs 4/,
    ],
  ])('%s are wrong', (_, topics, found) => {
    const wrong = check(topics).filter(({ status }) => status === 'wrong');
    expect(wrong.map((one) => one.found).join('\n')).toMatch(found);
    expect(wrong.every(({ fix }) => fix !== null && fix !== '')).toBe(true);
  });

  it('are looked at for their copies', () => {
    expect(check([topic('orders', 4, { replicas: 1 }), ...good.slice(1)])).toMatchObject([
      { status: 'look', found: 'orders has 1 copy on 3 brokers' },
    ]);
    expect(check([topic('orders', 4, { replicas: 3, inSync: 2 }), ...good.slice(1)])).toMatchObject([
      { status: 'look', found: 'copies of orders are behind or away, of partitions 0, 1, 2, 3' },
    ]);
    const leaderless = topic('orders', 4);
    const dead = {
      ...leaderless,
      partitions: leaderless.partitions.map((one) => ({ ...one, leader: one.partition - 1 })),
    };
    expect(check([dead, ...good.slice(1)])).toMatchObject([
      { status: 'wrong', found: 'orders has no leader for partitions 0' },
    ]);
  });

  it('that are asked for are those named, and those of the application', () => {
    const existing = ['orders', 'app-customers-changelog', 'other'];
    expect(topicsToAsk(joined(), existing, 'app').sort()).toEqual([
      'app-customers-changelog',
      'customers',
      'named',
      'orders',
    ]);
    expect(topicsToAsk(joined(), existing, null).sort()).toEqual(['customers', 'named', 'orders']);
  });
});
