import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Histogram } from '../../../src/observe/histogram.js';
import { EventLoopDelay } from '../../../src/worker/loop/event-loop-delay.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('tells by how much its timer comes late', () => {
  const delays = new Histogram();
  let late = 0;
  const start = Date.now();
  const watch = new EventLoopDelay(delays, () => Date.now() - start + late);
  watch.start();
  vi.advanceTimersByTime(100);
  expect(delays.snapshot()).toMatchObject({ count: 1, max: 0 });
  late = 250;
  vi.advanceTimersByTime(100);
  expect(delays.snapshot()).toMatchObject({ count: 2, max: 250 });
  watch.stop();
  vi.advanceTimersByTime(1_000);
  expect(delays.snapshot().count).toBe(2);
});
