/** The kinds of windows whose length is known before their records. */
import { MillraceError } from '../errors/error.js';
import { SlidingWindows } from './sliding-windows.js';
import { TimeWindows } from './time-windows.js';
import { UnlimitedWindows } from './unlimited-windows.js';

/** Windows that begin at times which do not depend on records. */
export type AlignedWindows = TimeWindows | UnlimitedWindows;

/** Windows that `TimeWindowedKStream` takes. */
export type FixedWindows = AlignedWindows | SlidingWindows;

/** @throws MillraceError CONFIG_INVALID when `windowedBy` was given something else */
export function checkWindows(windows: unknown): void {
  if (windows instanceof TimeWindows || windows instanceof SlidingWindows || windows instanceof UnlimitedWindows)
    return;
  throw new MillraceError('CONFIG_INVALID', 'windowedBy() takes windows such as TimeWindows.of({ size })');
}
