import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry } from '../../src/registry/schema-registry.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdeContract } from '../../src/testing/contract/serde-contract.js';
import { fc } from '../property.js';
import { unreadable, unwritable } from '../serde/bytes-of.js';

const ORDER = `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
enum Kind { PLAIN = 0; GIFT = 1; }
message Order {
  string id = 1;
  int64 amount = 2;
  message Line { uint64 unit_price = 1; }
  repeated Line lines = 3;
  map<string, int64> counts = 4;
  Kind kind = 5;
  bytes data = 6;
  google.protobuf.Timestamp at = 7;
  int32 small = 8;
  optional string note = 9;
}
message Other { string x = 1; message Deep { int32 y = 1; } }
`;
const EMPTY = { id: '', amount: 0, lines: [], counts: {}, kind: 'PLAIN', data: [], at: null, small: 0 };
const FULL = {
  id: 'a',
  amount: 2n ** 60n,
  lines: [{ unitPrice: 2n ** 63n }, { unitPrice: 5 }],
  counts: { x: -1, y: -(2n ** 60n) },
  kind: 'GIFT',
  data: Buffer.of(1, 0, 255),
  at: { seconds: 5, nanos: 1 },
  small: -1,
  note: '',
};

describe('a Protobuf serde with a registry', () => {
  for (const { name, run } of serdeContract<unknown>({
    serde: schemaRegistry({ client: inMemoryRegistry() }).protobuf<unknown>({ schema: ORDER }),
    values: [FULL, { ...FULL, id: 'b', note: 'n', lines: [], at: null }],
    refused: [
      null,
      5,
      { id: 5 },
      { amount: 1.5 },
      { amount: 2n ** 63n },
      { small: 2 ** 40 },
      { kind: 'NONE' },
      { nope: 1 },
    ],
    refusedBytes: ['', '0000000001', '000000000100ff', '00000000010280'].map((hex) => Buffer.from(hex, 'hex')),
  })) {
    it(name, { timeout: 60_000 }, run);
  }

  it('writes the indexes of a message before it', () => {
    const registry = schemaRegistry({ client: inMemoryRegistry() });
    const written = (message: string, value: object): string =>
      registry.protobuf<object>({ schema: ORDER, message }).serialize(value, 'orders').subarray(5).toString('hex');
    expect(written('Order', { id: 'a' })).toBe('00' + '0a0161');
    expect(written('Order.Line', { unitPrice: 1 })).toBe('040000' + '0801');
    expect(written('Other', { x: 'a' })).toBe('0202' + '0a0161');
    expect(written('Other.Deep', { y: 1 })).toBe('040200' + '0801');
    expect(() => written('None', {})).toThrow(/no message None/);
  });

  it('reads each message by its indexes, and fills in defaults', () => {
    const registry = schemaRegistry({ client: inMemoryRegistry() });
    const reader = registry.protobuf();
    const other = registry.protobuf<object>({ schema: ORDER, message: 'Other.Deep' }).serialize({ y: 3 }, 'orders');
    expect(reader.deserialize(other, 'orders')).toEqual({ y: 3 });
    const order = registry.protobuf<object>({ schema: ORDER }).serialize({}, 'orders');
    expect(reader.deserialize(order, 'orders')).toEqual({ ...EMPTY, data: Buffer.alloc(0) });
    const unknown = Buffer.from(other);
    unknown[7] = 8;
    expect(() => reader.deserialize(unknown, 'orders')).toThrow(unreadable(/no message with the indexes 1,4/));
  });

  it('keeps every digit of numbers of 64 bits, as numbers where they are exact', () => {
    const schema = 'syntax = "proto3"; message L { int64 a = 1; uint64 b = 2; sint64 c = 3; fixed64 d = 4; }';
    const serde = schemaRegistry({ client: inMemoryRegistry() }).protobuf<object>({ schema });
    const exact = (value: bigint): number | bigint => {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    };
    const edges = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n].map((value) => [
      value,
      -value,
    ]);
    const signed = fc.oneof(fc.constantFrom(...edges.flat(), -(2n ** 63n)), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
    const unsigned = fc.oneof(fc.constantFrom(0n, 2n ** 53n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n));
    fc.assert(
      fc.property(signed, unsigned, (one, other) => {
        const value = { a: exact(one), b: exact(other), c: exact(one), d: exact(other) };
        const bytes = serde.serialize({ a: one, b: other, c: one, d: other }, 't');
        expect(serde.serialize(value, 't')).toEqual(bytes);
        expect(serde.deserialize(bytes, 't')).toEqual(value);
      }),
    );
  });

  it('names subjects after messages, and fields that are wrong', () => {
    const client = inMemoryRegistry();
    const serde = schemaRegistry({ client }).protobuf<unknown>({ schema: ORDER, subject: 'record' });
    serde.serialize({}, 'orders');
    expect(client.versions('shop.Order')).toEqual([1]);
    expect(() => serde.serialize({ lines: [{ unitPrice: -1 }] }, 'orders')).toThrow(
      unwritable(/lines\[0\]\.unitPrice: /),
    );
    expect(() => serde.serialize({ kind: 'NONE' }, 'orders')).toThrow(unwritable(/kind: one of PLAIN, GIFT/));
  });

  it('reads what an older or newer schema wrote as far as its own goes, and builds on other files', () => {
    const client = inMemoryRegistry();
    const money = 'syntax = "proto3"; package m; message Money { int64 cents = 1; }';
    void client.register('money', { type: 'PROTOBUF', schema: money, references: [] }, false);
    const registry = schemaRegistry({ client });
    const references = [{ name: 'money.proto', subject: 'money', version: 1 }];
    const schema = (field: string): string =>
      `syntax = "proto3"; import "money.proto"; message Price { m.Money price = 1; ${field} }`;
    const older = registry.protobuf<object>({ schema: schema(''), references });
    const newer = registry.protobuf<object>({ schema: schema('string note = 2;'), references });
    const [a, b] = [
      older.serialize({ price: { cents: 5 } }, 'p'),
      newer.serialize({ price: { cents: 6 }, note: 'n' }, 'p'),
    ];
    expect(newer.deserialize(a, 'p')).toEqual({ price: { cents: 5 }, note: '' });
    expect(older.deserialize(b, 'p')).toEqual({ price: { cents: 6 } });
  });
});

