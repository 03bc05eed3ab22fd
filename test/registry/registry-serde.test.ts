import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { RegistryRefusal, type RegistryClient } from '../../src/registry/registry-client.js';
import { schemaRegistry } from '../../src/registry/schema-registry.js';
import { NotReady } from '../../src/serde/not-ready.js';
import { prepared } from '../../src/serde/prepared.js';
import { serdes } from '../../src/serde/serdes.js';
import { serdeContract } from '../../src/testing/contract/serde-contract.js';
import { unreadable, unwritable } from '../serde/bytes-of.js';

interface Order {
  id: string;
  amount: number;
}
const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'amount', type: 'double' },
  ],
};
const NEWER = {
  ...ORDER,
  fields: [...ORDER.fields.slice(0, 1), { name: 'note', type: 'string', default: '-' }],
  aliases: [],
};

function registered(client = inMemoryRegistry()): {
  client: RegistryClient;
  registry: ReturnType<typeof schemaRegistry>;
} {
  return { client, registry: schemaRegistry({ client }) };
}

/** Answers later, and as told. */
function slow(client: RegistryClient, answer: () => Promise<void>): RegistryClient {
  const later =
    <A extends unknown[], T>(call: (...args: A) => T | Promise<T>) =>
    async (...args: A): Promise<T> => {
      await answer();
      return call(...args);
    };
  return {
    byId: later((id) => client.byId(id)),
    version: later((subject, version) => client.version(subject, version)),
    versions: later((subject) => client.versions(subject)),
    idOf: later((...args) => client.idOf(...args)),
    register: later((...args) => client.register(...args)),
  };
}

const VALUES: Order[] = [
  { id: 'a', amount: 1.5 },
  { id: 'zoë', amount: -1 },
];

