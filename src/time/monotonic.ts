/** The clock by which intervals are measured: the wall clock may be set at any moment, forwards and back. */

/** Milliseconds since some moment that stays the same as long as the process lives; never goes back. */
export function monotonicNow(): number {
  return performance.now();
}
