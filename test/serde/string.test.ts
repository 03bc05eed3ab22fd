import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { string } from '../../src/serde/string.js';
import { hexOf, readHex, unwritable } from './bytes-of.js';

describe('string', () => {
  it('is UTF-8', () => {
    expect(hexOf(string(), 'aé€😀')).toBe('61c3a9e282acf09f9880');
    expect(readHex(string(), '61c3a9e282acf09f9880')).toBe('aé€😀');
    expect(hexOf(string(), '')).toBe('');
    expect(readHex(string(), '')).toBe('');
  });

  it('reads what it wrote, as text and as bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readHex(string(), hexOf(string(), text))).toBe(text);
        expect(string().toText?.(text)).toBe(text);
      }),
    );
  });

  it('reads bytes that are no UTF-8 as U+FFFD', () => {
    expect(readHex(string(), '61ff62')).toBe('a\ufffdb');
  });

  it('does not write what is not a text', () => {
    expect(() => hexOf(string(), 7 as unknown as string)).toThrow(unwritable(/a text is expected, not number 7/));
    expect(() => string().toText?.(undefined as unknown as string)).toThrow(
      unwritable(/a text is expected, not undefined/),
    );
  });
});