describe('an Avro serde with a registry', () => {
  for (const { name, run } of serdeContract({
    serde: registered().registry.avro<Order>({ schema: ORDER }),
    values: VALUES,
    refused: [null, {}, { id: 5, amount: 1 }],
    refusedBytes: ['', '00', '0100000001', '0000000009', '0000000001', '000000000102'].map((hex) =>
      Buffer.from(hex, 'hex'),
    ),
  })) {
    it(name, { timeout: 60_000 }, run);
  }

  it('writes a zero, the id and the value, and registers keys and values under the subjects of their topic', () => {
    const { client, registry } = registered();
    const serde = registry.avro<Order>({ schema: ORDER });
    expect(serde.serialize(VALUES[0] as Order, 'orders').toString('hex')).toBe(
      '0000000001' + '0261' + '000000000000f83f',
    );
    serde.forKeys?.().serialize(VALUES[0] as Order, 'orders');
    expect(client.versions('orders-value')).toEqual([1]);
    expect(client.versions('orders-key')).toEqual([1]);
  });

  it('names subjects by the strategy', () => {
    for (const [subject, name] of [
      ['record', 'shop.Order'],
      ['topicRecord', 'orders-shop.Order'],
      [({ topic, part }: { topic: string; part: string }) => `${part} of ${topic}`, 'value of orders'],
    ] as const) {
      const { client, registry } = registered();
      registry.avro<Order>({ schema: ORDER, subject }).serialize(VALUES[0] as Order, 'orders');
      expect(client.versions(name)).toEqual([1]);
    }
  });

  it('reads older and newer records in the form of its own schema, or as they were written', () => {
    const { registry } = registered();
    const older = registry.avro<Order>({ schema: ORDER }).serialize(VALUES[0] as Order, 'orders');
    const newer = registry.avro<{ id: string; note: string }>({ schema: NEWER });
    expect(newer.deserialize(older, 'orders')).toEqual({ id: 'a', note: '-' });
    expect(registry.avro({ schema: NEWER, readAs: 'written' }).deserialize(older, 'orders')).toEqual(VALUES[0]);
    expect(registry.avro().deserialize(older, 'orders')).toEqual(VALUES[0]);
  });

  it('writes the latest schema of the subject when it is told to, or has none', () => {
    const { client, registry } = registered();
    const value = { id: 'a', amount: 1 };
    expect(() => registry.avro<Order>().serialize(value, 'orders')).toThrow(
      /values of orders cannot be used.*no version/,
    );
    void client.register('orders-value', { type: 'AVRO', schema: JSON.stringify(ORDER), references: [] }, false);
    const bytes = registry.avro<Order>().serialize(value, 'orders');
    expect(registry.avro({ schema: NEWER, useLatest: true }).serialize(value, 'orders')).toEqual(bytes);
  });

  it('does not register what it must find', () => {
    const { registry } = registered();
    expect(() => registry.avro({ schema: ORDER, autoRegister: false }).serialize(VALUES[0], 'orders')).toThrow(
      expect.objectContaining({ code: 'SCHEMA_REFUSED', message: expect.stringMatching(/does not have/) as string }),
    );
  });

  it('builds on schemas of other subjects', () => {
    const { client, registry } = registered();
    void client.register(
      'money',
      {
        type: 'AVRO',
        schema: '{"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]}',
        references: [],
      },
      false,
    );
    const schema = { type: 'record', name: 'Price', fields: [{ name: 'price', type: 'Money' }] };
    const references = [{ name: 'Money', subject: 'money', version: 1 }];
    const serde = registry.avro({ schema, references });
    const value = { price: { cents: 2n ** 60n } };
    expect(registry.avro().deserialize(serde.serialize(value, 'prices'), 'prices')).toEqual(value);
  });

  it('says what is wrong with bytes and values', () => {
    const { registry } = registered();
    const serde = registry.avro<Order>({ schema: ORDER });
    const bytes = serde.serialize(VALUES[0] as Order, 'orders');
    const read = (given: Buffer) => () => serde.deserialize(given, 'orders');
    expect(read(Buffer.from('{"id":1}'))).toThrow(
      unreadable(/begin with 0, not 123; .* does not use a schema registry/),
    );
    expect(read(Buffer.from('0000000063', 'hex'))).toThrow(unreadable(/schema 99 cannot be used: schema 99 not found/));
    expect(read(bytes.subarray(0, -1))).toThrow(unreadable(/do not fit their schema 1: they end too early/));
    expect(read(Buffer.concat([bytes, Buffer.of(1)]))).toThrow(unreadable(/1 bytes are left over/));
    expect(() => serde.serialize({ id: 'a' } as Order, 'orders')).toThrow(
      unwritable(/does not fit its schema.*amount|undefined/),
    );
    const incompatible = registry.avro({ schema: { ...ORDER, fields: [{ name: 'id', type: 'int' }] } });
    expect(() => incompatible.deserialize(bytes, 'orders')).toThrow(unreadable(/schema 1 cannot be used/));
  });

  it('stands in other serdes, for keys too', () => {
    const { client, registry } = registered();
    const key = registry.avro<Order>({ schema: ORDER });
    const windowed = serdes.timeWindowed(key, 10);
    void prepared(serdes.list(serdes.optional(key)), 'orders', 'write');
    expect(client.versions('orders-value')).toEqual([1]);
    expect(windowed.partitionBytes).toBeDefined();
  });
});

describe('serdes that read what another schema wrote', () => {
  const value = { id: 'a', e: 'A', u: 5, list: [{ x: 1 }], map: { k: null } };
  const values = [value, { ...value, e: 'B', u: null, list: [], map: { '': 'x' } }];
  const fields = (
    symbols: readonly string[],
    union: readonly string[],
    long: string,
    more: readonly object[],
  ): object => ({
    ...ORDER,
    fields: [
      { name: 'id', type: 'string' },
      { name: 'e', type: { type: 'enum', name: 'E', symbols } },
      { name: 'u', type: union },
      {
        name: 'list',
        type: { type: 'array', items: { type: 'record', name: 'X', fields: [{ name: 'x', type: long }] } },
      },
      { name: 'map', type: { type: 'map', values: ['null', 'string'] } },
      ...more,
    ],
  });
  const { registry } = registered();
  const written = registry.avro<object>({ schema: fields(['A', 'B', 'C'], ['null', 'int', 'string'], 'int', []) });
  const own = fields(['B', 'A'], ['null', 'long'], 'long', [{ name: 'more', type: 'int', default: 7 }]);
  const readers = {
    'in the form of its own': [registry.avro<object>({ schema: own }), { more: 7 }],
    'as it was written': [registry.avro<object>(), {}],
    'as keys': [registry.avro<object>().forKeys?.(), {}],
  } as const;
  describe.each(Object.entries(readers))('%s', (_, [reader, more]) => {
    const serde = {
      serialize: (given: object, topic: string) => written.serialize(given, topic),
      deserialize: (bytes: Buffer, topic: string) => reader!.deserialize(bytes, topic),
      deserializeRange: (bytes: Buffer, start: number, end: number, topic: string) =>
        reader!.deserializeRange!(bytes, start, end, topic),
    };
    const equal = (one: object, other: object): boolean =>
      JSON.stringify({ ...one, ...more }) === JSON.stringify({ ...other, ...more });
    for (const { name, run } of serdeContract<object>({ serde, values, equal })) it(name, { timeout: 60_000 }, run);
  });

  it.each(['PROTOBUF', 'JSON'] as const)('of %s without a schema of its own', async (type) => {
    const client = inMemoryRegistry();
    const schema =
      type === 'JSON' ? '{"type":"object"}' : 'syntax = "proto3"; message M { string a = 1; map<int64, M> longs = 2; }';
    void client.register('topic-value', { type, schema, references: [] }, false);
    const serde = schemaRegistry({ client })[type === 'JSON' ? 'jsonSchema' : 'protobuf']<object>();
    const inner = { a: 'in', longs: {} };
    for (const { run } of serdeContract<object>({ serde, values: [{ a: 'x', longs: { '5': inner } }, inner] }))
      await run();
  });
});

