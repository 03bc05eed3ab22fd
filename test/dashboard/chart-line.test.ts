import { expect, it } from 'vitest';
import { linePath, roundTop, spanOf } from '../../dashboard/chart-line.js';

it('draws a line with gaps where nothing is known', () => {
  const place = { width: 100, height: 50, from: 1_000, to: 2_000, top: 10 };
  const points = [
    [1_000, 0],
    [1_500, 5],
    [1_600, null],
    [2_000, 20],
  ] as const;
  expect(linePath(points, place)).toBe('M0.0 50.0L50.0 25.0M100.0 0.0');
});

it('chooses a round top', () => {
  expect([[], [0, null], [0.3], [7], [101, 3]].map((values) => roundTop(values))).toEqual([1, 1, 0.5, 10, 200]);
  expect(roundTop([300 * 2 ** 20], true)).toBe(512 * 2 ** 20);
});

it('goes back an hour at most and five minutes at least', () => {
  const now = 10_000_000;
  expect([undefined, now - 1_000, now - 600_000, 0].map((first) => spanOf(first, now))).toEqual([
    300_000, 300_000, 600_000, 3_600_000,
  ]);
});
