import { describe, expect, it } from 'vitest';
import { serdes } from '../../src/serde/serdes.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

const { optional } = serdes;

describe('optional', () => {
  it('tells null, empty and a value apart', () => {
    const serde = optional(serdes.string());
    expect([null, '', 'a'].map((value) => hexOf(serde, value))).toEqual(['00', '01', '0161']);
    expect(['00', '01', '0161'].map((hex) => readHex(serde, hex))).toEqual([null, '', 'a']);
  });

  it('can stand in itself', () => {
    const serde = optional(optional(serdes.boolean()));
    expect(hexOf(serde, true)).toBe('010101');
    expect(readHex(serde, '00')).toBeNull();
  });

  it('refuses other bytes', () => {
    expect(() => readHex(optional(serdes.string()), '')).toThrow(unreadable(/at least 1 byte/));
    expect(() => readHex(optional(serdes.string()), '0061')).toThrow(unreadable(/null has 1 byte, not 2/));
    expect(() => readHex(optional(serdes.string()), '0261')).toThrow(unreadable(/0 or 1, not 2/));
    expect(() => hexOf(optional(serdes.string()), undefined as unknown as string)).toThrow(unwritable(/a text/));
  });
});
