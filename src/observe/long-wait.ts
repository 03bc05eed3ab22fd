/** Waits that a person would wonder about: each has a line once it has taken a second, and one when it is over. */
import type { Logger } from './logger.js';

const LONG_MS = 1_000;

/**
 * Awaits `wait` and gives what it gives.
 * @param what begins the lines: `<what>: <cause>`, after a second, and `<what> took 3.1 s`
 * @param cause what it usually is that takes so long
 */
export async function toldWhenLong<T>(logger: Logger, what: string, cause: string, wait: Promise<T>): Promise<T> {
  const since = performance.now();
  const timer = setTimeout(() => {
    logger.info(`${what} takes more than a second: ${cause}`);
  }, LONG_MS);
  try {
    return await wait;
  } finally {
    clearTimeout(timer);
    const milliseconds = performance.now() - since;
    if (milliseconds >= LONG_MS) logger.info(`${what} took ${(milliseconds / 1000).toFixed(1)} s`);
  }
}
