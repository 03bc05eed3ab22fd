import { expect, it } from 'vitest';
import { timeline } from '../timeline.js';

it('flatMapValues makes any number of values of one, under its key', () => {
  const { feed } = timeline((input) =>
    input.flatMapValues(function* (value) {
      yield* value.split('+');
    }),
  );
  expect(feed('a=x+y@5 b=z@6')).toBe('a=x@5 a=y@5 b=z@6');
});
