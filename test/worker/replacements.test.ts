import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../src/observe/logger.js';
import { Replacements } from '../../src/worker/replacements.js';

const WAIT = /in (\d+) ms/;
let told: number[];
let replacements: Replacements;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  const warn = (message: string): void => {
    told.push(Number(WAIT.exec(message)?.[1]));
  };
  replacements = new Replacements({ ...silentLogger, warn });
});
afterEach(() => {
  vi.useRealTimers();
});

async function replaced(): Promise<void> {
  const waited = replacements.wait();
  await vi.runAllTimersAsync();
  await waited;
}

describe('Replacements', () => {
  it('wait twice as long each time, at most half a minute', async () => {
    for (let i = 0; i < 11; i += 1) await replaced();
    expect(told).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('begin with the shortest wait again after a minute that went well', async () => {
    for (let i = 0; i < 3; i += 1) await replaced();
    await vi.advanceTimersByTimeAsync(59_999);
    await replaced();
    await vi.advanceTimersByTimeAsync(60_000);
    await replaced();
    expect(told).toEqual([100, 200, 400, 800, 100]);
  });

  it('wait no longer once they are cancelled, and leave no timer', async () => {
    const waited = replacements.wait();
    replacements.cancel();
    await waited;
    expect(vi.getTimerCount()).toBe(0);
  });
});
