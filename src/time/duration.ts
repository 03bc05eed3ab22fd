/** How lengths of time are written: `'10s'`, `'5m'`, or milliseconds. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd';

/** A duration under the name by which the compiler refuses another text: one that shows how to write it. */
type DurationSuchAs<Example extends string> =
  number | `${bigint}${Unit}` | `${bigint}.${number}${Unit}` | { readonly [P in Example]: never }[Example];

/** An alias of its own would hide the name behind it; the type of a property does not. */
interface Shown {
  readonly duration: DurationSuchAs<'10s'>;
}

/**
 * Milliseconds, or a number with a unit and nothing between them: `'250ms'`, `'10s'`, `'5m'`, `'1h'`, `'7d'`, `'1.5s'`. Of texts that
 * are known only when the program runs, {@link duration} makes one.
 */
export type Duration = Shown['duration'];

const MILLISECONDS: Record<Unit, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LOOSE = /^\s*(\d+(?:\.\d+)?)\s*([a-zµ]+)\s*$/i;
const UNITS: readonly (readonly [word: RegExp, unit: Unit])[] = [
  [/^(ms|msecs?|millis|milliseconds?)$/i, 'ms'],
  [/^(s|secs?|seconds?)$/i, 's'],
  [/^(m|mins?|minutes?)$/i, 'm'],
  [/^(h|hrs?|hours?)$/i, 'h'],
  [/^(d|days?)$/i, 'd'],
];
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

/**
 * A text that is known only when the program runs, such as one of the environment, as a duration.
 * @param name of the option or variable, for the error; default: `the duration`
 * @throws MillraceError CONFIG_INVALID when it is no number of milliseconds and no number with a unit, such as `10s`
 */
export function duration(text: string | number, name = 'the duration'): Duration {
  const trimmed = typeof text === 'string' ? text.trim() : text;
  const given = (typeof trimmed === 'string' && /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed) as Duration;
  const problem = problemOfDuration(given);
  if (problem !== null) throw new MillraceError('CONFIG_INVALID', `${name} ${problem}`, { option: name });
  return given;
}

/** What is wrong with something that should be a duration, as the end of a sentence; null: nothing. */
export function problemOfDuration(given: unknown): string | null {
  if (typeof given === 'number' || typeof given === 'string') {
    const value = millisecondsOf(given as Duration);
    if (Number.isSafeInteger(value) && value >= 0) return null;
  }
  return mustBe(given, '');
}

/** NaN when it is no duration. */
function millisecondsOf(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const match = PATTERN.exec(duration);
  return match === null ? Number.NaN : Math.round(Number(match[1]) * MILLISECONDS[match[2] as Unit] * 1e6) / 1e6;
}

function invalid(duration: Duration, option: string, sign: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `${option} ${mustBe(duration, sign)}`, { option });
}

function mustBe(given: unknown, sign: string): string {
  const shown = typeof given === 'string' ? JSON.stringify(given) : shownValue(given);
  return `must be a whole number of milliseconds or a text such as '10s' or '5m'${sign}, not ${shown}${meant(given)}`;
}

/** For those who write `10 seconds` or `10 s`. */
function meant(given: unknown): string {
  const match = typeof given === 'string' ? LOOSE.exec(given) : null;
  const unit = match === null ? undefined : UNITS.find(([word]) => word.test(match[2] as string))?.[1];
  return unit === undefined ? '' : `: write '${String(match?.[1])}${unit}'`;
}
