import { describe, expect, it } from 'vitest';
import { crc32c, crc32cInJavaScript } from '../../../../src/broker/wire/batch/crc32c.js';

const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 2654435761) >>> 13));

describe('crc32c', () => {
  it('gives the check value of CRC-32C and not that of zlib', () => {
    const check = Buffer.from('..123456789..');
    expect(crc32cInJavaScript(check, 2, 11)).toBe(0xe3069283);
    expect(crc32c(check, 2, 11)).toBe(0xe3069283);
  });

  it('is the same in native code, which takes the larger ones, and in JavaScript', () => {
    for (const [start, end] of [
      [0, 0],
      [0, 15],
      [1, 17],
      [3, 514],
      [3, 515],
      [7, 5000],
    ] as const) {
      expect(crc32c(bytes, start, end)).toBe(crc32cInJavaScript(bytes, start, end));
    }
  });
});
