import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackOff, pause } from '../../../src/broker/wire/back-off.js';
import { retrying } from '../../../src/broker/wire/retry.js';
import { BrokerError } from '../../../src/errors/broker-error.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const passing = (): BrokerError => new BrokerError('retriable', 'not now');

describe('back-off', () => {
  it('doubles up to the highest, give or take a fifth, and starts over after a reset', () => {
    const backOff = new BackOff(100, 350);
    const near = (wanted: number): void => {
      const wait = backOff.next();
      expect(wait).toBeGreaterThanOrEqual(wanted * 0.8);
      expect(wait).toBeLessThanOrEqual(wanted * 1.2);
    };
    [100, 200, 350, 350].forEach(near);
    backOff.reset();
    near(100);
  });

  it('is cut short by a signal, also by one that fired before', async () => {
    const ending = new AbortController();
    const long = pause(60_000, ending.signal);
    ending.abort();
    await long;
    await pause(60_000, ending.signal);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('many may wait for one signal: it is no leak, and none is reported', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const ending = new AbortController();
  const waiting = Array.from({ length: 30 }, () => pause(60_000, ending.signal));
  ending.abort();
  await Promise.all(waiting);
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

describe('retrying', () => {
  it('repeats what may pass, and gives the first success', async () => {
    let tries = 0;
    const result = retrying(() => (++tries < 4 ? Promise.reject(passing()) : Promise.resolve(tries)));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await result).toBe(4);
  });

  it('throws what does not pass at once', async () => {
    let tries = 0;
    const fatal = new BrokerError('fatal', 'never');
    await expect(retrying(() => Promise.reject(++tries === 1 ? fatal : passing()))).rejects.toBe(fatal);
    const bug = new TypeError('bug');
    await expect(retrying(() => Promise.reject(bug))).rejects.toBe(bug);
  });

  it('gives up after the limit, or when the signal fires', async () => {
    const limited = expect(retrying(() => Promise.reject(passing()), { limitMs: 5_000 })).rejects.toThrow('not now');
    await vi.advanceTimersByTimeAsync(7_000);
    await limited;
    const ending = new AbortController();
    let tries = 0;
    const ended = expect(
      retrying(
        () => {
          tries += 1;
          return Promise.reject(passing());
        },
        { signal: ending.signal },
      ),
    ).rejects.toThrow('not now');
    await vi.advanceTimersByTimeAsync(10);
    ending.abort();
    await ended;
    expect(tries).toBe(2);
  });
});
