/** Promises where nobody waits for one: refused by name, and kept from ending the process when they reject. */
import { MillraceError } from './error.js';

/** What to say of a function on a record's way: all of it but `mapValuesAsync` and its like is synchronous. */
export const ASK_BEFORE = '; let mapValuesAsync() before it find out what takes time';

/**
 * The error for a function that returned a promise and must not. A rejection of that promise is taken care of: what is refused
 * already is not told twice, and would end the process.
 * @param what the function, as in `the mapper of mapValues()`
 */
export function promised(promise: Promise<unknown>, what: string, instead = ''): MillraceError {
  ignoreRejection(promise);
  return new MillraceError('PROCESSING_FAILED', `${what} returned a promise, which nobody waits for${instead}`);
}

/** Keeps the rejection of what may be a promise from ending the process: it is refused as it is. */
export function ignoreRejection(given: unknown): void {
  if (given instanceof Promise) given.catch(() => undefined);
}
