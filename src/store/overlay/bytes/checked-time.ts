/** Where a time enters a store: one that could not be kept, compared or logged exactly is refused with the put. */
import { MillraceError } from '../../../errors/error.js';
import { shownValue } from '../../../errors/shown-value.js';

/** @throws MillraceError TIMESTAMP_INVALID unless it is a whole number of milliseconds within the safe numbers */
export function checkedTime(time: number, store: string): number {
  // -0 is no time of its own.
  if (Number.isSafeInteger(time)) return time + 0;
  throw new MillraceError(
    'TIMESTAMP_INVALID',
    `store ${store} cannot keep the time ${shownValue(time)}; give whole milliseconds up to ${String(Number.MAX_SAFE_INTEGER)}`,
    { store },
  );
}
