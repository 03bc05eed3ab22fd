import { describe, expect, it } from 'vitest';
import { messagePack } from '../../../src/serde/msgpack/message-pack.js';
import { fc } from '../../property.js';
import { hexOf, readHex, unreadable, unwritable } from '../bytes-of.js';

const serde = messagePack<unknown>();

describe('messagePack', () => {
  it('has the bytes of MessagePack', () => {
    expect(hexOf(serde, { a: [1, 'x', null, true, 1.5] })).toBe(
      '81a16195 01 a178 c0 c3 cb3ff8000000000000'.replaceAll(' ', ''),
    );
    expect(hexOf(serde, Buffer.of(1, 2))).toBe('c4020102');
    expect(hexOf(serde, { a: undefined, b: 1 })).toBe('81a16201');
    expect(readHex(serde, 'd6ff00000005')).toEqual(new Date(5_000));
  });

  it('never rounds whole numbers of 64 bits', () => {
    expect(hexOf(serde, 2n ** 63n)).toBe('cf8000000000000000');
    expect(readHex(serde, 'cf8000000000000000')).toBe(2n ** 63n);
    expect(readHex(serde, 'cf000000000000002a')).toBe(42);
    expect(readHex(serde, '82a161d3ffffffffffffffffa16291cf0020000000000000')).toEqual({ a: -1, b: [2n ** 53n] });
  });

  it('keeps no view of what it read', () => {
    const bytes = Buffer.from('00c4020102', 'hex');
    const value = serde.deserialize(bytes.subarray(1), 'topic');
    bytes.fill(0);
    expect(value).toEqual(new Uint8Array([1, 2]));
  });

  it.each([
    ['', /not MessagePack/],
    ['c1', /not MessagePack/],
    ['0101', /Extra 1 of 2 byte/],
    ['ddffffffff', /Max length exceeded/],
    ['dfffffffff', /Max length exceeded/],
    ['81a95f5f70726f746f5f5f01', /__proto__/],
  ])('does not read %s', (hex, why) => {
    expect(() => readHex(serde, hex)).toThrow(unreadable(why));
  });

  it('does not write undefined, functions or circles', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    for (const value of [undefined, () => 1, loop])
      expect(() => hexOf(serde, value)).toThrow(unwritable(/MessagePack/));
  });

  it('gives back all trees', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      // Minus zero is written as zero, as in JSON.
      fc.double().map((value) => value + 0),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true, min: new Date(-1e12), max: new Date(1e13) }),
      fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    );
    const name = fc.string().filter((key) => key !== '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(name, tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(serde.deserialize(serde.serialize(value, 'topic'), 'topic')).toStrictEqual(value);
      }),
    );
  });
});
