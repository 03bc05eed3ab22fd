import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import type { RegistryClient } from '../../src/registry/registry-client.js';
import { schemaRegistry } from '../../src/registry/schema-registry.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';

interface Order {
  readonly user: string;
  readonly amount: number;
}
const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'amount', type: 'double' },
  ],
};
const USER = { type: 'record', name: 'User', fields: [{ name: 'name', type: 'string' }] };

describe('an application with Avro', () => {
  it('names subjects as Kafka Streams does, in windows, stores and repartition topics', async () => {
    const client = inMemoryRegistry();
    const registry = schemaRegistry({ client });
    const order = registry.avro<Order>({ schema: ORDER });
    const user = registry.avro<{ name: string }>({ schema: USER });
    const builder = new StreamsBuilder();
    builder
      .stream('orders', { key: serdes.string(), value: order })
      .groupBy(({ user: name }) => ({ name }), { key: user, value: order, name: 'by-user' })
      .windowedBy(TimeWindows.of({ size: '10s' }))
      .reduce((sum, { amount }) => ({ ...sum, amount: sum.amount + amount }), { store: 'sums' })
      .toStream()
      .to('sums', { key: serdes.timeWindowed(user, '10s'), value: order });
    const driver = new TopologyTestDriver(builder.build(), { applicationId: 'app' });
    const input = driver.inputTopic('orders', { key: serdes.string(), value: order });
    input.pipe('x', { user: 'ann', amount: 1 }, { timestamp: 1_000 });
    input.pipe('x', { user: 'ann', amount: 2 }, { timestamp: 2_000 });
    const sums = driver.outputTopic('sums', { key: serdes.timeWindowed(user, '10s'), value: order }).readRecords();
    expect(sums.map(({ key, value }) => [key?.key, key?.window.start, value])).toEqual([
      [{ name: 'ann' }, 0, { user: 'ann', amount: 1 }],
      [{ name: 'ann' }, 0, { user: 'ann', amount: 3 }],
    ]);
    const subjects = [
      'orders-value',
      'app-by-user-repartition-key',
      'app-by-user-repartition-value',
      'app-sums-changelog-key',
      'app-sums-changelog-value',
      'sums-key',
      'sums-value',
    ];
    expect(subjects.map((name) => client.versions(name))).toEqual(subjects.map(() => [1]));
    await driver.close();
  });

  it('makes dead letters of what it cannot read, each with its reason, and goes on', async () => {
    const registry = schemaRegistry({ client: inMemoryRegistry() });
    const order = registry.avro<Order>({ schema: ORDER });
    const builder = new StreamsBuilder();
    builder.stream('orders', { key: serdes.string(), value: order }).to('out', { key: serdes.string(), value: order });
    const errors = { then: 'deadLetter', deadLetterTopic: 'dead' } as const;
    const driver = new TopologyTestDriver(builder.build(), { errors });
    const raw = { key: serdes.string(), value: serdes.bytes() };
    const good = order.serialize({ user: 'ann', amount: 1 }, 'orders');
    const unknown = Buffer.from(good);
    unknown.writeUInt32BE(99, 1);
    const other = registry.avro<object>({ schema: { ...ORDER, fields: [{ name: 'user', type: 'int' }] } });
    const letters = {
      magic: [
        Buffer.from('{"user":"ann"}'),
        /begin with 0, not 123; whoever wrote them does not use a schema registry/,
      ],
      head: [good.subarray(0, 3), /at least 5, not 3/],
      id: [unknown, /^schema 99 not found/],
      short: [good.subarray(0, -1), /^they end too early/],
      schema: [other.serialize({ user: 5 }, 'orders'), /^user: cannot read "int" as "string"/],
    } as const;
    const input = driver.inputTopic('orders', raw);
    for (const [key, [bytes]] of Object.entries(letters)) input.pipe(key, bytes);
    input.pipe('good', good);
    expect(driver.outputTopic('out', { key: serdes.string(), value: order }).readKeyValues()).toEqual([
      ['good', { user: 'ann', amount: 1 }],
    ]);
    const dead = driver.outputTopic('dead', raw).readRecords();
    expect(dead.map(({ key, value }) => [key, value])).toEqual(
      Object.entries(letters).map(([key, [bytes]]) => [key, Buffer.from(bytes)]),
    );
    const reasons = dead.map(({ headers }) =>
      String(headers.find(([name]) => name === '__streams.errors.message')?.[1]),
    );
    for (const [i, [, reason]] of Object.values(letters).entries()) expect(reasons[i]).toMatch(reason);
    await driver.close();
  });

  it('cannot be tested by the driver with a registry that takes its time', () => {
    const memory = inMemoryRegistry();
    const bytes = schemaRegistry({ client: memory })
      .avro({ schema: ORDER })
      .serialize({ user: 'a', amount: 1 }, 'orders');
    const client: RegistryClient = {
      byId: async (id) => memory.byId(id),
      version: async (...args) => memory.version(...args),
      versions: async (subject) => memory.versions(subject),
      idOf: async (...args) => memory.idOf(...args),
      register: async (...args) => memory.register(...args),
    };
    const builder = new StreamsBuilder();
    const value = schemaRegistry({ client }).avro<Order>();
    builder.stream('orders', { key: serdes.string(), value }).foreach(() => undefined);
    const driver = new TopologyTestDriver(builder.build());
    const input = driver.inputTopic('orders', { key: serdes.string(), value: serdes.bytes() });
    expect(() => {
      input.pipe('k', bytes);
    }).toThrow(/a record of orders waits for a schema.*inMemoryRegistry/);
  });
});

