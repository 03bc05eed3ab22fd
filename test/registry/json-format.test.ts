import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry } from '../../src/registry/schema-registry.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdeContract } from '../../src/testing/contract/serde-contract.js';
import { unreadable, unwritable } from '../serde/bytes-of.js';

const ORDER = {
  title: 'Order',
  type: 'object',
  properties: { id: { type: 'string' }, lines: { type: 'array', items: { type: 'number' } } },
  required: ['id'],
};

interface Order {
  id: string;
  lines?: number[];
}

describe('a JSON Schema serde with a registry', () => {
  for (const { name, run } of serdeContract({
    serde: schemaRegistry({ client: inMemoryRegistry() }).jsonSchema<Order>({ schema: ORDER }),
    values: [{ id: 'a' }, { id: 'zoë', lines: [1, 2.5] }],
    refused: [undefined, null, {}, { id: 5 }],
    refusedBytes: ['', '0000000001', '00000000017b7d', '0000000002'].map((hex) => Buffer.from(hex, 'hex')),
  })) {
    it(name, { timeout: 60_000 }, run);
  }

  it('names the field that is wrong, when it writes and when it reads', () => {
    const registry = schemaRegistry({ client: inMemoryRegistry() });
    const serde = registry.jsonSchema<Order>({ schema: ORDER });
    const bad = { id: 'a', lines: ['x'] } as unknown as Order;
    expect(() => serde.serialize(bad, 'orders')).toThrow(unwritable(/lines\.0: .*number/));
    const bytes = registry.jsonSchema<Order>({ schema: { type: 'object' } }).serialize(bad, 'orders');
    expect(() => serde.deserialize(bytes, 'orders')).toThrow(
      unreadable(/do not fit their schema 2: lines\.0: .*number/),
    );
    expect(bytes.subarray(5).toString()).toBe('{"id":"a","lines":["x"]}');
  });

  it('builds on schemas of other subjects', () => {
    const client = inMemoryRegistry();
    void client.register('money', { type: 'JSON', schema: '{"type":"integer"}', references: [] }, false);
    const schema = { type: 'object', properties: { price: { $ref: 'money.json' } } };
    const references = [{ name: 'money.json', subject: 'money', version: 1 }];
    const serde = schemaRegistry({ client }).jsonSchema<{ price: unknown }>({ schema, references });
    expect(serde.deserialize(serde.serialize({ price: 5 }, 'p'), 'p')).toEqual({ price: 5 });
    expect(() => serde.serialize({ price: 1.5 }, 'p')).toThrow(unwritable(/price: .*integer/));
  });

  it('keeps whole numbers that a number cannot hold, as bigints', () => {
    const serde = schemaRegistry({ client: inMemoryRegistry() }).jsonSchema<unknown>({
      schema: { type: 'object', properties: { n: { type: 'integer' } } },
    });
    const value = { n: 2n ** 60n + 1n, f: 0.1234567890123456, t: '1234567890123456789' };
    expect(serde.deserialize(serde.serialize(value, 't'), 't')).toEqual(value);
    expect(serde.deserialize(serde.serialize({ n: 5n }, 't'), 't')).toEqual({ n: 5 });
  });

  it('says which property is too much, and which values there are', () => {
    const properties = { kind: { enum: ['a', 'b'] } };
    const serde = schemaRegistry({ client: inMemoryRegistry() }).jsonSchema<unknown>({
      schema: { type: 'object', additionalProperties: false, properties },
    });
    expect(() => serde.serialize({ knid: 'a' }, 't')).toThrow(unwritable(/additional properties \(knid\)/));
    expect(() => serde.serialize({ kind: 'c' }, 't')).toThrow(unwritable(/kind: .* \("a", "b"\)/));
  });

  it('knows other drafts as far as the package does, and says so', () => {
    const serdeOf = ($schema: string, more: object = {}): Serde<unknown> =>
      schemaRegistry({ client: inMemoryRegistry() }).jsonSchema({ schema: { $schema, type: 'object', ...more } });
    const newer = serdeOf('https://json-schema.org/draft/2019-09/schema', { dependentRequired: { a: ['b'] } });
    expect(newer.deserialize(newer.serialize({ a: 1, b: 2 }, 't'), 't')).toEqual({ a: 1, b: 2 });
    expect(() => newer.serialize({ a: 1 }, 't')).toThrow(unwritable(/property b/));
    const older = serdeOf('http://json-schema.org/draft-06/schema#');
    expect(older.deserialize(older.serialize({}, 't'), 't')).toEqual({});
    expect(() => serdeOf('http://json-schema.org/draft-04/schema#').serialize({}, 't')).toThrow(
      /not one that this version of/,
    );
  });

  it('follows references within the schema, to itself too', () => {
    const schema = {
      $id: 'tree',
      definitions: { leaf: { type: 'object', required: ['n'] } },
      type: 'object',
      properties: { leaf: { $ref: '#/definitions/leaf' }, kids: { type: 'array', items: { $ref: '#' } } },
    };
    const serde = schemaRegistry({ client: inMemoryRegistry() }).jsonSchema<unknown>({ schema });
    const value = { leaf: { n: 1 }, kids: [{ kids: [{ leaf: { n: 2 } }] }] };
    expect(serde.deserialize(serde.serialize(value, 't'), 't')).toEqual(value);
    expect(() => serde.serialize({ kids: [{ leaf: {} }] }, 't')).toThrow(unwritable(/kids\.0\.leaf: .*property 'n'/));
  });

  it('does not read what another format wrote', () => {
    const client = inMemoryRegistry();
    const avro = schemaRegistry({ client }).avro({ schema: { type: 'record', name: 'A', fields: [] } });
    const bytes = avro.serialize({}, 'orders');
    expect(() => schemaRegistry({ client }).jsonSchema().deserialize(bytes, 'orders')).toThrow(
      unreadable(/schema is of type AVRO, and the serde reads JSON/),
    );
  });
});
