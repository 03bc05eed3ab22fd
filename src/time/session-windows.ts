/** Session windows: as long as records follow each other closely. */
import { MillraceError } from '../errors/error.js';
import { notByNew } from '../errors/made-by.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { toMilliseconds, type Duration } from './duration.js';

export interface SessionWindowsOptions {
  /** Inactivity that ends a session: records at most this far apart are in one. */
  readonly gap: Duration;
  /** How long after its gap a session still takes late records. Default: 0. */
  readonly grace?: Duration | undefined;
}

/**
 * Windows of no fixed size: a session begins with the first record of a key and ends with the last one that came within
 * the gap, both inclusive. A record between two sessions that are in reach makes them one.
 * Kafka Streams: `SessionWindows`.
 */
export class SessionWindows {
  readonly kind = 'session';

  private constructor(
    readonly gapMs: number,
    readonly graceMs: number,
    /** Somebody has thought of it: the default, 0, is everybody's first surprise. */
    readonly graceGiven: boolean,
  ) {
    notByNew(typeof graceGiven === 'boolean', 'SessionWindows', "SessionWindows.of({ gap: '5m' })");
  }

  /** @throws MillraceError CONFIG_INVALID unless gap > 0 */
  static of(options: SessionWindowsOptions): SessionWindows {
    refuseUnknownOptions('SessionWindows', options, ['gap', 'grace']);
    const gap = toMilliseconds(options.gap, 'SessionWindows.gap');
    const grace = options.grace === undefined ? 0 : toMilliseconds(options.grace, 'SessionWindows.grace');
    if (gap <= 0) {
      throw new MillraceError('CONFIG_INVALID', 'SessionWindows.gap must be longer than 0 ms', {
        option: 'SessionWindows.gap',
      });
    }
    return new SessionWindows(gap, grace, options.grace !== undefined);
  }
}
