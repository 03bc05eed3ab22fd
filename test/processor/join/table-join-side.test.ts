import { describe, expect, it } from 'vitest';
import type { KTable } from '../../../src/dsl/table.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

type Table = KTable<string, string | null>;
const pair = (left: string | null, right: string | null): string => `${left ?? ''}+${right ?? ''}`;

/** Tables `l` and `r`, not caching; `build` joins them. */
function joined(build: (left: Table, right: Table) => KTable<string, string | null>): Timeline['feed'] {
  const options = { ...STRINGS, caching: false };
  return timeline((_, builder) => build(builder.table('l', options), builder.table('r', options)).toStream()).feed;
}

describe('KTable.join', () => {
  it('has a result while both rows are there, as young as the younger one', () => {
    const feed = joined((left, right) => left.join(right, pair));
    expect(feed('a=1@5', 'l')).toBe('');
    expect(feed('a=2@3', 'r')).toBe('a=1+2@5');
    expect(feed('a=3@9 b=4@10', 'l')).toBe('a=3+2@9');
    expect(feed('a=5@7', 'r')).toBe('a=3+5@9');
  });

  it('deletes its result with either row, and says nothing of a row that had no partner', () => {
    const feed = joined((left, right) => left.join(right, pair));
    expect(feed('a=1@1 b=1@2', 'l')).toBe('');
    expect(feed('a=2@3', 'r')).toBe('a=1+2@3');
    expect(feed('a=-@2 b=-@4', 'l')).toBe('a=-@3');
    expect(feed('a=-@5', 'r')).toBe('');
  });

  it('sends a deletion for a row that never was, while old values are not known', () => {
    const feed = joined((left, right) => left.join(right, pair));
    feed('a=2@1', 'r');
    expect(feed('a=-@2', 'l')).toBe('a=-@2');
  });

  it('drops what has no key', () => {
    const run = timeline((_, builder) =>
      builder.table('l', STRINGS).join(builder.table('r', STRINGS), pair).toStream(),
    );
    expect(run.feed('-=1@1', 'l')).toBe('');
    expect(run.driver.metrics.drops).toEqual({ 'null-key': 1 });
  });

  it('joins a table with itself twice for each change, as Kafka Streams does', () => {
    const { feed } = timeline((_, builder) => {
      const table = builder.table('t', { ...STRINGS, caching: false });
      return table.join(table, pair).toStream();
    });
    expect(feed('a=1@1 a=2@2 a=-@3', 't')).toBe('a=1+1@1 a=1+1@1 a=2+2@2 a=2+2@2');
  });

  it('says so when the joiner forgot to return', () => {
    const feed = joined((left, right) => left.join(right, (() => undefined) as never));
    feed('a=1@1', 'l');
    expect(() => feed('a=2@2', 'r')).toThrow(/joiner returned undefined/);
  });
});

describe('KTable.leftJoin', () => {
  it('has a result for every row on the left', () => {
    const feed = joined((left, right) => left.leftJoin(right, pair));
    expect(feed('a=1@5', 'l')).toBe('a=1+@5');
    expect(feed('a=2@3', 'r')).toBe('a=1+2@5');
    expect(feed('a=-@9', 'r')).toBe('a=1+@9');
    expect(feed('a=-@10', 'l')).toBe('a=-@10');
  });

  it('says nothing of rows that only the right one has, nor of a deletion of nothing', () => {
    const feed = joined((left, right) => left.leftJoin(right, pair));
    expect(feed('a=2@3 a=-@4', 'r')).toBe('');
    expect(feed('a=-@5', 'l')).toBe('');
  });
});

describe('KTable.outerJoin', () => {
  it('has a result for every row of either', () => {
    const feed = joined((left, right) => left.outerJoin(right, pair));
    expect(feed('a=1@5', 'l')).toBe('a=1+@5');
    expect(feed('a=2@7 b=3@8', 'r')).toBe('a=1+2@7 b=+3@8');
    expect(feed('a=-@6', 'l')).toBe('a=+2@7');
    expect(feed('a=-@9 a=-@10', 'r')).toBe('a=-@9');
  });
});

describe('a change of a join', () => {
  it('carries the old result to a grouping that takes it back', () => {
    const feed = joined((left, right) =>
      left
        .leftJoin(right, pair)
        .groupBy((value) => ['all', value], STRINGS)
        .reduce(
          (all, value) => `${all} ${value}`,
          (all, value) => `${all} -${value}`,
          { caching: false },
        )
        .mapValues((all) => all.replaceAll(' ', ',')),
    );
    expect(feed('a=1@1', 'l')).toBe('all=1+@1');
    expect(feed('a=2@2', 'r')).toBe('all=1+,-1+,1+2@2');
    expect(feed('a=-@3', 'l')).toBe('all=1+,-1+,1+2,-1+2@3');
  });
});
