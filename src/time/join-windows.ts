/** How far apart in time two records may be for a stream-stream join to bring them together. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';
import { notByNew } from '../errors/made-by.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { toMilliseconds, toSignedMilliseconds, type Duration } from './duration.js';

export interface JoinWindowsOptions {
  /** The other record may be this much older or younger; both bounds are inclusive. */
  readonly timeDifference: Duration;
  /** How much older the record of the right stream may be than that of the left one. Default: `timeDifference`. May be negative. */
  readonly before?: Duration | undefined;
  /** How much younger it may be. Default: `timeDifference`. May be negative. */
  readonly after?: Duration | undefined;
  /**
   * How long after its window has closed a record still waits for late partners. Default: 0. `formerDefault` is what Kafka
   * Streams' `JoinWindows.of(…)` has, for applications that come from there: 24 hours less twice the `timeDifference`, at
   * least 0.
   */
  readonly grace?: Duration | 'formerDefault' | undefined;
  /**
   * When a left or outer join gives a result without a partner. `whenClosed`, the default: once no partner can come any more.
   * `atOnce`: as soon as a record comes that has none yet. Its partner may still come, and gives another result: the first one
   * was wrong then. This is what Kafka Streams' deprecated `JoinWindows.of(…)` does. Inner joins are the same either way.
   */
  readonly unmatched?: 'whenClosed' | 'atOnce' | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A record of the left stream at time `t` is joined with those of the right stream at `[t - before, t + after]`, seen from
 * the right stream `[t - after, t + before]`. A negative bound moves the whole window to one side of `t`.
 * Kafka Streams: `JoinWindows`.
 */
export class JoinWindows {
  readonly kind = 'join';

  private constructor(
    readonly beforeMs: number,
    readonly afterMs: number,
    readonly graceMs: number,
    /** Somebody has thought of it: the default, 0, is everybody's first surprise. */
    readonly graceGiven: boolean,
    /** A record that has no partner when it comes has its result at once. */
    readonly unmatchedAtOnce: boolean,
  ) {
    notByNew(typeof graceGiven === 'boolean', 'JoinWindows', "JoinWindows.of({ timeDifference: '5m' })");
  }

  /** @throws MillraceError CONFIG_INVALID when `before + after` or another duration is negative */
  static of(options: JoinWindowsOptions): JoinWindows {
    refuseUnknownOptions('JoinWindows', options, ['timeDifference', 'before', 'after', 'grace', 'unmatched']);
    const difference = toMilliseconds(options.timeDifference, 'JoinWindows.timeDifference');
    const before =
      options.before === undefined ? difference : toSignedMilliseconds(options.before, 'JoinWindows.before');
    const after = options.after === undefined ? difference : toSignedMilliseconds(options.after, 'JoinWindows.after');
    const grace = graceOf(options.grace, difference);
    // Whatever plain JavaScript gives.
    const unmatched: string = options.unmatched ?? 'whenClosed';
    if (unmatched !== 'whenClosed' && unmatched !== 'atOnce') {
      throw new MillraceError(
        'CONFIG_INVALID',
        `JoinWindows.unmatched is whenClosed or atOnce, not ${shownValue(unmatched)}`,
        { option: 'JoinWindows.unmatched' },
      );
    }
    if (before + after < 0) {
      throw new MillraceError(
        'CONFIG_INVALID',
        `JoinWindows.before and JoinWindows.after must not be negative together, but ${String(before)} ms and ${String(after)} ms are: no record could be in such a window`,
        { option: options.before === undefined ? 'JoinWindows.after' : 'JoinWindows.before' },
      );
    }
    return new JoinWindows(before, after, grace, options.grace !== undefined, unmatched === 'atOnce');
  }

  /** Length of the window, ms. */
  get sizeMs(): number {
    return this.beforeMs + this.afterMs;
  }

  /** Whether two records of the same time are near enough to each other. */
  get containsOwnTime(): boolean {
    return this.beforeMs >= 0 && this.afterMs >= 0;
  }

  /**
   * How long the stores of the join keep a record, ms. At least 1: a store without retention would not even show a record of
   * this very moment. (In Kafka Streams a join of length 0 without grace finds nothing.)
   */
  get retentionMs(): number {
    return Math.max(this.sizeMs + this.graceMs, 1);
  }
}

function graceOf(grace: JoinWindowsOptions['grace'], differenceMs: number): number {
  if (grace === undefined) return 0;
  if (grace === 'formerDefault') return Math.max(DAY_MS - 2 * differenceMs, 0);
  return toMilliseconds(grace, 'JoinWindows.grace');
}
