/** What can be said about operators that call asynchronous functions, and the operator that comes of it. */
import { MillraceError } from '../errors/error.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import type { Operator } from '../topology/operators.js';
import { checkFunction, checkOptions } from './check-options.js';
import { NAMED, type NamedOptions } from './options.js';

/** When and how often a failed call is made again. */
export interface RetryOptions {
  /** Calls in all for one record, at least 1. Default 3. */
  readonly attempts?: number | undefined;
  /** Wait before the second call; doubled before each further one, and varied by a fifth. Default 100 ms. */
  readonly backoff?: Duration | undefined;
  /** Longest wait. Default 10 s. */
  readonly maxBackoff?: Duration | undefined;
  /** Whether an error is worth another call. Default: every one is. */
  readonly when?: ((error: unknown) => boolean) | undefined;
}

/** Options of `mapValuesAsync` and `asyncProcess`. */
export interface AsyncOptions extends NamedOptions {
  /** Records of one task that may be under way before it takes no more. Default 100. */
  readonly capacity?: number | undefined;
  /**
   * `key`: records of one key are worked on one after the other, so their results keep their order. `none`: all at once,
   * results in the order in which they come. Default `key`.
   */
  readonly order?: 'key' | 'none' | undefined;
  /** Longest time of one call; `false`: as long as it takes. Default 30 s. */
  readonly timeout?: Duration | false | undefined;
  /** What to do when a call fails. Default: nothing, the error goes to the `processingErrorHandler` at once. */
  readonly retry?: RetryOptions | undefined;
}

const ASYNC = [...NAMED, 'capacity', 'order', 'timeout', 'retry'] as const satisfies readonly (keyof AsyncOptions)[];
const RETRY = ['attempts', 'backoff', 'maxBackoff', 'when'] as const satisfies readonly (keyof RetryOptions)[];

const DEFAULT_CAPACITY = 100;
const DEFAULT_TIMEOUT_MS = 30_000;

/** @throws MillraceError CONFIG_INVALID, NAME_INVALID */
export function asyncOperator(
  call: string,
  result: 'value' | 'pairs',
  fn: unknown,
  options: AsyncOptions,
): Extract<Operator, { kind: 'async' }> {
  checkFunction(call, result === 'value' ? 'mapper' : 'processor', fn);
  checkOptions(call, options, ASYNC);
  const { capacity = DEFAULT_CAPACITY, order = 'key', timeout = DEFAULT_TIMEOUT_MS, retry } = options;
  if (!['key', 'none'].includes(order)) throw invalid(call, 'order', `must be 'key' or 'none', not ${order}`);
  if (retry !== undefined) checkOptions(`retry of ${call}`, retry, RETRY);
  const when = retry?.when;
  if (when !== undefined) checkFunction(`retry of ${call}`, 'when', when);
  return {
    kind: 'async',
    call: fn as Extract<Operator, { kind: 'async' }>['call'],
    result,
    capacity: atLeastOne(call, 'capacity', capacity),
    orderedByKey: order === 'key',
    timeoutMs: timeout === false ? Number.POSITIVE_INFINITY : toMilliseconds(timeout, 'timeout'),
    attempts: retry === undefined ? 1 : atLeastOne(call, 'retry.attempts', retry.attempts ?? 3),
    backoffMs: toMilliseconds(retry?.backoff ?? 100, 'retry.backoff'),
    maxBackoffMs: toMilliseconds(retry?.maxBackoff ?? 10_000, 'retry.maxBackoff'),
    retriable: when ?? ((): boolean => true),
  };
}

function atLeastOne(call: string, option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw invalid(call, option, `must be a whole number of at least 1, not ${String(value)}`);
}

function invalid(call: string, option: string, problem: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `option ${option} of ${call} ${problem}`, { option });
}