describe('schemaRegistry', () => {
  it('wants an address', () => {
    for (const host of [undefined, 'registry:8081', 'http://', 'http:// x']) {
      expect(() => schemaRegistry({ host } as { host: string })).toThrow(/needs host, an address such as http/);
    }
  });

  it.each<[string, () => unknown, string]>([
    [
      'no options',
      () => schemaRegistry(undefined as never),
      'the options of schemaRegistry() must be an object, not undefined',
    ],
    [
      'an address in place of options',
      () => schemaRegistry('http://localhost:8081' as never),
      "schemaRegistry() takes options, such as { host: 'http://localhost:8081' }, not a text",
    ],
    [
      'a misspelt option',
      () => schemaRegistry({ host: 'http://r', retryTimout: '5s' } as never),
      'schemaRegistry() has no option retryTimout; did you mean retryTimeout?',
    ],
    [
      'a schema in place of options',
      () => schemaRegistry({ host: 'http://r' }).avro('{"type":"string"}' as never),
      'registry.avro() takes options, such as { schema }, not a text',
    ],
    [
      'a misspelt option of Avro',
      () => schemaRegistry({ host: 'http://r' }).avro({ shema: 'string' } as never),
      'registry.avro() has no option shema; did you mean schema?',
    ],
    [
      'an option of another format',
      () => schemaRegistry({ host: 'http://r' }).jsonSchema({ message: 'Order' } as never),
      'registry.jsonSchema() has no option message; it knows schema, references, readAs, ',
    ],
    [
      'a misspelt option of Protobuf',
      () => schemaRegistry({ host: 'http://r' }).protobuf({ mesage: 'Order' } as never),
      'registry.protobuf() has no option mesage; did you mean message?',
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('refuses options that are none of its own at once', () => {
    const auth = { username: 'u' } as { username: string; password: string };
    expect(() => schemaRegistry({ host: 'http://r', auth })).toThrow(/username and password, both texts/);
    const registry = schemaRegistry({ client: inMemoryRegistry() });
    const refused = (make: () => unknown, message: RegExp): void => {
      expect(make).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) as string }),
      );
    };
    refused(
      () => registry.avro({ subject: 'Topic' as 'topic' }),
      /^subject is topic, record, topicRecord or a function/,
    );
    refused(() => registry.avro({ longs: 'number' as 'exact' }), /^longs is exact or bigint, not text "number"/);
    refused(() => registry.avro({ schema: 'nope' }), /^registry\.avro needs schema as an object or as JSON text/);
    refused(() => registry.avro({ schema: null as unknown as string }), /registry\.avro needs schema .* not null/);
    refused(() => registry.jsonSchema({ schema: '{' }), /^registry\.jsonSchema needs schema/);
    refused(() => registry.protobuf({ schema: {} as string }), /the text of a \.proto file, not an object/);
    expect(() => registry.avro({ subject: () => '' }).serialize({}, 't')).toThrow(
      /names subjects gave text "", not a name/,
    );
  });

  it('takes the name of a primitive type of Avro, as millrace schemas pull writes it', () => {
    const client = inMemoryRegistry();
    const serde = schemaRegistry({ client }).avro<string>({ schema: 'string' });
    expect(serde.deserialize(serde.serialize('a', 't'), 't')).toBe('a');
    expect(client.byId(1)).toMatchObject({ schema: '"string"' });
  });
});
