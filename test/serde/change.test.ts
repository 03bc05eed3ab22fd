import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { Change } from '../../src/record/change.js';
import { ChangeSerde } from '../../src/serde/change.js';
import { string } from '../../src/serde/string.js';
import { hexOf, readHex, unreadable, unwritable } from './bytes-of.js';

const serde = new ChangeSerde(string());

describe('ChangeSerde', () => {
  it.each([
    [new Change<string>(null, 'ab'), '616200'],
    [new Change<string>('ab', null), '616201'],
    [new Change<string>('ab', 'xyz'), '04' + '6162' + '78797a' + '02'],
    [new Change<string>('', ''), '0002'],
  ])('writes and reads %j', (change, hex) => {
    expect(hexOf(serde, change)).toBe(hex);
    expect(readHex(serde, hex)).toEqual(change);
  });

  it('writes the length of a long new value as Kafka writes integers', () => {
    const text = 'x'.repeat(300);
    expect(hexOf(serde, new Change<string>(text, 'y')).slice(0, 4)).toBe('d804');
  });

  it('reads what it wrote', () => {
    const part = fc.option(fc.string({ maxLength: 300 }));
    fc.assert(
      fc.property(part, part, (newValue, oldValue) => {
        fc.pre(newValue !== null || oldValue !== null);
        const change = new Change<string>(newValue, oldValue);
        expect(readHex(serde, hexOf(serde, change))).toEqual(change);
      }),
    );
  });

  it.each([
    ['61620003', new Change<string>(null, 'ab', false)],
    ['61620104', new Change<string>('ab', null, true)],
    ['04616278797a0005', new Change<string>('ab', 'xyz', false)],
  ])('reads what other versions may write, which tells whether the update is the latest: %s', (hex, change) => {
    expect(readHex(serde, hex)).toEqual(change);
  });

  it('does not write nothing', () => {
    expect(() => hexOf(serde, new Change<string>(null, null))).toThrow(unwritable(/an old or a new value/));
  });

  it.each([
    ['6106', /a byte from 0 to 5, not 6/],
    ['', /a byte from 0 to 5, not undefined/],
    ['08616202', /longer than it is/],
    ['ffffffffff02', /does not begin with the length/],
    ['61620203', /by 0 or 1, not 2/],
  ])('does not read %s', (hex, message) => {
    expect(() => readHex(serde, hex)).toThrow(unreadable(message));
  });

  it('says what is missing when the inner serde is', () => {
    expect(() => hexOf(new ChangeSerde<string>(undefined), new Change('a', null))).toThrow(
      expect.objectContaining({ code: 'SERDE_MISSING' }) as Error,
    );
  });
});
