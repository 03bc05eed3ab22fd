import { describe, expect, it } from 'vitest';
import { murmur3 } from '../../src/serde/murmur3.js';

/** Bytes of a length, high ones among them; and what Kafka Streams' own hash makes of them. */
const HASHES: readonly (readonly [length: number, hash: string])[] = [
  [0, '9d2764a018e329428c3cf3b035938518'],
  [1, '108f9b2f06a6c567ff7284795fa3e1e2'],
  [2, '3f828320cffbade7b6b8034a36c1195d'],
  [3, '3531d45a7ac9fddfa265cc9ec084aac9'],
  [4, 'b116dd33d0e4786bd2a4133dff4f4ef5'],
  [5, '3d9a5758e345dee95ab11fd8b595a2dd'],
  [6, '5f0d0ceb24e95989c534bb7d8506aab9'],
  [7, '68f558904fc26d3b2bf07a630c94417a'],
  [8, 'ccd865215da8a0fa6a7c0f001803bc43'],
  [9, '50be704c3600c30230e894cf945aa0ae'],
  [10, '418b65e743b334a6530ab17a9d230313'],
  [11, '737b6ae23dd67f6689a3eea3f2547f14'],
  [12, '642faf1dc7b5318e3c08eec57eb392e5'],
  [13, 'ad74932de3ee1ada159f99899dfe2fba'],
  [14, '73d216ce69af881d3658aba107281baa'],
  [15, '686f73dde9314a9493107a39d1dd3a1d'],
  [16, 'c3f74e44f696ba5c9c77364fc0573aa1'],
  [17, 'b75befc2112147e00b1e0f5ee5224475'],
  [18, '81de0da6c8600baeb3c24460c7538646'],
  [19, '6366e5acdff6e6f6e5b12c0a571c3e63'],
  [20, 'b9af0c34b06f617cf598ae40d122663d'],
  [21, 'e57fbdb46509a2baf75740d42108a255'],
  [22, '6391317939bdfae4f6917c582ead0cda'],
  [23, '8768d86f28eff35fecf94222ff1448a3'],
  [24, 'c74c36df0c839e6883ef1bc5d7b0a5b8'],
  [25, 'f39473ba88aeec4b42e719813c31af27'],
  [26, '05d1c3141b96d75e6ed762af8b38eb67'],
  [27, '63361629becbb8ecc8bd562a64bbab19'],
  [28, '71daf229196e5f013728e59def48a005'],
  [29, 'eae4da2c1a1d6910e821f11d8afa2ab0'],
  [30, 'daac60a1744e5ffb0ae0763a981b266f'],
  [31, 'c57a755e14eda662d690f2505ec5facd'],
  [32, '5dcee1c277b359a27f8cddec0b196755'],
  [33, '727ea0d11df69accf3019cf8ee392fda'],
  [1000, '6eb05b0a2545bac70fc87026ecda8454'],
];

describe('murmur3', () => {
  it.each(HASHES)('hashes %i bytes as Kafka Streams does', (length, hash) => {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 37 + length * 101 + 200) & 0xff));
    expect(murmur3(bytes).toString('hex')).toBe(hash);
  });

  it('hashes texts', () => {
    expect(murmur3(Buffer.from('hello')).toString('hex')).toBe('30bfb4f39919e764566aea857401d1c6');
    expect(murmur3(Buffer.from('München')).toString('hex')).toBe('26258bdafbbb91029f129ad7977cec61');
  });
});
