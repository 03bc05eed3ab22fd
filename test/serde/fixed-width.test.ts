import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { bigint, double, float, int, long, short } from '../../src/serde/fixed-width.js';
import type { Serde } from '../../src/serde/serde.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

// Bytes as Kafka's serializers write them.
describe.each<[string, Serde<number>, [number, string][]]>([
  [
    'double',
    double(),
    [
      [0, '0000000000000000'],
      [-1.5, 'bff8000000000000'],
      [0.1, '3fb999999999999a'],
      [Number.NaN, '7ff8000000000000'],
      [Number.NEGATIVE_INFINITY, 'fff0000000000000'],
    ],
  ],
  [
    'float',
    float(),
    [
      [1.5, '3fc00000'],
      [-2, 'c0000000'],
    ],
  ],
  [
    'int',
    int(),
    [
      [1, '00000001'],
      [-1, 'ffffffff'],
      [2_147_483_647, '7fffffff'],
      [-2_147_483_648, '80000000'],
    ],
  ],
  [
    'short',
    short(),
    [
      [258, '0102'],
      [-32_768, '8000'],
    ],
  ],
  [
    'long',
    long(),
    [
      [0, '0000000000000000'],
      [1, '0000000000000001'],
      [-1, 'ffffffffffffffff'],
      [-4_294_967_297, 'fffffffeffffffff'],
      [1_700_000_000_000, '0000018bcfe56800'],
      [Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
      [Number.MIN_SAFE_INTEGER, 'ffe0000000000001'],
    ],
  ],
])('%s', (name, serde, values) => {
  it.each(values)('writes and reads %d', (value, hex) => {
    expect(hexOf(serde, value)).toBe(hex);
    expect(readHex(serde, hex)).toBe(value);
  });

  it('is immutable, so that caches may keep it', () => {
    expect(serde.immutable).toBe(true);
  });

  it('does not read another number of bytes', () => {
    expect(() => readHex(serde, '00')).toThrow(unreadable(new RegExp(`^an? ${name} has \\d bytes, not 1`)));
  });

  it('does not write what is not a number', () => {
    expect(() => hexOf(serde, '1' as unknown as number)).toThrow(unwritable(/, not a text of 1 character$/));
  });
});

describe('whole numbers', () => {
  it.each([
    [int(), 2_147_483_648, 'a number above 2147483647'],
    [int(), 1.5, 'a number with a fraction'],
    [short(), -32_769, 'a number below -32768'],
    [long(), 2 ** 53, 'a number above 9007199254740991'],
    [long(), 0.5, 'a number with a fraction'],
    [long(), Number.NaN, 'NaN'],
  ])('do not write what does not fit (%#)', (serde, value, shown) => {
    expect(() => hexOf(serde, value)).toThrow(unwritable(new RegExp(`must be a whole number .*, not ${shown}$`)));
  });

  it('are held as they are read again: -0 is 0', () => {
    for (const serde of [int(), short(), long()]) expect(serde.normalize?.(-0)).toBe(0);
    expect(double().normalize?.(-0)).toBe(-0);
  });

  it('are exact over the whole range of a number', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => readHex(long(), hexOf(long(), value)) === value));
  });

  it('are not read as a number that is only near', () => {
    expect(() => readHex(long(), '0020000000000000')).toThrow(
      unreadable(/a long is beyond what a number holds exactly/),
    );
    expect(() => readHex(long(), '7fffffffffffffff')).toThrow(unreadable(/use serdes\.bigint\(\)/));
  });

  it('take the very bytes of long as bigint, up to 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(readHex(bigint(), hexOf(bigint(), value))).toBe(value);
      }),
    );
    expect(hexOf(bigint(), -1n)).toBe('ffffffffffffffff');
    expect(() => hexOf(bigint(), 2n ** 63n)).toThrow(unwritable(/a bigint of 64 bits/));
    expect(() => hexOf(bigint(), 1 as unknown as bigint)).toThrow(unwritable(/a bigint of 64 bits/));
  });
});
