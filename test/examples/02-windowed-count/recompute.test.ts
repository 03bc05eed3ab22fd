import { expect, test } from 'vitest';
import { Recomputation, windowName } from '../../../examples/02-windowed-count/recompute.js';
import { START, TIMELINE } from './timeline.js';

test('counts the timeline as the topology does', () => {
  const recomputed = new Recomputation();
  for (const { at, user, cents, window, why } of TIMELINE) {
    const late = recomputed.late;
    recomputed.add(0, user, cents, START + 1_000 * at);
    if (window === null) {
      expect(recomputed.late, why).toBe(late + 1);
    } else {
      const [from, orders, total] = window;
      expect(recomputed.windows.get(windowName(user, START + 1_000 * from)), why).toEqual({ orders, cents: total });
    }
  }
  expect(recomputed.records).toBe(TIMELINE.length);
});

test('lets each partition have a time of its own', () => {
  const recomputed = new Recomputation();
  recomputed.add(0, 'ann', 1, START + 60_000);
  recomputed.add(1, 'bob', 1, START);
  expect(recomputed.late).toBe(0);
  recomputed.add(0, 'ann', 1, START);
  expect(recomputed.late).toBe(1);
});
