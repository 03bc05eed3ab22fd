import { describe, expect, it } from 'vitest';
import { Windowed } from '../../src/record/windowed.js';
import { serdes } from '../../src/serde/serdes.js';
import { string } from '../../src/serde/string.js';
import { TimeWindowedSerde } from '../../src/serde/time-windowed.js';
import { hexOf, readHex, unreadable } from './bytes-of.js';

const serde = new TimeWindowedSerde(string(), 10_000);

describe('TimeWindowedSerde', () => {
  it('writes the inner key and the start; the end follows from the size', () => {
    const key = new Windowed('key', 1_700_000_000_000, 1_700_000_010_000);
    expect(hexOf(serde, key)).toBe('6b6579' + '0000018bcfe56800');
    expect(readHex(serde, '6b65790000018bcfe56800')).toEqual(key);
  });

  it('copes with an empty key', () => {
    expect(readHex(serde, '0000000000000000')).toEqual(new Windowed('', 0, 10_000));
    expect(() => readHex(serde, '00000000000000')).toThrow(unreadable(/at least 8 bytes, not 7/));
  });

  it('lets the inner key alone decide the partition', () => {
    const { partitionBytes } = serde;
    expect(partitionBytes(Buffer.from('6b65790000018bcfe56800', 'hex')).toString()).toBe('key');
  });

  it('says what is missing when the inner serde is', () => {
    const without = new TimeWindowedSerde<string>(undefined, 10_000);
    expect(() => hexOf(without, new Windowed('key', 0, 10_000))).toThrow(
      expect.objectContaining({ code: 'SERDE_MISSING' }) as Error,
    );
    expect(hexOf(without.around(string()), new Windowed('a', 0, 10_000))).toBe('610000000000000000');
  });

  it('takes its size as a duration in serdes', () => {
    const unlimited = serdes.unlimitedWindowed(string());
    expect(readHex(unlimited, '61000000000000000a')).toEqual(new Windowed('a', 10, Number.POSITIVE_INFINITY));
    expect(unlimited.serialize(new Windowed('a', 10, Number.POSITIVE_INFINITY), 't').toString('hex')).toBe(
      '61000000000000000a',
    );
    expect(readHex(serdes.timeWindowed(string(), '5m'), '610000000000000000')).toEqual(new Windowed('a', 0, 300_000));
    expect(() => serdes.timeWindowed(string(), -1)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });
});