describe('schemas that are still being fetched', () => {
  it('are waited for by whoever reads or writes, and fetched once', async () => {
    const memory = inMemoryRegistry();
    let asked = 0;
    const client = slow(memory, () => {
      asked += 1;
      return Promise.resolve();
    });
    const serde = schemaRegistry({ client }).avro<Order>({ schema: ORDER });
    const bytes = await eventually(() => serde.serialize(VALUES[0] as Order, 'orders'));
    expect(await eventually(() => serde.deserialize(bytes, 'orders'))).toEqual(VALUES[0]);
    const before = asked;
    expect(serde.deserialize(serde.serialize(VALUES[1] as Order, 'orders'), 'orders')).toEqual(VALUES[1]);
    expect(asked).toBe(before);
  });

  it('are asked for again while the registry does not answer, and then are an error that does not last', async () => {
    const memory = inMemoryRegistry();
    const bytes = schemaRegistry({ client: memory }).avro({ schema: ORDER }).serialize(VALUES[0], 'orders');
    let failures = 2;
    const client = slow(memory, () => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('connection refused')) : Promise.resolve();
    });
    const patient = schemaRegistry({ client }).avro<Order>();
    expect(await eventually(() => patient.deserialize(bytes, 'orders'))).toEqual(VALUES[0]);

    failures = Infinity;
    const serde = schemaRegistry({ client, retryTimeout: 300 }).avro<Order>();
    await expect(eventually(() => serde.deserialize(bytes, 'orders'))).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringMatching(/asked for schema 1 .*connection refused/) as string,
    });
    failures = 0;
    expect(await eventually(() => serde.deserialize(bytes, 'orders'))).toEqual(VALUES[0]);
  });

  it('are all there before a store is opened', async () => {
    const memory = inMemoryRegistry();
    const first = schemaRegistry({ client: memory })
      .avro<Order>({ schema: ORDER })
      .serialize(VALUES[0] as Order, 'log');
    const client = slow(memory, () => Promise.resolve());
    const serde = schemaRegistry({ client }).avro<{ id: string; note: string }>({ schema: NEWER });
    await serde.prepare?.('log', 'store');
    expect(serde.deserialize(first, 'log')).toEqual({ id: 'a', note: '-' });
    expect(serde.serialize({ id: 'a', note: 'n' }, 'log').readUInt32BE(1)).toBe(2);
  });

  it('that are refused end the preparation', async () => {
    const client = slow(inMemoryRegistry(), () => Promise.reject(new RegistryRefusal('incompatible', false)));
    const serde = schemaRegistry({ client }).avro({ schema: ORDER });
    await expect(serde.prepare?.('orders', 'write')).rejects.toMatchObject({
      code: 'SCHEMA_REFUSED',
      message: expect.stringMatching(/^the schema of the values of orders cannot be used: incompatible/) as string,
    });
  });
});

/** Calls until the serde has what it needs. */
async function eventually<T>(call: () => T): Promise<T> {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      await error.until;
    }
  }
}
