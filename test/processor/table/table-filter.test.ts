import { describe, expect, it } from 'vitest';
import { STRINGS, timeline } from '../timeline.js';

describe('KTable.filter', () => {
  it('makes tombstones of what does not match, even of rows never seen, while old values are not known', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .filter((value) => value > 'm')
        .toStream(),
    );
    expect(feed('a=b@1 a=z@2 a=b@3 a=-@4', 't')).toBe('a=-@1 a=z@2 a=-@3 a=-@4');
  });

  it('sends nothing for a row that was not there, when the table is materialized', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', { ...STRINGS, store: 's', caching: false })
        .filter((value) => value > 'm')
        .toStream(),
    );
    expect(feed('a=b@1 a=z@2 a=b@3 a=c@4', 't')).toBe('a=z@2 a=-@3');
  });

  it('keeps its result when asked to', () => {
    const { feed, driver } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .filterNot((value) => value > 'm', { store: 'f' })
        .toStream(),
    );
    feed('a=b@1 c=z@2', 't');
    const store = driver.store<never>('f') as { get(key: string): unknown };
    expect(store.get('a')).toMatchObject({ value: 'b' });
    expect(store.get('c')).toBeNull();
  });
});
