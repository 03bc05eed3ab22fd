import { describe, expect, it } from 'vitest';
import { UnlimitedWindows, type UnlimitedWindowsOptions } from '../../src/time/unlimited-windows.js';

describe('UnlimitedWindows', () => {
  it('are one window from a start on', () => {
    expect(UnlimitedWindows.of({ start: 5 }).firstStart()).toBe(5);
    expect(UnlimitedWindows.of().firstStart()).toBe(0);
    expect(UnlimitedWindows.of().sizeMs).toBe(Infinity);
  });

  it.each<[UnlimitedWindowsOptions, string]>([
    [{ start: -1 }, 'UnlimitedWindows.start must be'],
    [{ start: 1.5 }, 'UnlimitedWindows.start must be'],
    [{ size: 1 } as UnlimitedWindowsOptions, 'size'],
  ])('refuse %j', (options, message) => {
    expect(() => UnlimitedWindows.of(options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) as string }) as Error,
    );
  });
});
