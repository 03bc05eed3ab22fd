/** Odd texts and malformed bytes, held to what Java made of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodable, encodeUtf8 } from '../../src/record/utf8.js';
import { fc } from '../property.js';

const table = readFileSync(new URL('java-utf8.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [kind: string, given: string, java: string]);

const ofUnits = (units: string): string =>
  String.fromCharCode(...(units.match(/..../g) ?? []).map((unit) => Number.parseInt(unit, 16)));
const unitsOf = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0')).join('');

describe('UTF-8 as in Java', () => {
  it('is read as Java reads it, also where it is none', () => {
    for (const [kind, given, java] of table) {
      if (kind === 'd') expect(unitsOf(decodeUtf8(Buffer.from(given, 'hex'))), given).toBe(java);
    }
  });

  it('is read from the middle of other bytes without a look at them', () => {
    for (const [kind, given, java] of table) {
      if (kind !== 'd') continue;
      const bytes = Buffer.from(`c3${given}a9`, 'hex');
      expect(unitsOf(decodeUtf8(bytes, 1, bytes.length - 1)), given).toBe(java);
    }
  });

  it('is written as Java writes it, also of texts that have none', () => {
    for (const [kind, given, java] of table) {
      if (kind === 'e') expect(encodeUtf8(ofUnits(given)).toString('hex'), given).toBe(java);
    }
  });

  it('is what it always was of whole texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(encodable(text)).toBe(text);
        expect(encodeUtf8(text)).toEqual(Buffer.from(text, 'utf8'));
        expect(decodeUtf8(Buffer.from(text, 'utf8'))).toBe(text);
      }),
    );
  });
});
