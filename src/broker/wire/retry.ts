/** Repeats what failed in a way that may pass, for requests whose caller waits for the outcome. */
import { BrokerError } from '../../errors/broker-error.js';
import { BackOff, pause } from './back-off.js';

export interface RetryLimit {
  /** Milliseconds after which the last error is thrown. Default 30,000. */
  readonly limitMs?: number;
  /** Ends the repeating at once; the last error is thrown. */
  readonly signal?: AbortSignal;
}

/** @throws whatever is not a retriable BrokerError, at once */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { limitMs = 30_000, signal }: RetryLimit = {},
): Promise<T> {
  const backOff = new BackOff();
  const giveUp = performance.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const mayPass = error instanceof BrokerError && error.class === 'retriable';
      if (!mayPass || signal?.aborted === true || performance.now() > giveUp) throw error;
    }
    await pause(backOff.next(), signal);
  }
}
