import { describe, expect, it } from 'vitest';
import { parseExact, stringifyExact } from '../../src/serde/exact-json.js';
import { json } from '../../src/serde/json.js';
import { fc } from '../property.js';
import { unreadable, unwritable } from './bytes-of.js';

describe('json with bigints', () => {
  it('keeps whole numbers of any size', () => {
    expect(parseExact('[9007199254740991,9007199254740992,-9007199254740993,1e30,12345678901234567890.5,-0]')).toEqual([
      2 ** 53 - 1,
      2n ** 53n,
      -(2n ** 53n) - 1n,
      1e30,
      12345678901234567890.5,
      -0,
    ]);
    expect(stringifyExact({ a: 2n ** 70n, b: [5n] })).toBe('{"a":1180591620717411303424,"b":[5]}');
  });

  it('reads what JSON.parse reads where it is exact, with spaces, escapes and fields of all names', () => {
    const text =
      ' { "a\\"\\u0041" : [ 1 , [ ] , { } , "1234567890123456\\\\" ] , "__proto__" : { "x" : true } , "n" : null, "f":false } ';
    expect(parseExact(text)).toEqual(JSON.parse(text));
    expect(Object.keys(parseExact(text) as object)).toContain('__proto__');
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (one, pretty) => {
        fc.pre(!/\d{16}/.test(one));
        const long = JSON.stringify(
          { long: '1234567890123456', value: JSON.parse(one) as unknown },
          null,
          pretty ? 1 : 0,
        );
        expect(parseExact(long)).toEqual(JSON.parse(long));
      }),
    );
  });

  it('gives back every tree with bigints that no number holds, and texts that look like its marks', () => {
    const large = fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n });
    const mark = fc.constantFrom('bigint-0:5', 'bigint-1:9007199254740993', '"bigint-0:1"', 'bigint-0:');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        fc.array(tie('tree')),
        fc.dictionary(fc.oneof(mark, fc.string()), tie('tree')),
      ),
      leaf: fc.oneof(large, mark, fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
    }));
    const serde = json<unknown>({ bigints: true });
    fc.assert(
      fc.property(tree, (value) => {
        const bytes = serde.serialize(value, 'topic');
        expect(stringifyExact(serde.deserialize(bytes, 'topic'))).toBe(stringifyExact(value));
        expect(serde.deserialize(bytes, 'topic')).toEqual(value);
      }),
    );
  });

  it('refuses what JSON refuses', () => {
    const serde = json<unknown>({ bigints: true });
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => serde.serialize(loop, 'topic')).toThrow(unwritable(/cannot be written as JSON/));
    for (const text of [
      '',
      '{"a":12345678901234567,}',
      `${'['.repeat(200_000)}1234567890123456${']'.repeat(200_000)}`,
    ]) {
      expect(() => serde.deserialize(Buffer.from(text), 'topic')).toThrow(unreadable(/not JSON/));
    }
  });
});

describe('json with dates', () => {
  it('reads as dates exactly what dates write, at any depth', () => {
    const serde = json<unknown>({ dates: true });
    const at = new Date(1_700_000_000_123);
    const value = {
      at,
      list: [{ at: new Date(-1) }, new Date(8.64e15)],
      text: '2026-01-01',
      not: '2026-02-30T00:00:00.000Z',
      __other: 'x',
    };
    expect(serde.deserialize(serde.serialize(value, 'topic'), 'topic')).toEqual(value);
    expect(json().deserialize(serde.serialize(at, 'topic'), 'topic')).toBe('2023-11-14T22:13:20.123Z');
  });
});
