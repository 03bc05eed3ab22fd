import { describe, expect, it } from 'vitest';
import { ThreadSlice } from '../../../src/worker/loop/thread-slice.js';

/** Counts the steps of one slice when each takes as long as given, ms. */
function stepsOf(slice: ThreadSlice, pass: () => void): number {
  slice.begin();
  for (let steps = 1; ; steps += 1) {
    pass();
    if (slice.over()) return steps;
  }
}

const nobody = (): void => undefined;

describe('ThreadSlice', () => {
  it('tells how long each measured stretch took', () => {
    let now = 0;
    const told: number[] = [];
    const slice = new ThreadSlice(
      (milliseconds) => told.push(milliseconds),
      () => now,
    );
    stepsOf(slice, () => (now += 60_000));
    expect(told).toEqual([0, 60_000]);
  });

  it('ends by time after each step where steps are dear', () => {
    let now = 0;
    const slice = new ThreadSlice(nobody, () => now);
    expect(stepsOf(slice, () => (now += 6))).toBe(2);
    expect(stepsOf(slice, () => (now += 50))).toBe(1);
  });

  it('looks at the clock seldom where steps are cheap, and again each time once they are not', () => {
    let now = 0;
    let looks = 0;
    const slice = new ThreadSlice(nobody, () => {
      looks += 1;
      return now;
    });
    expect(stepsOf(slice, () => (now += 0.001))).toBeGreaterThan(9_000);
    expect(looks).toBeLessThan(1_000);
    // Suddenly dear: one stride at most passes unmeasured.
    expect(stepsOf(slice, () => (now += 5))).toBeLessThanOrEqual(16);
    expect(stepsOf(slice, () => (now += 5))).toBe(2);
  });

  it('begins anew after a pause, in which timers have their turn', async () => {
    let now = 0;
    const slice = new ThreadSlice(nobody, () => now);
    stepsOf(slice, () => (now += 20));
    const order: string[] = [];
    setImmediate(() => order.push('another'));
    await slice.pause();
    expect(order).toEqual(['another']);
    expect(slice.over()).toBe(false);
  });
});
