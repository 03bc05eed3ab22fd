import { describe, expect, it } from 'vitest';
import { afterKey, afterPrefix, keyBytes, keyFormatOf } from '../../../src/cli/state/key-text.js';
import { serdes } from '../../../src/serde/serdes.js';

describe('a key on a command line', () => {
  it('becomes the bytes that a serde writes', () => {
    expect(keyBytes('mühle', 'text', false)).toEqual(serdes.string().serialize('mühle', ''));
    expect(keyBytes('-7', 'long', false)).toEqual(serdes.long().serialize(-7, ''));
    expect(keyBytes('7', 'int', false)).toEqual(Buffer.from([0, 0, 0, 7]));
    expect(keyBytes('1.5', 'double', false)).toEqual(serdes.double().serialize(1.5, ''));
    expect(keyBytes('{ "a": 1 }', 'json', false)).toEqual(serdes.json().serialize({ a: 1 }, ''));
    expect(keyBytes('AAE=', 'base64', false)).toEqual(Buffer.from([0, 1]));
  });

  it('may be a bare text where keys seem to be JSON', () => {
    expect(keyBytes('mill', 'json', true).toString()).toBe('"mill"');
    expect(() => keyBytes('mill', 'json', false)).toThrow('the key mill is not JSON');
  });

  it.each([
    ['x', 'long'],
    ['9223372036854775808', 'long'],
    ['2147483648', 'int'],
    ['', 'double'],
    ['?', 'base64'],
  ] as const)('is refused: %s as %s', (text, format) => {
    expect(() => keyBytes(text, format, false)).toThrow(/is not .*; see --key-format/);
  });

  it('is written as the keys of the store seem to be', () => {
    const of = (...keys: Buffer[]): string => keyFormatOf(keys);
    expect(of(Buffer.from('mill'), Buffer.from('17'))).toBe('text');
    expect(of(Buffer.from('"mill"'))).toBe('json');
    expect(of(Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]))).toBe('long');
    expect(of()).toBe('text');
    expect(() => of(Buffer.from([0xff, 0xfe, 0xfd]))).toThrow('--key-format base64');
  });

  it('ends a range', () => {
    expect(afterPrefix(Buffer.from('ab'))).toEqual(Buffer.from('ac'));
    expect(afterPrefix(Buffer.from([1, 0xff]))).toEqual(Buffer.from([2]));
    expect(afterPrefix(Buffer.from([0xff]))).toBeNull();
    expect(afterKey(Buffer.from('a'))).toEqual(Buffer.from('a\0'));
  });
});
