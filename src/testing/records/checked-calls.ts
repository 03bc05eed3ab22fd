/** Checks what a test pipes, as plain JavaScript may give anything: what is wrong is told of the call and not of a serde. */
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';
import { refuseUnknownOptions } from '../../errors/unknown-option.js';

/** @throws MillraceError CONFIG_INVALID for what are no options of one record */
export function checkPipeOptions(call: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    const hint = typeof options === 'number' ? `: write { timestamp: ${String(options)} }` : '';
    const wanted = `${call} takes { ${known.join(', ')} } behind the value`;
    throw new MillraceError('CONFIG_INVALID', `${wanted}, not ${shownValue(options)}${hint}`);
  }
  refuseUnknownOptions(call, options, known);
}

/** @throws MillraceError CONFIG_INVALID unless it can be gone through, as a list can */
export function checkedList<T>(call: string, list: Iterable<T>, of: string): Iterable<T> {
  const given: unknown = list;
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return list;
  throw new MillraceError('CONFIG_INVALID', `${call} takes a list of ${of}, not ${shownValue(given)}`);
}

/** @throws MillraceError CONFIG_INVALID unless it is a pair of key and value */
export function checkedPair<P extends readonly [unknown, unknown]>(call: string, pair: P): P {
  if (Array.isArray(pair)) return pair;
  throw new MillraceError('CONFIG_INVALID', `${call} takes pairs [key, value], not ${shownValue(pair)}`);
}

/** @throws MillraceError CONFIG_INVALID unless it is a record */
export function checkedRecord<R extends object>(call: string, record: R): R {
  const given: unknown = record;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return record;
  const wanted = `${call} takes records such as { key, value, timestamp }`;
  const hint = Array.isArray(given) ? '; pipeKeyValues() takes pairs' : '';
  throw new MillraceError('CONFIG_INVALID', `${wanted}, not ${shownValue(given)}${hint}`);
}
