import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSilence } from '../../../src/broker/kafkajs/silence.js';

/** Keeps the thread for as long: no timer and no socket has its turn. */
function standStill(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('by a clock of the test', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells once, after the limit', async () => {
    const silent = vi.fn();
    watchSilence(1_000, () => -Infinity, silent);
    await vi.advanceTimersByTimeAsync(990);
    expect(silent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(20);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(silent).toHaveBeenCalledTimes(1);
  });

  it('counts from the last sign of life', async () => {
    const silent = vi.fn();
    const begun = performance.now();
    watchSilence(1_000, () => begun + 700, silent);
    await vi.advanceTimersByTimeAsync(1_690);
    expect(silent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(30);
    expect(silent).toHaveBeenCalledTimes(1);
  });

  it('takes no sign from before its time', async () => {
    const silent = vi.fn();
    const begun = performance.now();
    watchSilence(1_000, () => begun - 700, silent);
    await vi.advanceTimersByTimeAsync(990);
    expect(silent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(20);
    expect(silent).toHaveBeenCalledTimes(1);
  });

  it('leaves nothing behind when it is ended', async () => {
    const silent = vi.fn();
    const end = watchSilence(1_000, () => -Infinity, silent);
    end();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(silent).not.toHaveBeenCalled();
  });
});

describe('while the process stands still', () => {
  it('does not count that time: the wait begins once more', async () => {
    let silentAt = 0;
    const told = new Promise<void>((resolve) => {
      watchSilence(
        80,
        () => -Infinity,
        () => {
          silentAt = performance.now();
          resolve();
        },
      );
    });
    standStill(300);
    const woken = performance.now();
    await told;
    expect(silentAt - woken).toBeGreaterThanOrEqual(75);
  });

  it('reads what has come meanwhile before it calls anything silent', async () => {
    const silent = vi.fn();
    let heard = -Infinity;
    // Stands for an answer in the socket's buffer: read in the poll phase, which comes after the timers.
    setTimeout(() => {
      setImmediate(() => (heard = performance.now()));
    }, 10);
    const end = watchSilence(60, () => heard, silent);
    standStill(85);
    await new Promise((resolve) => setTimeout(resolve, 30));
    end();
    expect(silent).not.toHaveBeenCalled();
  });
});
