import { describe, expect, it } from 'vitest';
import { murmur2, murmur2Partition } from '../../../src/broker/wire/murmur2.js';

describe('murmur2', () => {
  // From Kafka's own tests, and one for each length modulo four.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is %i', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('chooses partitions as Java does: without the sign bit, not by absolute value', () => {
    expect(murmur2Partition(Buffer.from('21'), 10)).toBe((-973932308 & 0x7fffffff) % 10);
    expect(murmur2Partition(Buffer.from('21'), 10)).toBe(0);
    expect(murmur2Partition(Buffer.from('foobar'), 7)).toBe(1357151166 % 7);
    expect(murmur2Partition(Buffer.alloc(0), 1)).toBe(0);
  });
});