describe('odd schemas of Protobuf', () => {
  const P3 = 'syntax = "proto3"; ';
  const through = (schema: string, value: object): unknown => {
    const serde = schemaRegistry({ client: inMemoryRegistry() }).protobuf<object>({ schema: P3 + schema });
    return serde.deserialize(serde.serialize(value, 't'), 't');
  };
  const refused = (schema: string, value: object, message: RegExp): void => {
    expect(() => through(schema, value)).toThrow(unwritable(message));
  };

  it('keep the keys of maps, whatever their type', () => {
    const value = {
      bools: { true: 1, false: 2 },
      ints: { '-5': 'a', '7': 'b' },
      longs: { '9007199254740993': 'x', '-1': 'y' },
      wide: { '18446744073709551615': { longs: { '5': 'in' } } },
    };
    const longs = 'map<int64, string> longs';
    const schema = `message M { map<bool, int32> bools = 1; map<sint32, string> ints = 2; ${longs} = 3; map<uint64, In> wide = 4; } message In { ${longs} = 1; repeated In more = 2; }`;
    expect(through(schema, value)).toEqual({
      ...value,
      wide: { '18446744073709551615': { longs: { '5': 'in' }, more: [] } },
    });
    const nested = `message Out { In one = 1; repeated In many = 2; } message In { ${longs} = 1; Out back = 2; }`;
    const one = { longs: { '-3': 'z' }, back: null };
    expect(through(nested, { one, many: [one] })).toEqual({ one, many: [one] });
  });

  it('refuse keys that are none', () => {
    refused(
      'message M { map<int32, int32> a = 1; }',
      { a: { x: 1 } },
      /a\[a text of 1 character\]: a key is a whole number of 32 bits/,
    );
    refused(
      'message M { map<uint64, int32> a = 1; }',
      { a: { '-1': 1 } },
      /a\[a text of 2 characters\]: a key is a whole number of 64 bits/,
    );
    refused(
      'message M { map<bool, int32> a = 1; }',
      { a: { yes: 1 } },
      /a\[a text of 3 characters\]: a key is true or false/,
    );
  });

  it.each([
    ['message M { map<string, int32> a = 1; }', { a: new Map([['k', 1]]) }, /a: an object is expected, not a Map/],
    ['message M { M a = 1; }', { a: new Date(5) }, /a: an object is expected, not a Date/],
    ['message M { bytes a = 1; }', { a: 'hello' }, /a: a Buffer is expected, not a text of 5 characters/],
    ['message M { repeated string a = 1; }', { a: ['x', 5] }, /a\[1\]: a text is expected, not a number/],
    ['message M { bool a = 1; }', { a: 1 }, /a: true or false is expected, not a number/],
    [
      'message M { M m = 1; double a = 2; }',
      { m: { a: '5' } },
      /m\.a: a number is expected, not a text of 1 character/,
    ],
    [
      'message M { M m = 1; oneof w { int32 a = 2; string b = 3; } }',
      { m: { a: 1, b: '' } },
      /m\.w: only one of a, b can be there/,
    ],
  ])('refuse what %s has no place for, and name it', (schema, value, message) => {
    refused(schema, value, message);
  });

  it('want what is required', () => {
    const schema = 'syntax = "proto2"; message M { required string a = 1; optional M m = 2; }';
    const serde = schemaRegistry({ client: inMemoryRegistry() }).protobuf<object>({ schema });
    expect(() => serde.serialize({ a: 'x', m: {} }, 't')).toThrow(unwritable(/m\.a: it is required/));
  });

  it('pass on numbers of an enum that have no name yet, one of several, and packed lists', () => {
    const schema =
      'message M { E e = 1; repeated E list = 2; oneof w { int32 a = 3; M b = 4; } repeated sint64 longs = 5; } enum E { A = 0; }';
    const value = { e: 7, list: ['A', 9], b: { e: 'A', list: [], a: 0, longs: [] }, longs: [2n ** 60n, -1] };
    expect(through(schema, value)).toEqual(value);
  });

  it('write what Java can read: half a pair of surrogates is a question mark', () => {
    expect(
      through('message M { string a = 1; map<string, string> b = 2; }', { a: '\ud800x', b: { '\udc00': '\udc00' } }),
    ).toEqual({
      a: '?x',
      b: { '?': '?' },
    });
  });

  it('may import what compilers bring along, and say what else is missing', () => {
    const options =
      'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string mine = 50000; }';
    expect(through(`${options} message M { string a = 1 [(mine) = "x"]; }`, { a: 'x' })).toEqual({ a: 'x' });
    const files = [
      'google/type/date',
      'google/type/money',
      'google/type/timeofday',
      'google/type/month',
      'google/type/dayofweek',
    ]
      .concat(['google/type/decimal', 'google/type/latlng', 'confluent/type/decimal'])
      .map((file) => `import "${file}.proto";`);
    const types = [
      'type.Date day',
      'type.Money price',
      'type.Month month',
      'type.DayOfWeek weekday',
      'type.LatLng place',
    ];
    const fields = types.map((type, i) => `google.${type} = ${String(i + 1)};`);
    const value = {
      day: { year: 2026, month: 2, day: 3 },
      price: { currencyCode: 'NOK', units: 2n ** 60n, nanos: 5 },
      month: 'FEBRUARY',
      weekday: 'SUNDAY',
      place: { latitude: 59.9, longitude: 10.7 },
    };
    expect(through(`${files.join(' ')} message M { ${fields.join(' ')} }`, value)).toEqual(value);
    const serde = schemaRegistry({ client: inMemoryRegistry() }).protobuf({
      schema: `${P3} import "money.proto"; message M { m.Money a = 1; }`,
    });
    expect(() => serde.serialize({}, 't')).toThrow(/it imports money\.proto, which its references do not name/);
  });

  it('do not read another message of the file as if it were the own one', () => {
    const registry = schemaRegistry({ client: inMemoryRegistry() });
    const schema = `${P3} package p; message A { string a = 1; } message B { string b = 1; }`;
    const serdeOf = (message: string, text = schema): Serde<object> =>
      registry.protobuf<object>({ schema: text, message });
    const bytes = serdeOf('B').serialize({ b: 'x' }, 't');
    expect(() => serdeOf('A').deserialize(bytes, 't')).toThrow(unreadable(/they are a p\.B, and the serde reads p\.A/));
    // Under another name, where there is no other message that it could be.
    expect(serdeOf('C', `${P3} package p; message C { string c = 1; }`).deserialize(bytes, 't')).toEqual({ c: 'x' });
  });
});
