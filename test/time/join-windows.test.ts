import { describe, expect, it } from 'vitest';
import { JoinWindows, type JoinWindowsOptions } from '../../src/time/join-windows.js';

describe('JoinWindows', () => {
  it('reach as far back as ahead', () => {
    const windows = JoinWindows.of({ timeDifference: '10s', grace: '1m' });
    expect([windows.beforeMs, windows.afterMs, windows.graceMs]).toEqual([10_000, 10_000, 60_000]);
    expect([windows.sizeMs, windows.retentionMs, windows.containsOwnTime]).toEqual([20_000, 80_000, true]);
  });

  /*
   *       t
   *  |----+--------|     before 5, after 10
   *       |  |-----|     before -3, after 10
   */
  it('have other bounds where told', () => {
    const windows = JoinWindows.of({ timeDifference: 5, after: 10 });
    expect([windows.beforeMs, windows.afterMs, windows.graceMs, windows.sizeMs]).toEqual([5, 10, 0, 15]);
    expect(JoinWindows.of({ timeDifference: 5, before: '1s', after: 0 })).toMatchObject({
      beforeMs: 1_000,
      afterMs: 0,
    });
  });

  it('may be of no length', () => {
    const same = JoinWindows.of({ timeDifference: 0 });
    expect([same.sizeMs, same.retentionMs, same.containsOwnTime]).toEqual([0, 1, true]);
    expect(JoinWindows.of({ timeDifference: 0, grace: 7 }).retentionMs).toBe(7);
  });

  it('may lie to one side of a record', () => {
    const later = JoinWindows.of({ timeDifference: 0, before: '-3s', after: '10s' });
    expect([later.beforeMs, later.afterMs, later.sizeMs, later.containsOwnTime]).toEqual([
      -3_000,
      10_000,
      7_000,
      false,
    ]);
    const earlier = JoinWindows.of({ timeDifference: 0, before: 10, after: -10 });
    expect([earlier.sizeMs, earlier.containsOwnTime]).toEqual([0, false]);
  });

  it.each<[string, JoinWindowsOptions]>([
    ['JoinWindows.timeDifference', { timeDifference: -1 }],
    ['JoinWindows.before', { timeDifference: 1, before: -2 }],
    ['JoinWindows.after', { timeDifference: 1, after: -2 }],
    ['JoinWindows.before', { timeDifference: 1, before: -20, after: 19 }],
    ['JoinWindows.grace', { timeDifference: 1, grace: -1 }],
    ['JoinWindows.before', { timeDifference: 1, before: 0.5 }],
  ])('refuse a wrong %s', (option, options) => {
    expect(() => JoinWindows.of(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', option }));
  });

  it('have the grace of the former default when they are told so, whatever their bounds', () => {
    const graceOf = (options: Omit<JoinWindowsOptions, 'grace'>): number =>
      JoinWindows.of({ ...options, grace: 'formerDefault' }).graceMs;
    expect(graceOf({ timeDifference: '1m' })).toBe(86_400_000 - 120_000);
    expect(graceOf({ timeDifference: '1m', before: 0, after: '5m' })).toBe(86_400_000 - 120_000);
    expect(graceOf({ timeDifference: '13h' })).toBe(0);
  });

  it('have results without a partner wait, unless they are told otherwise', () => {
    expect(JoinWindows.of({ timeDifference: 1 }).unmatchedAtOnce).toBe(false);
    expect(JoinWindows.of({ timeDifference: 1, unmatched: 'whenClosed' }).unmatchedAtOnce).toBe(false);
    expect(JoinWindows.of({ timeDifference: 1, unmatched: 'atOnce' }).unmatchedAtOnce).toBe(true);
    expect(() => JoinWindows.of({ timeDifference: 1, unmatched: 'never' as never })).toThrow(
      'JoinWindows.unmatched is whenClosed or atOnce, not text "never"',
    );
  });

  it('refuse options that they do not know', () => {
    expect(() => JoinWindows.of({ timeDifference: 1, size: 1 } as never)).toThrow(/size/);
  });
});
