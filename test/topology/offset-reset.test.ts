import { describe, expect, it } from 'vitest';
import {
  isOffsetReset,
  offsetResetTarget,
  offsetResetText,
  type OffsetReset,
} from '../../src/topology/offset-reset.js';

describe('offset resets', () => {
  it.each<[OffsetReset, string, string | number | null]>([
    ['earliest', 'earliest', 'earliest'],
    ['latest', 'latest', 'latest'],
    ['none', 'none', null],
    [{ byDuration: '1h' }, 'byDuration 3600000 ms', 6_400_000],
    [{ byDuration: 1_000 }, 'byDuration 1000 ms', 9_999_000],
    [{ byDuration: '10d' }, 'byDuration 864000000 ms', 0],
  ])('%j', (reset, text, target) => {
    expect(isOffsetReset(reset)).toBe(true);
    expect(offsetResetText(reset)).toBe(text);
    expect(offsetResetTarget(reset, 10_000_000)).toBe(target);
  });

  it.each([
    ['begin'],
    [null],
    [3],
    [{}],
    [{ byDuration: 'soon' }],
    [{ byDuration: -1 }],
    [{ byDuration: '1h', at: 1 }],
  ])('is none: %j', (value) => {
    expect(isOffsetReset(value)).toBe(false);
  });
});
