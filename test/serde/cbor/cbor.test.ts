import { describe, expect, it } from 'vitest';
import { cbor } from '../../../src/serde/cbor/cbor.js';
import { fc } from '../../property.js';
import { hexOf, readHex, unreadable, unwritable } from '../bytes-of.js';

const serde = cbor<unknown>();

describe('cbor', () => {
  it('has the bytes of RFC 8949', () => {
    expect(hexOf(serde, { a: [1, -1, 'x', null, true, 1.5] })).toBe(
      'a16161860120 6178 f6 f5 f93e00'.replaceAll(' ', ''),
    );
    expect(hexOf(serde, Buffer.of(1, 2))).toBe('420102');
    expect(hexOf(serde, new Uint8Array([1, 2]))).toBe('420102');
    expect(readHex(serde, 'c11a514b67b0')).toEqual(new Date(1_363_896_240_000));
    expect(hexOf(serde, 2n ** 64n)).toBe('c249010000000000000000');
  });

  it('never rounds whole numbers', () => {
    expect(serde.deserialize(Buffer.from('1b0020000000000001', 'hex'), 'topic')).toBe(2n ** 53n + 1n);
    expect(readHex(serde, '1b000000000000002a')).toBe(42);
  });

  it('keeps no view of what it read', () => {
    const bytes = Buffer.from('00420102', 'hex');
    const value = serde.deserialize(bytes.subarray(1), 'topic');
    bytes.fill(0);
    expect(value).toEqual(new Uint8Array([1, 2]));
  });

  it.each([
    ['', /not CBOR/],
    ['0101', /not CBOR: Extra data/],
    ['f7', /undefined/],
    ['9affffffff', /not CBOR/],
    ['5affffffff', /not CBOR/],
    ['81'.repeat(5_000) + '01', /not CBOR: Maximum depth/],
  ])('does not read %s', (hex, why) => {
    expect(() => serde.deserialize(Buffer.from(hex, 'hex'), 'topic')).toThrow(unreadable(why));
  });

  it('does not write undefined or functions', () => {
    for (const value of [undefined, () => 1]) expect(() => hexOf(serde, value)).toThrow(unwritable(/CBOR/));
  });

  it('gives back all trees', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.double(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
      fc.boolean(),
      fc.constantFrom(null, undefined),
      fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        fc.pre(value !== undefined);
        expect(serde.deserialize(serde.serialize(value, 'topic'), 'topic')).toStrictEqual(value);
      }),
    );
  });
});
