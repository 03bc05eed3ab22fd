import { expect, it } from 'vitest';
import { timeline } from '../timeline.js';

it('map replaces key and value and keeps the time', () => {
  const { feed } = timeline((input) => input.map((value, key) => [value, key]));
  expect(feed('a=1@5 -=2@6 b=-@7')).toBe('1=a@5 2=-@6 -=b@7');
});
