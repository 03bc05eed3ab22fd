import { describe, expect, it } from 'vitest';
import { matchesWhole, patternText } from '../../src/topology/topic-pattern.js';

describe('matchesWhole', () => {
  it('wants the whole name', () => {
    expect(matchesWhole(/orders-.+/, 'orders-de')).toBe(true);
    expect(matchesWhole(/orders-.+/, 'old-orders-de')).toBe(false);
    expect(matchesWhole(/orders/, 'orders-de')).toBe(false);
  });

  it('takes alternatives as a whole', () => {
    expect(matchesWhole(/a|b/, 'ab')).toBe(false);
    expect(matchesWhole(/a|b/, 'b')).toBe(true);
  });

  it('says the same every time, whatever the flags', () => {
    const pattern = /ORDERS/giy;
    expect([1, 2, 3].map(() => matchesWhole(pattern, 'orders'))).toEqual([true, true, true]);
  });
});

describe('patternText', () => {
  it('is what Java prints', () => {
    expect(patternText(/a\/b\.c/)).toBe('a/b\\.c');
  });
});
