import { describe, expect, it } from 'vitest';
import { toMilliseconds, toSignedMilliseconds, type Duration } from '../../src/time/duration.js';

describe('toMilliseconds', () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1_500, 1_500],
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['0.1s', 100],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
  ])('reads %s', (duration, milliseconds) => {
    expect(toMilliseconds(duration, 'size')).toBe(milliseconds);
  });

  it.each([
    -1,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '10',
    '10 s',
    '-1s',
    's',
    '0.5ms',
    '1w',
    '',
    null,
    undefined,
    {},
  ])('refuses %j and names the option', (duration) => {
    expect(() => toMilliseconds(duration as Duration, 'size')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        option: 'size',
        message: expect.stringMatching(/^size must be a whole number of milliseconds/) as string,
      }) as Error,
    );
  });
});

describe('toSignedMilliseconds', () => {
  it.each<[Duration, number]>([
    [-1_500, -1_500],
    ['-10s', -10_000],
    ['-1.5s', -1_500],
    ['-0s', 0],
    ['10s', 10_000],
    [0, 0],
  ])('reads %s', (duration, milliseconds) => {
    expect(toSignedMilliseconds(duration, 'before')).toBe(milliseconds);
  });

  it.each(['--1s', '- 1s', '-', '-0.5ms', Number.NaN])('refuses %s', (duration) => {
    expect(() => toSignedMilliseconds(duration as Duration, 'before')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', option: 'before' }),
    );
  });
});
