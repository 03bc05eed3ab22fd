import { describe, expect, it } from 'vitest';
import { timeline } from '../timeline.js';

describe('mapValues', () => {
  it('replaces the value, null included', () => {
    const { feed } = timeline((input) => input.mapValues((value) => `<${value}>`));
    expect(feed('a=1@5 a=-@6')).toBe('a=<1>@5 a=<null>@6');
  });

  it('shows where the record came from', () => {
    const { feed } = timeline((input) =>
      input.mapValues(
        (_, key, record) => `${key}:${String(record.topic)}-${String(record.partition)}-${String(record.offset)}`,
      ),
    );
    expect(feed('a=1@5 a=2@6')).toBe('a=a:in-0-0@5 a=a:in-0-1@6');
  });

  it('that returns undefined is an error at the sink, not a tombstone', () => {
    const { feed } = timeline((input) => input.mapValues(() => undefined));
    expect(() => feed('a=1@5')).toThrow(/it is undefined \(for a tombstone, return null\)/);
  });
});
