import { describe, expect, it } from 'vitest';
import { SessionWindows } from '../../src/time/session-windows.js';

describe('SessionWindows', () => {
  it('takes durations', () => {
    const windows = SessionWindows.of({ gap: '5m', grace: '30s' });
    expect([windows.gapMs, windows.graceMs]).toEqual([300_000, 30_000]);
    expect(SessionWindows.of({ gap: 10 }).graceMs).toBe(0);
  });

  it.each([
    [{ gap: 0 }, 'SessionWindows.gap'],
    [{ gap: -1 }, 'SessionWindows.gap'],
    [{ gap: 10, grace: -1 }, 'SessionWindows.grace'],
    [{ gap: '10 seconds' as '10s' }, 'SessionWindows.gap'],
  ])('refuses %j', (options, option) => {
    expect(() => SessionWindows.of(options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', option }) as Error,
    );
  });

  it('refuses options that it does not know', () => {
    expect(() => SessionWindows.of({ gap: 10, size: 5 } as { gap: number })).toThrow(
      /SessionWindows has no option size/,
    );
  });
});
