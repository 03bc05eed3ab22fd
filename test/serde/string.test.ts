import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { Windowed } from '../../src/record/windowed.js';
import { string } from '../../src/serde/string.js';
import { TimeWindowedSerde } from '../../src/serde/time-windowed.js';
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

  it('is what Java makes of half a pair of surrogates, written and read', () => {
    const half = 'x\ud83d';
    expect(hexOf(string(), half)).toBe('783f');
    expect(string().toText?.(half)).toBe('x?');
    expect(readHex(string(), 'eda080')).toBe('\ufffd');
    expect(string().deserializeRange?.(Buffer.from('61eda08062', 'hex'), 1, 4, 'topic')).toBe('\ufffd');
    expect(hexOf(new TimeWindowedSerde(string(), 10), new Windowed(half, 0, 10))).toBe('783f0000000000000000');
  });

  it('does not write what is not a text', () => {
    expect(() => hexOf(string(), 7 as unknown as string)).toThrow(unwritable(/a text is expected, not a number/));
    expect(() => string().toText?.(undefined as unknown as string)).toThrow(
      unwritable(/a text is expected, not undefined/),
    );
  });
});
