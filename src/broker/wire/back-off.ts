/** How long to wait before a request is tried again. */
import { setMaxListeners } from 'node:events';

/** Milliseconds, doubling from `initial` to `highest`, each ±20 % so that many clients do not come back at once. */
export class BackOff {
  private readonly initial: number;
  private readonly highest: number;
  private current: number;

  constructor(initial = 50, highest = 1000) {
    this.initial = initial;
    this.highest = highest;
    this.current = initial;
  }

  next(): number {
    const wait = this.current * (0.8 + Math.random() * 0.4);
    this.current = Math.min(this.current * 2, this.highest);
    return Math.round(wait);
  }

  reset(): void {
    this.current = this.initial;
  }
}

/** Resolves after the time, or at once when the signal fires: the caller looks at the signal itself. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  // Every task of an instance may wait here at once for a coordinator; Node would take more than ten for a leak, and say so.
  if (signal !== undefined) setMaxListeners(0, signal);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}
