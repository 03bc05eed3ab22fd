/** Tumbling and hopping windows. */
import { MillraceError } from '../errors/error.js';
import { notByNew } from '../errors/made-by.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { toMilliseconds, type Duration } from './duration.js';

export interface TimeWindowsOptions {
  /** Length of a window. */
  readonly size: Duration;
  /** Distance between the starts of two windows; at most `size`. Default: `size`, which makes windows tumbling. */
  readonly advance?: Duration | undefined;
  /** How long after its end a window still takes late records. Default: 0. */
  readonly grace?: Duration | undefined;
}

/**
 * Windows of fixed size that start at multiples of `advance` since the epoch; the end is exclusive.
 * Kafka Streams: `TimeWindows`.
 */
export class TimeWindows {
  readonly kind = 'time';

  private constructor(
    readonly sizeMs: number,
    readonly advanceMs: number,
    readonly graceMs: number,
    /** Somebody has thought of it: the default, 0, is everybody's first surprise. */
    readonly graceGiven: boolean,
  ) {
    notByNew(typeof graceGiven === 'boolean', 'TimeWindows', "TimeWindows.of({ size: '1m' })");
  }

  /** @throws MillraceError CONFIG_INVALID unless size > 0 and 0 < advance <= size */
  static of(options: TimeWindowsOptions): TimeWindows {
    refuseUnknownOptions('TimeWindows', options, ['size', 'advance', 'grace']);
    const size = toMilliseconds(options.size, 'TimeWindows.size');
    const advance = options.advance === undefined ? size : toMilliseconds(options.advance, 'TimeWindows.advance');
    const grace = options.grace === undefined ? 0 : toMilliseconds(options.grace, 'TimeWindows.grace');
    if (size <= 0) {
      throw new MillraceError('CONFIG_INVALID', 'TimeWindows.size must be longer than 0 ms', {
        option: 'TimeWindows.size',
      });
    }
    if (advance <= 0 || advance > size) {
      throw new MillraceError(
        'CONFIG_INVALID',
        `TimeWindows.advance must be longer than 0 ms and at most the size of ${String(size)} ms, not ${String(advance)} ms`,
        { option: 'TimeWindows.advance' },
      );
    }
    return new TimeWindows(size, advance, grace, options.grace !== undefined);
  }

  /** A window takes records until its grace is over. */
  get leastRetentionMs(): number {
    return this.sizeMs + this.graceMs;
  }

  /** Start of the first window that contains `timestamp`; the others follow every `advanceMs` up to `timestamp`. */
  firstStart(timestamp: number): number {
    const earliest = Math.max(0, timestamp - this.sizeMs + this.advanceMs);
    return earliest - (earliest % this.advanceMs);
  }
}
