import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { JavaTreeSet } from '../../src/topology/java-tree-set.js';

describe('JavaTreeSet', () => {
  it('sorts, each element once, while the order stays the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 })), (numbers) => {
        const set = new JavaTreeSet<number>((a, b) => a - b);
        for (const number of numbers) set.add(number);
        expect([...set]).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }),
    );
  });

  it('puts elements where a TreeSet of Java 17 puts them when the order changes between them', () => {
    let seed = 7;
    const next = (limit: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
      return (seed >>> 8) % limit;
    };
    const weights = new Array<number>(40).fill(0);
    const weight = (at: number): number => weights[at] ?? 0;
    const set = new JavaTreeSet<number>((a, b) =>
      a === b ? 0 : weight(a) === weight(b) ? a - b : weight(b) - weight(a),
    );
    for (let i = 0; i < 40; i++) {
      weights[i] = next(10);
      set.add(i);
      const grown = next(i + 1);
      weights[grown] = weight(grown) + next(8);
    }
    expect([...set].join(' ')).toBe(
      '1 0 5 2 8 9 10 17 36 13 20 19 11 18 29 25 31 34 21 22 16 3 4 6 28 24 14 30 32 33 35 39 15 7 12 23 26 27 37 38',
    );
  });
});
