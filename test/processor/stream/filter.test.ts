import { describe, expect, it } from 'vitest';
import { timeline } from '../timeline.js';

describe('filter', () => {
  it('lets through what matches, as it is', () => {
    const { feed } = timeline((input) => input.filter((value) => value > 'm'));
    expect(feed('a=z@5 a=b@6 -=y@3')).toBe('a=z@5 -=y@3');
  });

  it('filterNot lets through the others', () => {
    const { feed } = timeline((input) => input.filterNot((value) => value > 'm'));
    expect(feed('a=z@5 a=b@6')).toBe('a=b@6');
  });

  it('shows key and record to the predicate', () => {
    const { feed } = timeline((input) => input.filter((_, key, record) => key === 'a' && record.timestamp > 5));
    expect(feed('a=v@5 a=v@6 b=v@7')).toBe('a=v@6');
  });
});
