import { describe, expect, it } from 'vitest';
import { timeline } from '../timeline.js';

describe.each([true, false])('reduce, caching %s', (caching) => {
  const run = () =>
    timeline((input) =>
      input
        .groupByKey()
        .reduce((all, value) => `${all}+${value}`, { caching })
        .toStream(),
    );

  it('begins with the first value as it is', () => {
    expect(run().feed('a=1@5 a=2@9 a=3@7')).toBe('a=1@5 a=1+2@9 a=1+2+3@9');
  });

  it('drops records without key or value', () => {
    const { feed, driver } = run();
    expect(feed('-=1@5 a=-@6')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1, 'null-value': 1 });
  });
});
