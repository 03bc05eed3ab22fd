/** Calls an asynchronous function until it succeeds, as often and as long as it may take. */
import type { AsyncAttempt } from '../../record/async-attempt.js';
import type { NodeClosing } from './closing.js';

export interface AttemptLimits {
  /** Of one attempt, ms; Infinity: none. */
  readonly timeoutMs: number;
  /** In all, at least 1. */
  readonly attempts: number;
  /** Wait before the second attempt, ms; doubled before each further one. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Whether another attempt makes sense. */
  readonly retriable: (error: unknown) => boolean;
}

/** Waits differ by this part of them, so that calls that failed together are not made together again. */
const JITTER = 0.2;

/** @throws the error of the last attempt, or the reason of `closing` */
export async function attempt(
  call: (attempt: AsyncAttempt) => unknown,
  limits: AttemptLimits,
  closing: NodeClosing,
): Promise<unknown> {
  for (let count = 1; ; count += 1) {
    try {
      return await once((signal) => call({ attempt: count, signal }), limits.timeoutMs, closing);
    } catch (error) {
      if (closing.reason !== null || count >= limits.attempts || !limits.retriable(error)) throw error;
    }
    await pause(backOff(count, limits), closing);
  }
}

/** Wait after an attempt, ms. */
export function backOff(
  count: number,
  { backoffMs, maxBackoffMs }: Pick<AttemptLimits, 'backoffMs' | 'maxBackoffMs'>,
): number {
  const wait = Math.min(maxBackoffMs, backoffMs * 2 ** (count - 1));
  return wait * (1 - JITTER + 2 * JITTER * Math.random());
}

/** One attempt. The function may not listen to its signal, so it is not waited for longer than that says. */
function once(call: (signal: AbortSignal) => unknown, timeoutMs: number, closing: NodeClosing): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const stop = (reason: Error): void => {
      reject(reason);
      controller.abort(reason);
    };
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(() => {
          stop(new Error(`it did not finish within ${String(timeoutMs)} ms`));
        }, timeoutMs)
      : undefined;
    closing.listen(stop);
    void (async () => call(controller.signal))()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        closing.ignore(stop);
      });
  });
}

/** @throws the reason of `closing` */
function pause(milliseconds: number, closing: NodeClosing): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (reason: Error): void => {
      clearTimeout(timer);
      reject(reason);
    };
    const timer = setTimeout(() => {
      closing.ignore(stop);
      resolve();
    }, milliseconds);
    closing.listen(stop);
  });
}
