import { expect, it } from 'vitest';
import { timeline } from '../timeline.js';

it('selectKey replaces the key only', () => {
  const { feed } = timeline((input) => input.selectKey((value, key) => `${value}${key}`));
  expect(feed('a=1@5 b=2@6')).toBe('1a=1@5 2b=2@6');
});
