import { describe, expect, it } from 'vitest';
import { attempt, backOff, type AttemptLimits } from '../../../src/processor/async/attempts.js';
import { NodeClosing } from '../../../src/processor/async/closing.js';

const LIMITS: AttemptLimits = {
  timeoutMs: Number.POSITIVE_INFINITY,
  attempts: 1,
  backoffMs: 100,
  maxBackoffMs: 1_000,
  retriable: () => true,
};

describe('attempt', () => {
  it('takes a value that is no promise, and an error that is thrown at once', async () => {
    expect(await attempt(() => 5, LIMITS, new NodeClosing())).toBe(5);
    const throwing = (): never => {
      throw new Error('at once');
    };
    await expect(attempt(throwing, LIMITS, new NodeClosing())).rejects.toThrow('at once');
  });

  it('does not wait for another attempt when it is closed meanwhile', async () => {
    const closing = new NodeClosing();
    let calls = 0;
    const failing = (): Promise<never> => {
      calls += 1;
      return Promise.reject(new Error('down'));
    };
    const result = attempt(failing, { ...LIMITS, attempts: 3, backoffMs: 60_000, maxBackoffMs: 60_000 }, closing);
    await new Promise((resolve) => setTimeout(resolve, 0));
    closing.close(new Error('closed'));
    await expect(result).rejects.toThrow('closed');
    expect(calls).toBe(1);
  });

  it('waits twice as long each time, a fifth more or less, up to the most', () => {
    for (const [count, wait] of [
      [1, 100],
      [2, 200],
      [3, 400],
      [9, 1_000],
    ] as const) {
      const waits = Array.from({ length: 200 }, () => backOff(count, LIMITS));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(0.8 * wait);
      expect(Math.max(...waits)).toBeLessThanOrEqual(1.2 * wait);
      expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(0.1 * wait);
    }
  });
});
