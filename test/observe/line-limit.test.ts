import { describe, expect, it } from 'vitest';
import { LineLimit } from '../../src/observe/line-limit.js';
import { silentLogger } from '../../src/observe/logger.js';

describe('a line that repeats itself', () => {
  it('is written once, and then once in a minute with the count of those left out', () => {
    const lines: unknown[][] = [];
    let now = 5;
    const limit = new LineLimit({ ...silentLogger, warn: (...line) => lines.push(line) }, () => now);
    limit.warn('a', 'first of a', { at: 1 });
    for (let i = 0; i < 10; i++) limit.warn('a', 'left out');
    limit.warn('b', 'first of b');
    now += 59_999;
    limit.warn('a', 'left out too');
    now += 1;
    limit.warn('a', 'a again', { at: 2 });
    limit.warn('a', 'left out once more');
    now += 60_000;
    limit.warn('b', 'b again');
    limit.warn('a', 'third of a');
    expect(lines).toEqual([
      ['first of a', { at: 1 }],
      ['first of b', {}],
      ['a again', { at: 2, linesLeftOut: 11 }],
      ['b again', { linesLeftOut: 0 }],
      ['third of a', { linesLeftOut: 1 }],
    ]);
  });
});
