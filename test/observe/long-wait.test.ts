import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger, type Logger } from '../../src/observe/logger.js';
import { toldWhenLong } from '../../src/observe/long-wait.js';

let lines: string[];
let logger: Logger;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  logger = { ...silentLogger, info: (line) => lines.push(line) };
});
afterEach(() => {
  vi.useRealTimers();
});

const later = <T>(milliseconds: number, value: T): Promise<T> =>
  new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));

it('says nothing of a wait below a second, and leaves no timer', async () => {
  const waited = toldWhenLong(logger, 'joining', 'others are slow', later(990, 'in'));
  await vi.advanceTimersByTimeAsync(990);
  expect(await waited).toBe('in');
  expect(vi.getTimerCount()).toBe(0);
  expect(lines).toEqual([]);
});

it('tells a longer one when it has taken a second, and how long it took', async () => {
  const waited = toldWhenLong(logger, 'joining', 'others are slow', later(3_100, 'in'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(lines).toEqual(['joining takes more than a second: others are slow']);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(await waited).toBe('in');
  expect(lines.slice(1)).toEqual(['joining took 3.1 s']);
});

it('tells how long one took that failed, and passes the failure on', async () => {
  const failure = new Error('gone');
  const waited = toldWhenLong(
    logger,
    'joining',
    'others are slow',
    later(2_000, null).then(() => Promise.reject(failure)),
  );
  const seen = expect(waited).rejects.toBe(failure);
  await vi.advanceTimersByTimeAsync(2_000);
  await seen;
  expect(lines).toHaveLength(2);
});
