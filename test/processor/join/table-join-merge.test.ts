import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

const pair = (left: string | null, right: string | null): string => `${left ?? ''}+${right ?? ''}`;

interface Rows {
  get(key: string): { value: unknown; timestamp: number } | null;
}

function changelog({ driver }: Timeline, store: string): string[] {
  return driver
    .outputTopic(`test-${store}-changelog`, STRINGS)
    .readRecords()
    .map(({ key, value, timestamp }) => `${key ?? '-'}=${value ?? '-'}@${String(timestamp)}`);
}

describe('the result of a join of tables', () => {
  it('is kept and logged when its store is named', () => {
    const run = timeline((_, builder) =>
      builder
        .table('l', STRINGS)
        .outerJoin(builder.table('r', STRINGS), pair, { store: 'j', value: serdes.string() })
        .toStream(),
    );
    expect(run.feed('a=1@5', 'l')).toBe('a=1+@5');
    expect(run.feed('a=2@3', 'r')).toBe('a=1+2@5');
    expect(run.driver.store<never>('j') as Rows).toSatisfy((rows: Rows) => rows.get('a')?.timestamp === 5);
    run.feed('a=-@7', 'l');
    expect(run.feed('a=-@8', 'r')).toBe('a=-@8');
    expect((run.driver.store<never>('j') as Rows).get('a')).toBeNull();
    expect(changelog(run, 'j')).toEqual(['a=1+@5', 'a=1+2@5', 'a=+2@7', 'a=-@8']);
  });

  it('is joined anew from both tables when it is looked up without a store, with the time of the younger row', () => {
    const { feed, driver } = timeline((_, builder) => {
      const options = { ...STRINGS, caching: false };
      const joined = builder.table('l', options).leftJoin(builder.table('r', options), pair);
      return joined.join(builder.table('x', options), pair).toStream();
    });
    feed('a=1@5', 'l');
    expect(feed('a=x@1', 'x')).toBe('a=1++x@5');
    expect(feed('a=2@9', 'r')).toBe('a=1+2+x@9');
    expect(feed('a=y@3', 'x')).toBe('a=1+2+y@9');
    expect(driver.producedTopics).not.toContain('test-KTABLE-MERGE-STATE-STORE-0000000006-changelog');
  });

  it('is looked up as null where an inner join has no row, or a filter in front of it lets none through', () => {
    const { feed } = timeline((input, builder) => {
      const left = builder.table('l', STRINGS).filter((value) => value !== 'no');
      return input.leftJoin(left.join(builder.table('r', STRINGS), pair), pair);
    });
    feed('a=1@1 b=no@1', 'l');
    feed('b=2@1', 'r');
    expect(feed('a=s@2 b=s@2 c=s@2')).toBe('a=s+@2 b=s+@2 c=s+@2');
    feed('a=3@3', 'r');
    expect(feed('a=s@4')).toBe('a=s+1+3@4');
  });

  it('sends one update a commit while caching holds it back, with the old result where it is wanted', () => {
    const run = timeline((_, builder) =>
      builder
        .table('l', STRINGS)
        .join(builder.table('r', STRINGS), pair, { store: 'j', value: serdes.string() })
        .outerJoin(builder.table('x', STRINGS), pair)
        .toStream(),
    );
    run.feed('a=1@1', 'l');
    expect(run.feed('a=2@2', 'r')).toBe('a=1+2+@2');
    expect(run.feed('a=-@3', 'r')).toBe('a=-@3');
    expect(run.feed('a=-@4', 'l')).toBe('');
  });
});
