import { expect, it } from 'vitest';
import { timeline } from '../timeline.js';

it('flatMap makes any number of records of one, in order', () => {
  const { feed } = timeline((input) =>
    input.flatMap((value, key) => Array.from(value, (letter, i) => [`${key}${String(i)}`, letter] as const)),
  );
  expect(feed('a=xyz@5 b=@6 c=w@7')).toBe('a0=x@5 a1=y@5 a2=z@5 c0=w@7');
});
