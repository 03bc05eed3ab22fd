import { describe, expect, it } from 'vitest';
import { serdes } from '../../src/serde/serdes.js';
import type { Serde } from '../../src/serde/serde.js';
import { fc } from '../property.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

const { list, optional } = serdes;
const ID = '00112233-4455-6677-8899-aabbccddeeff';

/** Written by the JVM: Serdes.ListSerde(ArrayList.class, …) of Kafka 4.4. */
const FROM_JVM: readonly (readonly [name: string, serde: Serde<unknown>, list: unknown, hex: string])[] = [
  ['ints', list(optional(serdes.int())), [1, null, -1, null], '000000000200000001000000030000000400000001ffffffff'],
  ['no ints', list(serdes.int()), [], '000000000000000000'],
  ['longs', list(serdes.long()), [5], '0000000000000000010000000000000005'],
  ['bigints', list(serdes.bigint()), [5n], '0000000000000000010000000000000005'],
  ['shorts', list(optional(serdes.short())), [5, null], '000000000100000001000000020005'],
  ['doubles', list(optional(serdes.double())), [null, 1.5], '000000000100000000000000023ff8000000000000'],
  ['floats', list(serdes.float()), [1.5], '0000000000000000013fc00000'],
  ['booleans', list(optional(serdes.boolean())), [true, null, false], '01000000030000000101ffffffff0000000100'],
  ['uuids', list(optional(serdes.uuid())), [ID, null], `00000000010000000100000002${Buffer.from(ID).toString('hex')}`],
  [
    'strings',
    list(optional(serdes.string())),
    ['a', null, '', 'zoë'],
    '01000000040000000161ffffffff00000000000000047a6fc3ab',
  ],
];

describe('list', () => {
  it.each(FROM_JVM)('of %s has the bytes of Kafka', (_, serde, value, hex) => {
    expect(hexOf(serde, value)).toBe(hex);
    expect(readHex(serde, hex)).toEqual(value);
  });

  it('reads entries with their lengths also where it does not write them', () => {
    expect(readHex(list(serdes.int()), '01000000010000000400000007')).toEqual([7]);
    expect(readHex(list(serdes.int()), '0000000001000000070000000100000001')).toEqual([1]);
  });

  it.each([
    ['', /ends before/],
    ['02', /begins with the byte 0 or 1, not 2/],
    ['0100000001000000056161', /ends before/],
    ['010000000200000001', /ends before/],
    ['0100000001fffffffe6161', /an entry.* a negative number of bytes/],
    ['01ffffffff', /has a negative number of entries/],
    ['0000000000000000010000000161', /without the lengths.*numbers or UUIDs/],
    ['01000000010000000161ff', /a list of 1 ends 1 bytes before the end/],
    ['017fffffff', /ends before/],
    ['0100000001ffffffff', /serdes\.list\(serdes\.optional/],
  ])('does not read %s', (hex, why) => {
    expect(() => readHex(list(serdes.string()), hex)).toThrow(unreadable(why));
  });

  it('does not make room for entries that cannot be there', () => {
    expect(() => readHex(list(serdes.int()), '00000000007fffffff')).toThrow(unreadable(/ends before/));
  });

  it('refuses what is no list, and nulls that were not asked for', () => {
    expect(() => hexOf(list(serdes.string()), 'ab' as unknown as string[])).toThrow(unwritable(/a list is expected/));
    expect(() => hexOf(list(serdes.string()), [null as unknown as string])).toThrow(unwritable(/a text is expected/));
    expect(() => hexOf(list(serdes.int()), [null as unknown as number])).toThrow(unwritable(/an int/));
  });

  it('hands topic and headers to its entries', () => {
    const seen: unknown[] = [];
    const inner: Serde<string> = {
      serialize: (value, topic, headers) => Buffer.from(value + topic + String(headers?.length)),
      deserialize: (bytes, topic, headers) => {
        seen.push([topic, headers]);
        return bytes.toString();
      },
    };
    const headers = [['a', null]] as const;
    const bytes = list(optional(inner)).serialize(['x', null], 't', headers);
    expect(list(optional(inner)).deserialize(bytes, 't', headers)).toEqual(['xt1', null]);
    expect(seen).toEqual([['t', headers]]);
  });

  it('gives back every list of texts and of numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'grapheme' }))), (value) => {
        const serde = list(optional(serdes.string()));
        expect(readHex(serde, hexOf(serde, value))).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.option(fc.maxSafeInteger())), (value) => {
        const serde = list(optional(serdes.long()));
        expect(readHex(serde, hexOf(serde, value))).toEqual(value);
      }),
    );
  });
});
