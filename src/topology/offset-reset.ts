/** Where reading starts when no committed offset says so: what may be asked for, and how it is written. */
import { toMilliseconds, type Duration } from '../time/duration.js';

/**
 * Where reading starts without a committed offset, or with one that is not in the log any more: at the first record, at the
 * end (what is in the topic is skipped), with an error, or at the first record that is at most a duration old (the end when
 * there is none). Kafka Streams: `AutoOffsetReset`, whose `byDuration` this one's is.
 */
export type OffsetReset = 'earliest' | 'latest' | 'none' | { readonly byDuration: Duration };

/** For messages about values that are none. */
export const OFFSET_RESETS = "'earliest', 'latest', 'none' or { byDuration: '1h' }";

export function isOffsetReset(value: unknown): value is OffsetReset {
  if (value === 'earliest' || value === 'latest' || value === 'none') return true;
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'byDuration') return false;
  try {
    toMilliseconds((value as { byDuration: Duration }).byDuration, 'byDuration');
    return true;
  } catch {
    return false; // the caller says what is wrong, and where
  }
}

/** The same for equal policies, however their durations are written. */
export function offsetResetText(reset: OffsetReset): string {
  return typeof reset === 'string' ? reset : `byDuration ${String(toMilliseconds(reset.byDuration, 'byDuration'))} ms`;
}

/** What to ask the broker for; null: nothing, it is an error. @param now wall clock, ms */
export function offsetResetTarget(reset: OffsetReset, now: number): 'earliest' | 'latest' | number | null {
  if (reset === 'none') return null;
  if (typeof reset === 'string') return reset;
  return Math.max(0, now - toMilliseconds(reset.byDuration, 'byDuration'));
}
