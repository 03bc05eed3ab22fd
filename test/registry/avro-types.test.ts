import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry, type AvroSerdeOptions } from '../../src/registry/schema-registry.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdeContract } from '../../src/testing/contract/serde-contract.js';
import { fc } from '../property.js';
import { unreadable, unwritable } from '../serde/bytes-of.js';

const registry = schemaRegistry({ client: inMemoryRegistry() });

function serdeOf(fields: Readonly<Record<string, unknown>>, options: AvroSerdeOptions = {}): Serde<unknown> {
  const listed = Object.entries(fields).map(([name, type]) => ({ name, type }));
  return registry.avro({ schema: { type: 'record', name: 'R', fields: listed }, ...options });
}

function through(serde: Serde<unknown>, value: unknown): unknown {
  return serde.deserialize(serde.serialize(value, 't'), 't');
}

const OPTIONAL_LONG = ['null', 'long'];
const DECIMAL = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 };

describe('longs', () => {
  it('are numbers where a number holds them and bigints elsewhere, in unions too', () => {
    const serde = serdeOf({ x: 'long', u: OPTIONAL_LONG, list: { type: 'array', items: OPTIONAL_LONG } });
    for (const x of [0, -1, 2 ** 53 - 1, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n]) {
      const value = { x, u: x, list: [x, null] };
      expect(through(serde, value)).toEqual(value);
    }
    expect(through(serde, { x: 5n, u: 5n, list: [] })).toEqual({ x: 5, u: 5, list: [] });
    expect(() => through(serde, { x: 2n ** 63n, u: null, list: [] })).toThrow(unwritable(/does not fit its schema/));
  });

  it('are always bigints when that is asked for', () => {
    expect(through(serdeOf({ x: 'long', u: OPTIONAL_LONG }, { longs: 'bigint' }), { x: 5, u: 7n })).toEqual({
      x: 5n,
      u: 7n,
    });
  });

  it('are so too where an older schema has an int, or nothing', () => {
    const bytes = serdeOf({ x: 'int', u: 'int' }).serialize({ x: 5, u: 6 }, 't');
    const fields = [
      { name: 'x', type: 'long' },
      { name: 'u', type: OPTIONAL_LONG },
      { name: 'd', type: 'long', default: 7 },
    ];
    const schema = { type: 'record', name: 'R', fields };
    expect(registry.avro({ schema, longs: 'bigint' }).deserialize(bytes, 't')).toEqual({ x: 5n, u: 6n, d: 7n });
    expect(registry.avro({ schema }).deserialize(bytes, 't')).toEqual({ x: 5, u: 6, d: 7 });
  });

  it('are the same where the schema has them as objects, as Java writes types with more to say', () => {
    const types = { x: { type: 'long' }, n: { type: 'long', logicalType: 'timestamp-nanos' } };
    for (const options of [{}, { dates: true }]) {
      expect(through(serdeOf(types, options), { x: 2n ** 60n, n: 5n })).toEqual({ x: 2n ** 60n, n: 5 });
    }
    expect(through(serdeOf(types, { longs: 'bigint' }), { x: 1, n: 5 })).toEqual({ x: 1n, n: 5n });
  });

  it('may have a default that no number holds', () => {
    const [least, most] = ['-9223372036854775808', '9223372036854775807'];
    const field = (name: string, value: string): string => `{"name":"${name}","type":"long","default":${value}}`;
    const fields = [field('least', least), field('most', most), field('seven', '7')];
    const schema = `{"type":"record","name":"R","fields":[${fields.join(',')}]}`;
    const serde = registry.avro<unknown>({ schema });
    expect(through(serde, {})).toEqual({ least: BigInt(least), most: BigInt(most), seven: 7 });
  });

  it('have the bytes of Avro whether they are numbers or bigints, also where they begin to be exact no more', () => {
    const [exact, always] = [serdeOf({ x: 'long' }), serdeOf({ x: 'long' }, { longs: 'bigint' })];
    const edges = [30, 31, 32, 48, 49, 51, 52, 53].flatMap((bits) => [2n ** BigInt(bits), -(2n ** BigInt(bits))]);
    const near = fc.tuple(fc.constantFrom(0n, ...edges), fc.bigInt(-3n, 3n)).map(([edge, by]) => edge + by);
    fc.assert(
      fc.property(near, (x) => {
        const number = Number(x);
        const value = Number.isSafeInteger(number) ? number : x;
        const bytes = always.serialize({ x }, 't');
        expect(exact.serialize({ x: value }, 't')).toEqual(bytes);
        expect(exact.deserialize(bytes, 't')).toEqual({ x: value });
      }),
      { numRuns: 1_000 },
    );
  });

  it('come back, whatever they are', () => {
    const serde = serdeOf({ x: 'long' }, { longs: 'bigint' });
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (x) => {
        expect(through(serde, { x })).toEqual({ x });
      }),
    );
  });
});

