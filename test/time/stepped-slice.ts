/** Slices that end after a number of steps, so that tests know where work is cut off. */
import type { Slice } from '../../src/time/slice.js';

export function steppedSlice(steps: number): Slice & { readonly pauses: number } {
  let left = steps;
  let pauses = 0;
  return {
    get pauses() {
      return pauses;
    },
    begin: () => {
      left = steps;
    },
    over: () => {
      left -= 1;
      return left <= 0;
    },
    pause: () => {
      pauses += 1;
      left = steps;
      return Promise.resolve();
    },
  };
}
