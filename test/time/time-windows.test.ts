import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { TimeWindows } from '../../src/time/time-windows.js';

/** Starts of all windows that contain `timestamp`. */
function starts(windows: TimeWindows, timestamp: number): number[] {
  const all: number[] = [];
  for (let start = windows.firstStart(timestamp); start <= timestamp; start += windows.advanceMs) all.push(start);
  return all;
}

describe('TimeWindows', () => {
  /*
   *  0    5    10   15   20
   *  |---------|                size 10: the end is exclusive
   *            |---------|
   */
  it('tumbles: a record is in one window', () => {
    const windows = TimeWindows.of({ size: 10 });
    expect([0, 9, 10, 19].map((time) => starts(windows, time))).toEqual([[0], [0], [10], [10]]);
    expect([windows.sizeMs, windows.advanceMs, windows.graceMs]).toEqual([10, 10, 0]);
  });

  /*
   *  0    5    10   15   20
   *  |---------|
   *       |---------|
   *            |---------|
   */
  it('hops: a record is in size / advance windows, none of which begins before 0', () => {
    const windows = TimeWindows.of({ size: 10, advance: 5 });
    expect([0, 4, 5, 9, 10, 14].map((time) => starts(windows, time))).toEqual([
      [0],
      [0],
      [0, 5],
      [0, 5],
      [5, 10],
      [5, 10],
    ]);
  });

  it('takes durations', () => {
    const windows = TimeWindows.of({ size: '5m', advance: '1m', grace: '30s' });
    expect([windows.sizeMs, windows.advanceMs, windows.graceMs]).toEqual([300_000, 60_000, 30_000]);
  });

  it('finds exactly the windows that contain a timestamp', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 500 }),
        (size, advance, time) => {
          fc.pre(advance <= size);
          const found = starts(TimeWindows.of({ size, advance }), time);
          const expected: number[] = [];
          for (let start = 0; start <= time; start += advance) if (time < start + size) expected.push(start);
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  it.each([
    [{ size: 0 }, 'TimeWindows.size'],
    [{ size: 10, advance: 0 }, 'TimeWindows.advance'],
    [{ size: 10, advance: 11 }, 'TimeWindows.advance'],
    [{ size: 10, grace: -1 }, 'TimeWindows.grace'],
    [{ size: '10 seconds' as '10s' }, 'TimeWindows.size'],
  ])('refuses %j', (options, option) => {
    expect(() => TimeWindows.of(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', option }) as Error);
  });

  it('refuses options that it does not know', () => {
    expect(() => TimeWindows.of({ size: 10, gracePeriod: 5 } as { size: number })).toThrow(
      /TimeWindows has no option gracePeriod/,
    );
  });
});
