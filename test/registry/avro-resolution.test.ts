/** What Java's reader of Avro 1.12 does with the same schemas and values, unless it says otherwise. */
import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry, type AvroSerdeOptions } from '../../src/registry/schema-registry.js';
import { unreadable } from '../serde/bytes-of.js';

function record(fields: Readonly<Record<string, unknown>>, more: object = {}): object {
  const listed = Object.entries(fields).map(([name, type]) => ({ name, type }));
  return { type: 'record', name: 'R', fields: listed, ...more };
}

/** Writes with one schema, reads with another. */
function across(written: object, own: object, value: unknown, options: AvroSerdeOptions = {}): unknown {
  const registry = schemaRegistry({ client: inMemoryRegistry() });
  const bytes = registry.avro<unknown>({ schema: written, ...options }).serialize(value, 't');
  return registry.avro<unknown>({ schema: own, ...options }).deserialize(bytes, 't');
}

const enumOf = (symbols: readonly string[], more: object = {}): object => ({
  type: 'enum',
  name: 'E',
  symbols,
  ...more,
});

describe('a symbol that an enum does not have', () => {
  const WRITTEN = record({ e: enumOf(['A', 'B', 'C']) });

  it('is refused when it comes; others are read', () => {
    const own = record({ e: enumOf(['B', 'A']) });
    expect(across(WRITTEN, own, { e: 'B' })).toEqual({ e: 'B' });
    expect(across(WRITTEN, own, { e: 'A' })).toEqual({ e: 'A' });
    expect(() => across(WRITTEN, own, { e: 'C' })).toThrow(
      unreadable(/a symbol was written that E does not have; it lacks C$/),
    );
  });

  it('is the default of the enum where it has one', () => {
    expect(across(WRITTEN, record({ e: enumOf(['A', 'B'], { default: 'A' }) }), { e: 'C' })).toEqual({ e: 'A' });
  });
});

describe('a branch that cannot be read', () => {
  it('is refused when it comes; others are read', () => {
    const written = record({ a: ['null', 'int', 'string'], list: { type: 'array', items: ['null', 'int'] } });
    const own = record({ a: ['int', 'null'], list: { type: 'array', items: 'long' } });
    expect(across(written, own, { a: 3, list: [1, 2] })).toEqual({ a: 3, list: [1, 2] });
    expect(across(written, own, { a: null, list: [] })).toEqual({ a: null, list: [] });
    expect(() => across(written, own, { a: 'x', list: [] })).toThrow(unreadable(/cannot read "string" as/));
    expect(() => across(written, own, { a: 3, list: [1, null] })).toThrow(unreadable(/cannot read "null" as "long"/));
  });

  it('is as in a plain union where one is the outermost, and in recursive records', () => {
    expect(across(['null', 'int'], { type: 'int' }, 5)).toBe(5);
    const tree = (v: unknown): object => record({ v, left: ['null', 'R'] });
    const value = { v: 1, left: { v: 2, left: null } };
    expect(across(tree(['int', 'string']), tree('int'), value)).toEqual(value);
  });

  it('makes a schema useless where there is no other, and names the field', () => {
    const inner = (type: unknown): object => record({ price: type }, { name: 'Line' });
    const written = record({ id: 'int', lines: { type: 'array', items: inner('string') } });
    const own = record({ id: 'int', lines: { type: 'array', items: inner(['null', 'int']) } });
    expect(() => across(written, own, { id: 1, lines: [] })).toThrow(
      unreadable(/schema 1 cannot be used: lines\[\]\.price: cannot read "string" as/),
    );
  });
});

describe('names', () => {
  const FIXED = { type: 'fixed', name: 'F', size: 1 };

  it('may have another namespace', () => {
    const fields = { e: enumOf(['A']), f: FIXED, inner: record({ a: 'int' }, { name: 'Inner' }) };
    const value = { e: 'A', f: Buffer.of(1), inner: { a: 1 } };
    expect(across(record(fields, { namespace: 'x' }), record(fields, { namespace: 'y' }), value)).toEqual(value);
  });

  it('decide where they differ by the namespace alone', () => {
    const branch = (namespace: string): object => record({ a: 'int' }, { name: 'Q', namespace });
    const union = record({ u: [branch('x'), branch('y')] });
    const more = {
      ...union,
      fields: [...(union as { fields: object[] }).fields, { name: 'n', type: 'int', default: 1 }],
    };
    expect(across(union, more, { u: { 'y.Q': { a: 1 } } })).toEqual({ u: { 'y.Q': { a: 1 } }, n: 1 });
  });

  it('of the outermost records may differ, without an alias', () => {
    expect(across(record({ a: 'int' }, { name: 'x.Old' }), record({ a: 'long' }, { name: 'y.New' }), { a: 1 })).toEqual(
      {
        a: 1,
      },
    );
  });
});

it('reads with its own schema where it is the one that was written, whatever its fields are called', () => {
  const schema = record({ constructor: 'int', toString: 'int' });
  const value = { constructor: 1, toString: 2 };
  expect(JSON.stringify(across(schema, schema, value))).toBe(JSON.stringify(value));
});
