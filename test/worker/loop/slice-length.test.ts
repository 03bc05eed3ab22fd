import { expect, it } from 'vitest';
import { SliceLength } from '../../../src/worker/loop/slice-length.js';
import { ThreadSlice } from '../../../src/worker/loop/thread-slice.js';

it('is short while stores are asked, and long again soon after', () => {
  let now = 0;
  const length = new SliceLength(() => now);
  expect(length.milliseconds).toBe(10);
  length.asked();
  expect(length.milliseconds).toBe(3);
  now += 99;
  expect(length.milliseconds).toBe(3);
  length.asked();
  now += 99;
  expect(length.milliseconds).toBe(3);
  now += 1;
  expect(length.milliseconds).toBe(10);
});

it('goes for slices that begin', () => {
  let now = 0;
  const length = new SliceLength(() => now);
  const slice = new ThreadSlice(
    () => undefined,
    () => now,
    length,
  );
  const lasts = (): number => {
    slice.begin();
    const began = now;
    do now += 1;
    while (!slice.over());
    return now - began;
  };
  expect(lasts()).toBe(10);
  length.asked();
  expect(lasts()).toBe(3);
  now += 1_000;
  expect(lasts()).toBe(10);
});
