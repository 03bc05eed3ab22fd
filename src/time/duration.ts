/** How lengths of time are written: `'10s'`, `'5m'`, or milliseconds. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd';

/** Milliseconds, or a number with a unit: `'250ms'`, `'10s'`, `'5m'`, `'1h'`, `'7d'`. */
export type Duration = number | `${number}${Unit}`;

const MILLISECONDS: Record<Unit, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Turns a duration into whole milliseconds.
 * @param option names the option in the error
 * @throws MillraceError CONFIG_INVALID when it is not a duration, is negative or is not a whole number of milliseconds
 */
export function toMilliseconds(duration: Duration, option: string): number {
  const value = millisecondsOf(duration);
  if (!Number.isSafeInteger(value) || value < 0) throw invalid(duration, option, '');
  return value;
}

/**
 * As {@link toMilliseconds}, of a duration that may be negative: `'-10s'`, `-500`.
 * @throws MillraceError CONFIG_INVALID when it is not a duration or is not a whole number of milliseconds
 */
export function toSignedMilliseconds(duration: Duration, option: string): number {
  const negative = typeof duration === 'string' && duration.startsWith('-');
  const value = negative ? -millisecondsOf(duration.slice(1) as Duration) : millisecondsOf(duration);
  if (!Number.isSafeInteger(value)) throw invalid(duration, option, ' with or without a minus');
  // Of -0 too.
  return value === 0 ? 0 : value;
}

/** NaN when it is no duration. */
function millisecondsOf(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const match = PATTERN.exec(duration);
  return match === null ? Number.NaN : Math.round(Number(match[1]) * MILLISECONDS[match[2] as Unit] * 1e6) / 1e6;
}

function invalid(duration: Duration, option: string, sign: string): MillraceError {
  return new MillraceError(
    'CONFIG_INVALID',
    `${option} must be a whole number of milliseconds or a text such as '10s' or '5m'${sign}, not ${typeof duration === 'string' ? JSON.stringify(duration) : shownValue(duration)}`,
    { option },
  );
}
