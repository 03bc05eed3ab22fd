/** Windows that slide with the records: one ends at each record, and one begins right behind it. */
import { notByNew } from '../errors/made-by.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { toMilliseconds, type Duration } from './duration.js';

export interface SlidingWindowsOptions {
  /** Records are in one window if their timestamps are at most so far apart. 0: only records of the same millisecond. */
  readonly timeDifference: Duration;
  /** How long after its end a window still takes late records. Default: 0. */
  readonly grace?: Duration | undefined;
}

/**
 * Windows of a fixed length with both ends inclusive. There is one for every different set of records of a key that a
 * stretch of that length can cover. Records younger than the time difference since the epoch share the window that begins at 0.
 * Kafka Streams: `SlidingWindows`.
 */
export class SlidingWindows {
  readonly kind = 'sliding';

  private constructor(
    /** The time difference, which is the length of a window. */
    readonly sizeMs: number,
    readonly graceMs: number,
    /** Somebody has thought of it: the default, 0, is everybody's first surprise. */
    readonly graceGiven: boolean,
  ) {
    notByNew(typeof graceGiven === 'boolean', 'SlidingWindows', "SlidingWindows.of({ timeDifference: '1m' })");
  }

  /** @throws MillraceError CONFIG_INVALID when an option is not a length of time */
  static of(options: SlidingWindowsOptions): SlidingWindows {
    refuseUnknownOptions('SlidingWindows', options, ['timeDifference', 'grace']);
    const difference = toMilliseconds(options.timeDifference, 'SlidingWindows.timeDifference');
    const grace = options.grace === undefined ? 0 : toMilliseconds(options.grace, 'SlidingWindows.grace');
    return new SlidingWindows(difference, grace, options.grace !== undefined);
  }

  /** A late record looks for windows that begin two lengths before it; without a length, for its own. */
  get leastRetentionMs(): number {
    return Math.max(2 * this.sizeMs, 1) + this.graceMs;
  }
}
