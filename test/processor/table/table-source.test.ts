import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { STRINGS, timeline } from '../timeline.js';

describe('table', () => {
  it.each([true, false])('holds the last value of each key, offset order over time, caching %s', (caching) => {
    const { feed, driver } = timeline((_, builder) =>
      builder.table('t', { ...STRINGS, store: 's', caching }).toStream(),
    );
    expect(feed('a=1@5 a=2@3 b=1@1 b=-@9', 't')).toBe('a=1@5 a=2@3 b=1@1 b=-@9');
    const store = driver.store<never>('s') as { get(key: string): unknown };
    expect(store.get('a')).toMatchObject({ value: '2', timestamp: 3 });
    expect(store.get('b')).toBeNull();
  });

  it.each([
    { cache: 'on', stateStoreCacheMaxBytes: 1_000_000, out: '', log: [] },
    { cache: 'of no bytes', stateStoreCacheMaxBytes: 0, out: 'a=-@5', log: [['a', null]] },
  ])(
    'what was never there is deleted in silence only with a cache: $cache',
    ({ stateStoreCacheMaxBytes, out, log }) => {
      const { feed, driver } = timeline((_, builder) => builder.table('t', { ...STRINGS, store: 's' }).toStream(), {
        stateStoreCacheMaxBytes,
      });
      expect(feed('a=-@5', 't')).toBe(out);
      expect(driver.outputTopic('test-s-changelog', STRINGS).readKeyValues()).toEqual(log);
    },
  );

  it('drops records without a key, counted', () => {
    const { feed, driver } = timeline((_, builder) => builder.table('t', STRINGS).toStream());
    expect(feed('-=1@5', 't')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1 });
  });

  it('toTable emits a deletion that it held back with the time that it came with', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .aggregate(
          () => '',
          (all, value) => (value === 'x' ? null : all + value),
          { value: serdes.string(), caching: false },
        )
        .toStream()
        .toTable({ store: 's' })
        .toStream(),
    );
    expect(feed('a=1@9 a=x@6')).toBe('a=1@9 a=-@9');
  });

  it('toTable reads a stream as one', () => {
    const { feed } = timeline((input) => input.toTable({ store: 's' }).toStream());
    expect(feed('a=1@5 a=-@6')).toBe('a=1@5 a=-@6');
  });
});
