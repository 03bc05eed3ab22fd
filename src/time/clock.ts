/** Wall-clock time as the runtime sees it, so that tests can hold it. */

/** Tells the time in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