describe('logical types', () => {
  const TIMES = {
    at: { type: 'long', logicalType: 'timestamp-millis' },
    day: { type: 'int', logicalType: 'date' },
    maybe: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
  };

  it('are dates when that is asked for, else numbers', () => {
    const value = { at: new Date(1_700_000_000_123), day: new Date(86_400_000 * 3), maybe: new Date(-5) };
    const dated = serdeOf(TIMES, { dates: true });
    expect(through(dated, value)).toEqual(value);
    const bytes = dated.serialize(value, 't');
    expect(serdeOf(TIMES).deserialize(bytes, 't')).toEqual({ at: 1_700_000_000_123, day: 3, maybe: -5 });
    expect(() => dated.serialize({ ...value, at: 5 }, 't')).toThrow(unwritable(/does not fit/));
  });

  it('reads as a date what an older schema calls a number', () => {
    const older = serdeOf({ at: 'long' }).serialize({ at: 7 }, 't');
    expect(serdeOf({ at: TIMES.at }, { dates: true }).deserialize(older, 't')).toEqual({ at: new Date(7) });
  });

  it('are texts for decimals when that is asked for, exactly', () => {
    const serde = serdeOf({ d: DECIMAL }, { decimals: true });
    expect(through(serde, { d: '-12.5' })).toEqual({ d: '-12.50' });
    expect(() => serde.serialize({ d: '1.234' }, 't')).toThrow(unwritable(/does not fit/));
    expect(() => serde.serialize({ d: 1.5 }, 't')).toThrow(unwritable(/does not fit/));
    const fixed = serdeOf({ d: { ...DECIMAL, type: 'fixed', name: 'F', size: 12 } }, { decimals: true });
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (cents) => {
        const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
        const d = `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(through(serde, { d })).toEqual({ d });
        expect(through(fixed, { d })).toEqual({ d });
      }),
    );
  });

  it('refuses a decimal of more digits than the schema has, as Java does', () => {
    const serde = serdeOf({ d: { ...DECIMAL, precision: 4 } }, { decimals: true });
    expect(through(serde, { d: '99.99' })).toEqual({ d: '99.99' });
    expect(through(serde, { d: '-00.5' })).toEqual({ d: '-0.50' });
    expect(() => serde.serialize({ d: '100.00' }, 't')).toThrow(
      unwritable(/d: .* a text of 4 digits, 2 of them behind/),
    );
  });

  it('reads as a decimal or a date what an older schema calls bytes or an int', () => {
    const older = serdeOf({ d: 'bytes', at: 'int' }).serialize({ d: Buffer.of(5), at: 7 }, 't');
    const newer = serdeOf({ d: DECIMAL, at: TIMES.at }, { decimals: true, dates: true });
    expect(newer.deserialize(older, 't')).toEqual({ d: '0.05', at: new Date(7) });
  });

  it('are what they are built on where there is none such', () => {
    const types = {
      a: { type: 'string', logicalType: 'date' },
      b: { type: 'string', logicalType: 'decimal', precision: 4 },
    };
    expect(through(serdeOf(types, { dates: true, decimals: true }), { a: 'x', b: 'y' })).toEqual({ a: 'x', b: 'y' });
  });

  it('does not read a decimal of another scale as if it were the same', () => {
    const bytes = serdeOf({ d: DECIMAL }, { decimals: true }).serialize({ d: '1.00' }, 't');
    const other = serdeOf({ d: { ...DECIMAL, scale: 4 } }, { decimals: true });
    expect(() => other.deserialize(bytes, 't')).toThrow(unreadable(/cannot be used/));
  });
});

describe('an Avro serde with all kinds of types', () => {
  const serde = serdeOf(
    {
      long: OPTIONAL_LONG,
      at: { type: 'long', logicalType: 'timestamp-millis' },
      price: DECIMAL,
      raw: 'bytes',
      fixed: { type: 'fixed', name: 'Two', size: 2 },
      either: ['int', 'double'],
      list: { type: 'array', items: { type: 'map', values: 'string' } },
      kind: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] },
    },
    { dates: true, decimals: true },
  );
  const value = (long: number | bigint | null, price: string, list: object[]): object => ({
    ...{
      long,
      price,
      list,
      at: new Date(5),
      raw: Buffer.of(0, 1),
      fixed: Buffer.of(2, 3),
      either: { double: 7.5 },
      kind: 'B',
    },
  });
  const values = [value(2n ** 60n, '-12.50', [{ a: 'ä' }, {}]), value(null, '0.00', [])];
  for (const { name, run } of serdeContract({ serde, values, refused: [null, {}, { ...values[0], kind: 'C' }] })) {
    it(name, { timeout: 60_000 }, run);
  }

  it('is told where bytes end, whatever stands behind them', () => {
    const one = serde.serialize(values[0], 't');
    const two = Buffer.concat([one, one]);
    expect(serde.deserializeRange?.(two, one.length, two.length, 't')).toEqual(values[0]);
    for (let end = 5; end < one.length; end += 1) {
      expect(() => serde.deserializeRange?.(two, 0, end, 't')).toThrow(unreadable(/end too early/));
    }
    expect(() => serde.deserializeRange?.(two, 0, one.length + 1, 't')).toThrow(unreadable(/1 bytes are left over/));
  });
});
