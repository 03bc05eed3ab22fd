import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/serde/uuid.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

const TEXT = '123e4567-e89b-12d3-a456-426614174000';
const HEX = Buffer.from(TEXT).toString('hex');

describe('uuid', () => {
  it('is the text, in lower case as in Java', () => {
    expect(hexOf(uuid(), TEXT)).toBe(HEX);
    expect(hexOf(uuid(), TEXT.toUpperCase())).toBe(HEX);
    expect(readHex(uuid(), HEX)).toBe(TEXT);
  });

  it('is nothing else', () => {
    expect(() => hexOf(uuid(), 'abc')).toThrow(unwritable(/a UUID is expected, not a text of 3 characters/));
    expect(() => readHex(uuid(), `${HEX}61`)).toThrow(unreadable(/a UUID is expected/));
  });
});
