/** Where a time enters a store: one that could not be kept, compared or logged exactly is refused with the put, and what is no time with the read. */
import { MillraceError } from '../../../errors/error.js';
import { kindAndSize } from '../../../errors/kind-and-size.js';

/** @throws MillraceError TIMESTAMP_INVALID unless it is a whole number of milliseconds within the safe numbers */
export function checkedTime(time: number, store: string): number {
  // -0 is no time of its own.
  if (Number.isSafeInteger(time)) return time + 0;
  throw new MillraceError(
    'TIMESTAMP_INVALID',
    `store ${store} cannot keep the time ${kindAndSize(time, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)}; give whole milliseconds up to ${String(Number.MAX_SAFE_INTEGER)}`,
    { store },
  );
}

/**
 * A time that is looked for may be any number, infinite ones included. What is none is compared like one, finds nothing, or
 * something else, and nobody would know.
 * @throws MillraceError TIMESTAMP_INVALID
 */
export function askedTime(time: number, store: string): number {
  if (typeof time === 'number' && !Number.isNaN(time)) return time;
  throw new MillraceError(
    'TIMESTAMP_INVALID',
    `store ${store} cannot look for the time ${kindAndSize(time)}; give milliseconds as a number`,
    { store },
  );
}
