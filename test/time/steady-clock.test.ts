import { describe, expect, it } from 'vitest';
import { SteadyClock } from '../../src/time/steady-clock.js';

describe('SteadyClock', () => {
  it('begins with the wall clock and goes on evenly when that is set', () => {
    let wall = 1_000_000;
    let elapsed = 50;
    const clock = new SteadyClock({ now: () => wall }, () => elapsed);
    expect(clock.now()).toBe(1_000_000);
    wall -= 3_600_000;
    elapsed += 20;
    expect(clock.now()).toBe(1_000_020);
  });
});
