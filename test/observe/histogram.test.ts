import { expect, it } from 'vitest';
import { Histogram } from '../../src/observe/histogram.js';

it('counts each length of time in all buckets that it fits into', () => {
  const histogram = new Histogram();
  for (const length of [0.5, 1, 3, 7_000, 90_000_000]) histogram.observe(length);
  const { count, sum, max, buckets } = histogram.snapshot();
  expect({ count, sum, max }).toEqual({ count: 5, sum: 90_007_004.5, max: 90_000_000 });
  const upTo = (bound: number): number | undefined => buckets.find(({ atMost }) => atMost === bound)?.count;
  expect([upTo(1), upTo(2.5), upTo(5), upTo(5_000), upTo(10_000), upTo(86_400_000)]).toEqual([2, 2, 3, 3, 4, 4]);
});

it('takes what is dated ahead for not late', () => {
  const histogram = new Histogram();
  histogram.observe(-5_000);
  expect(histogram.snapshot()).toMatchObject({ count: 1, sum: 0, max: 0 });
  expect(histogram.snapshot().buckets[0]).toEqual({ atMost: 1, count: 1 });
});
