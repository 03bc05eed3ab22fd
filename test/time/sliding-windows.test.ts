import { describe, expect, it } from 'vitest';
import { SlidingWindows, type SlidingWindowsOptions } from '../../src/time/sliding-windows.js';

describe('SlidingWindows', () => {
  it('are as long as the time difference, and needed for twice that and the grace', () => {
    const windows = SlidingWindows.of({ timeDifference: '10s', grace: '3s' });
    expect([windows.sizeMs, windows.graceMs, windows.leastRetentionMs]).toEqual([10_000, 3_000, 23_000]);
    expect(SlidingWindows.of({ timeDifference: 0 })).toMatchObject({ sizeMs: 0, graceMs: 0, leastRetentionMs: 1 });
  });

  it.each<[SlidingWindowsOptions, string]>([
    [{ timeDifference: -1 }, 'SlidingWindows.timeDifference must be'],
    [{ timeDifference: 1, grace: -1 }, 'SlidingWindows.grace must be'],
    [{ timeDifference: 1, size: 1 } as SlidingWindowsOptions, 'size'],
  ])('refuse %j', (options, message) => {
    expect(() => SlidingWindows.of(options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as string }) as Error,
    );
  });
});
