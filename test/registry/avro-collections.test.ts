import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry } from '../../src/registry/schema-registry.js';
import { unreadable } from '../serde/bytes-of.js';

const WRITTEN = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'nulls', type: { type: 'array', items: 'null' } },
    { name: 'counts', type: { type: 'map', values: 'int' } },
    { name: 'last', type: 'int' },
  ],
};

/** Keys of a map: their lengths and bytes. */
const [A, B] = [
  [2, 97],
  [2, 98],
] as const;

/** As Avro writes a long. */
function long(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** Reads bytes behind the id of the schema: all of them, or only the last field. */
function read(what: 'all' | 'last', ...bytes: readonly number[]): unknown {
  const client = inMemoryRegistry();
  void client.register('t-value', { type: 'AVRO', schema: JSON.stringify(WRITTEN), references: [] }, false);
  const fields = what === 'all' ? WRITTEN.fields : WRITTEN.fields.slice(2);
  const serde = schemaRegistry({ client }).avro<unknown>({ schema: { ...WRITTEN, fields } });
  return serde.deserialize(Buffer.from([0, 0, 0, 0, 1, ...bytes]), 't');
}

describe('arrays and maps of Avro', () => {
  it('are read, and passed over, in blocks with and without their sizes', () => {
    const nulls = [...long(3n), ...long(-2n), ...long(0n), 0];
    const counts = [...long(1n), ...A, ...long(5n), ...long(-1n), ...long(3n), ...B, ...long(6n), 0];
    const bytes = [...nulls, ...counts, ...long(7n)];
    expect(read('all', ...bytes)).toEqual({ nulls: [null, null, null, null, null], counts: { a: 5, b: 6 }, last: 7 });
    expect(read('last', ...bytes)).toEqual({ last: 7 });
  });

  it.each([
    ['more items than bytes', [...long(2n ** 40n), 0]],
    ['more of them in a block with a size', [...long(-(2n ** 40n)), ...long(2n ** 40n), 0]],
    ['a block that goes back', [...long(-1n), ...long(-4n), 0]],
    ['more entries than bytes', [0, ...long(2n ** 50n)]],
    ['entries that end too early', [0, ...long(60_000n), ...A, 2]],
  ])('are undecodable, and soon, when there are %s', (_, bytes) => {
    expect(() => read('all', ...bytes)).toThrow(unreadable(/do not fit their schema 1: /));
    expect(() => read('last', ...bytes)).toThrow(unreadable(/do not fit their schema 1: /));
  });

  it('keep a key that objects have a meaning for', () => {
    const key = Buffer.from('__proto__');
    const value = read('all', 0, ...long(1n), ...long(BigInt(key.length)), ...key, ...long(5n), 0, 0) as {
      counts: object;
    };
    expect(Object.entries(value.counts)).toEqual([['__proto__', 5]]);
  });
});
