/** The checksum of LevelDB's blocks, held to the published values. */
import { describe, expect, it } from 'vitest';
import { crc32c, masked } from '../../../src/store/level/crc32c.js';

/** RFC 3720, B.4. */
const PUBLISHED: readonly (readonly [bytes: Buffer, crc: number])[] = [
  [Buffer.from('123456789'), 0xe3069283],
  [Buffer.alloc(32), 0x8a9136aa],
  [Buffer.alloc(32, 0xff), 0x62a8ab43],
  [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  [Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c],
];

describe('crc32c', () => {
  it('gives the published values', () => {
    for (const [bytes, crc] of PUBLISHED) expect(crc32c(bytes, 0, bytes.length)).toBe(crc);
  });

  it('looks at the part that it is given, and goes on from another', () => {
    const [bytes, crc] = PUBLISHED[0] as readonly [Buffer, number];
    const around = Buffer.concat([Buffer.from('abc'), bytes, Buffer.from('xyz')]);
    expect(crc32c(around, 3, 12)).toBe(crc);
    for (let cut = 0; cut <= 9; cut += 1) {
      expect(crc32c(around, 3 + cut, 12, crc32c(around, 3, 3 + cut))).toBe(crc);
    }
  });

  it('is masked as LevelDB does', () => {
    expect(masked(0xe3069283)).toBe((((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0);
    expect(masked(0)).toBe(0xa282ead8);
  });
});
