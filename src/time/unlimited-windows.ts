/** The one window that never ends. */
import { MillraceError } from '../errors/error.js';
import { notByNew } from '../errors/made-by.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';

export interface UnlimitedWindowsOptions {
  /** Where the window begins, ms since the epoch. Default: 0. */
  readonly start?: number | undefined;
}

/**
 * One window from `start` on. Records before it belong to no window: they are passed over, not counted as late.
 * `window.end` is `Infinity`. Kafka Streams: `UnlimitedWindows`.
 */
export class UnlimitedWindows {
  readonly kind = 'unlimited';
  readonly sizeMs = Number.POSITIVE_INFINITY;
  readonly advanceMs = Number.POSITIVE_INFINITY;
  readonly graceMs = 0;
  /** For ever; a number that can still be reckoned with. */
  readonly leastRetentionMs = Number.MAX_SAFE_INTEGER;

  private constructor(readonly startMs: number) {
    notByNew(typeof startMs === 'number', 'UnlimitedWindows', 'UnlimitedWindows.of()');
  }

  /** @throws MillraceError CONFIG_INVALID when `start` is no time since the epoch */
  static of(options: UnlimitedWindowsOptions = {}): UnlimitedWindows {
    refuseUnknownOptions('UnlimitedWindows', options, ['start']);
    const { start = 0 } = options;
    if (!Number.isSafeInteger(start) || start < 0) {
      throw new MillraceError(
        'CONFIG_INVALID',
        `UnlimitedWindows.start must be a whole number of milliseconds since the epoch, not ${JSON.stringify(start)}`,
        { option: 'UnlimitedWindows.start' },
      );
    }
    return new UnlimitedWindows(start);
  }

  /** Start of the window, which is behind a timestamp that belongs to no window. */
  firstStart(): number {
    return this.startMs;
  }
}
