import { expect, it } from 'vitest';
import { STRINGS, timeline } from '../timeline.js';

it('repartition sends records through a topic and drops those without a key, uncounted', () => {
  const { feed, driver } = timeline((input) =>
    input.selectKey((value) => (value === 'x' ? null : value)).repartition(STRINGS),
  );
  expect(feed('a=1@5 a=x@6 a=2@7')).toBe('1=1@5 2=2@7');
  expect(driver.producedTopics).toContain('test-KSTREAM-REPARTITION-0000000002-repartition');
  expect(driver.metrics.drops).toEqual({});
});
