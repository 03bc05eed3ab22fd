import { describe, expect, test } from 'vitest';
import { compare } from '../../../examples/02-windowed-count/compare.js';
import { passed, report, type Verdict } from '../../../examples/02-windowed-count/check-windows.js';
import type { Totals } from '../../../examples/02-windowed-count/recompute.js';

const expected = windows({ a: [2, 200], b: [1, 50] });

describe('exact', () => {
  test('accepts the same windows', () => {
    expect(compare(expected, windows({ b: [1, 50], a: [2, 200] }), 'exact')).toEqual({
      windows: 2,
      agree: 2,
      more: 0,
      differences: [],
    });
  });

  test.each([
    ['fewer orders', { a: [1, 200], b: [1, 50] }, 'a: expected 2 orders of 2.00, found 1 orders of 2.00'],
    ['more orders', { a: [3, 200], b: [1, 50] }, 'a: expected 2 orders of 2.00, found 3 orders of 2.00'],
    ['another sum', { a: [2, 201], b: [1, 50] }, 'a: expected 2 orders of 2.00, found 2 orders of 2.01'],
    ['a missing window', { a: [2, 200] }, 'b: expected 1 orders of 0.50, found no such window'],
    ['one too many', { a: [2, 200], b: [1, 50], c: [1, 1] }, 'c: expected no such window, found 1 orders of 0.01'],
  ] as const)('refuses %s', (_, found, line) => {
    const { differences, agree } = compare(expected, windows(found), 'exact');
    expect(differences).toEqual([line]);
    expect(agree).toBe('c' in found ? 2 : 1);
  });
});

describe('at least', () => {
  test('accepts more orders and counts such windows', () => {
    const { agree, more, differences } = compare(expected, windows({ a: [3, 300], b: [1, 50], c: [1, 1] }), 'at-least');
    expect({ agree, more, differences }).toEqual({ agree: 1, more: 2, differences: [] });
  });

  test.each([
    ['fewer orders', { a: [1, 100], b: [1, 50] }],
    ['a missing window', { a: [2, 200] }],
    ['the same orders with another sum', { a: [2, 150], b: [1, 50] }],
  ] as const)('refuses %s', (_, found) => {
    expect(compare(expected, windows(found), 'at-least').differences).toHaveLength(1);
  });
});

describe('the report', () => {
  const verdict: Verdict = {
    mode: 'exact',
    orders: 200_000,
    partitions: 4,
    late: 1_987,
    updates: 30_001,
    windows: 12_345,
    agree: 12_345,
    more: 0,
    differences: [],
  };

  test('ends with how many windows agree', () => {
    expect(report(verdict)).toEqual([
      'read 200,000 orders in 4 partitions, 1,987 of them late, and 30,001 updates of 12,345 windows',
      '12,345 of 12,345 windows agree',
    ]);
    expect(passed(verdict)).toBe(true);
  });

  test('shows the first differences', () => {
    const differences = Array.from({ length: 12 }, (_, i) => `window ${i}`);
    const lines = report({ ...verdict, agree: 12_333, differences });
    expect(lines).toHaveLength(13);
    expect(lines.slice(-2)).toEqual(['  and 2 more', '12,333 of 12,345 windows agree']);
    expect(passed({ ...verdict, differences })).toBe(false);
  });

  test('does not take an empty output for agreement', () => {
    expect(passed({ ...verdict, windows: 0, agree: 0 })).toBe(false);
  });
});

function windows(totals: Readonly<Record<string, readonly [orders: number, cents: number]>>): Map<string, Totals> {
  return new Map(Object.entries(totals).map(([name, [orders, cents]]) => [name, { orders, cents }]));
}
