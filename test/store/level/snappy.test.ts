/** Snappy's format, element by element, and what is no Snappy at all. */
import { describe, expect, it } from 'vitest';
import { unsnappy } from '../../../src/store/level/snappy.js';

const plain = (hex: string): string | undefined => unsnappy(Buffer.from(hex, 'hex'))?.toString();

describe('unsnappy', () => {
  it('reads literals of all lengths', () => {
    expect(plain('00')).toBe('');
    expect(plain('03' + '08' + '616263')).toBe('abc');
    expect(plain('64' + 'f063' + '61'.repeat(100))).toBe('a'.repeat(100));
    expect(plain('ac02' + 'f42b01' + '62'.repeat(300))).toBe('b'.repeat(300));
  });

  it('reads copies of all widths, also into what they write', () => {
    expect(plain('0a' + '04' + '6162' + '1102')).toBe('ab'.repeat(5));
    expect(plain('06' + '08' + '616263' + '0a0300')).toBe('abcabc');
    expect(plain('06' + '08' + '616263' + '0b03000000')).toBe('abcabc');
  });

  it('is null for what is cut off, too long, or copied from before the beginning', () => {
    for (const hex of ['', '80', '03', '0308616', '0408616263', '0208616263', '0608616263' + '0a0400', 'ffffffffffff'])
      expect(unsnappy(Buffer.from(hex, 'hex')), hex).toBeNull();
  });
});
