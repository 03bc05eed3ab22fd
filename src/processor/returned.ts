/** What a user's function returned, before anything is made of it: what it must not be is named. */
import { MillraceError } from '../errors/error.js';
import { ASK_BEFORE, promised } from '../errors/promised.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { FixedKeyRecord, Record } from './api/record.js';

/**
 * Anything but a promise: an operator goes on at once, and a promise would be written as if it were the value.
 * @param what the function, as in `the mapper of mapValues()`
 * @throws MillraceError PROCESSING_FAILED
 */
export function returnedNow<T>(result: T, what: string, instead = ASK_BEFORE): T {
  if (result instanceof Promise) throw promised(result, what, instead);
  return result;
}

/**
 * What a predicate answered. Nothing but true and false is taken: a forgotten return must not decide about records.
 * @throws MillraceError PROCESSING_FAILED
 */
export function returnedVerdict(verdict: boolean, what: string): boolean {
  const given: unknown = verdict;
  if (typeof given === 'boolean') return given;
  if (given instanceof Promise) throw promised(given, what, ASK_BEFORE);
  const hint = given === undefined ? '; is a return missing?' : '';
  throw new MillraceError('PROCESSING_FAILED', `${what} must return true or false, not ${kindAndSize(given)}${hint}`);
}

/** @throws MillraceError PROCESSING_FAILED unless it is a pair of key and value */
export function returnedPair(pair: unknown, what: string): readonly [unknown, unknown] {
  if (Array.isArray(pair) && pair.length === 2) return pair as unknown as readonly [unknown, unknown];
  if (pair instanceof Promise) throw promised(pair, what, ASK_BEFORE);
  throw new MillraceError('PROCESSING_FAILED', `${what} must give a pair [key, value], not ${kindAndSize(pair)}`);
}

/** @throws MillraceError PROCESSING_FAILED unless it can be gone through, as a list can */
export function returnedList<T>(list: Iterable<T>, what: string, instead = ASK_BEFORE): Iterable<T> {
  const given: unknown = list;
  if (Array.isArray(given)) return list;
  if (given instanceof Promise) throw promised(given, what, instead);
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return list;
  // A text could be iterated over, by its characters, which nobody means.
  const hint = typeof given === 'string' ? '[text] for one text' : '[] for nothing';
  throw new MillraceError(
    'PROCESSING_FAILED',
    `${what} must return a list or something else to iterate over, not ${kindAndSize(given)}; return ${hint}`,
  );
}

/**
 * What `process` of a processor returned though it had forwarded nothing, and something comes behind it.
 * @returns what to warn of; null: nothing, as for what a condition in front of `forward` leaves
 * @throws MillraceError PROCESSING_FAILED for a record: it was meant to go on
 */
export function unusedResult(result: unknown, node: string): string | null {
  const one: unknown = Array.isArray(result) ? result[0] : result;
  if (one instanceof Record || one instanceof FixedKeyRecord) {
    const what = one === result ? 'a record' : 'records';
    throw new MillraceError('PROCESSING_FAILED', `process() returned ${what}, which nobody takes: ${FORWARD}`, {
      node,
    });
  }
  if (typeof result === 'boolean' || !result) return null;
  return `process() of ${node} returned ${kindAndSize(result)} and forwarded nothing: what it returns nobody takes; ${FORWARD}, or return nothing. This is said once`;
}

const FORWARD = 'what is to go on is given to forward() of the context that init() gets';
