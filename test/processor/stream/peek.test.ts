import { describe, expect, it } from 'vitest';
import { timeline } from '../timeline.js';

describe('peek', () => {
  it('shows records and passes them on', () => {
    const seen: string[] = [];
    const { feed } = timeline((input) => input.peek((value, key) => seen.push(`${key}${value}`)));
    expect(feed('a=1@5 b=2@6')).toBe('a=1@5 b=2@6');
    expect(seen).toEqual(['a1', 'b2']);
  });

  it('foreach shows them and ends the way', () => {
    const seen: string[] = [];
    const { feed } = timeline((input) => {
      input.foreach((value, key) => seen.push(`${key}${value}`));
      return null;
    });
    feed('a=1@5 b=2@6');
    expect(seen).toEqual(['a1', 'b2']);
  });
});
