import { describe, expect, it } from 'vitest';
import { Windowed } from '../../src/record/windowed.js';
import { serdes } from '../../src/serde/serdes.js';
import { SessionWindowedSerde } from '../../src/serde/session-windowed.js';
import { string } from '../../src/serde/string.js';
import { hexOf, readHex, unreadable } from './bytes-of.js';

const serde = new SessionWindowedSerde(string());

describe('SessionWindowedSerde', () => {
  it('writes the inner key, the end, and the start', () => {
    const key = new Windowed('key', 1_700_000_000_000, 1_700_000_010_000);
    expect(hexOf(serde, key)).toBe('6b6579' + '0000018bcfe58f10' + '0000018bcfe56800');
    expect(readHex(serde, '6b65790000018bcfe58f100000018bcfe56800')).toEqual(key);
    expect(readHex(serdes.sessionWindowed(string()), '6b65790000018bcfe58f100000018bcfe56800')).toEqual(key);
  });

  it('copes with an empty key', () => {
    expect(readHex(serde, '00000000000000020000000000000001')).toEqual(new Windowed('', 1, 2));
    expect(() => readHex(serde, '000000000000000200000000000001')).toThrow(unreadable(/at least 16 bytes, not 15/));
  });

  it('lets the inner key alone decide the partition', () => {
    const { partitionBytes } = serde;
    expect(partitionBytes(Buffer.from('6b657900000000000000020000000000000001', 'hex')).toString()).toBe('key');
  });

  it('says what is missing when the inner serde is', () => {
    const without = new SessionWindowedSerde<string>(undefined);
    expect(() => hexOf(without, new Windowed('key', 0, 1))).toThrow(
      expect.objectContaining({ code: 'SERDE_MISSING' }) as Error,
    );
    expect(hexOf(without.around(string()), new Windowed('a', 0, 1))).toBe('6100000000000000010000000000000000');
  });
});
