import { describe, expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import { schemaRegistry } from '../../src/registry/schema-registry.js';
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
