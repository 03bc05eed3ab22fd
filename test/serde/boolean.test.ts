import { describe, expect, it } from 'vitest';
import { boolean } from '../../src/serde/boolean.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

describe('boolean', () => {
  it.each([
    [true, '01'],
    [false, '00'],
  ])('writes and reads %s', (value, hex) => {
    expect(hexOf(boolean(), value)).toBe(hex);
    expect(readHex(boolean(), hex)).toBe(value);
  });

  it('reads nothing else', () => {
    expect(() => readHex(boolean(), '02')).toThrow(unreadable(/0 or 1, not 2/));
    expect(() => readHex(boolean(), '')).toThrow(unreadable(/1 byte, not 0/));
    expect(() => readHex(boolean(), '0001')).toThrow(unreadable(/1 byte, not 2/));
  });

  it('writes nothing else', () => {
    expect(() => hexOf(boolean(), 1 as unknown as boolean)).toThrow(unwritable(/a boolean is expected/));
  });
});
