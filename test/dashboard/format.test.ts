import { expect, it } from 'vitest';
import { bytes, count, duration, rate, shortName } from '../../dashboard/format.js';

it('writes numbers in four digits', () => {
  expect([0, 7.6, 942, 1_234, 56_789, 12_345_678, null].map(count)).toEqual([
    '0',
    '8',
    '942',
    '1.23 k',
    '56.8 k',
    '12.3 M',
    '–',
  ]);
  expect([0, 0.04, 0.4, 12, 1_500, null].map(rate)).toEqual(['0/s', '< 0.1/s', '0.4/s', '12/s', '1.50 k/s', '–']);
  expect([0, 1_023, 1_536, 5 * 2 ** 30].map(bytes)).toEqual(['0 B', '1023 B', '1.50 KiB', '5.00 GiB']);
});

it('writes lengths of time', () => {
  expect([0, 999, 1_500, 90_000, 5_400_000, 172_800_000, null].map(duration)).toEqual([
    '0 ms',
    '999 ms',
    '1.5 s',
    '1.5 min',
    '1.5 h',
    '2.0 d',
    '–',
  ]);
});

it('shortens generated names alone', () => {
  expect(
    ['KSTREAM-AGGREGATE-0000000003', 'KTABLE-SOURCE-0000000010', 'KSTREAM-KEY-SELECT-0000000000', 'orders'].map(
      shortName,
    ),
  ).toEqual(['aggregate 3', 'source 10', 'key-select 0', 'orders']);
});
