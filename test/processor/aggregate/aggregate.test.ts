import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { STRINGS, timeline } from '../timeline.js';

const joined = (caching: boolean) =>
  timeline((input) =>
    input
      .groupByKey()
      .aggregate(
        () => '',
        (all, value) => all + value,
        { value: serdes.string(), caching },
      )
      .toStream(),
  );

describe.each([true, false])('aggregate, caching %s', (caching) => {
  it('folds the values of a key; the time is the highest of them', () => {
    const { feed } = joined(caching);
    expect(feed('a=1@5 a=2@9 b=3@1 a=4@7')).toBe('a=1@5 a=12@9 b=3@1 a=124@9');
  });

  it('drops records without key or value, counted', () => {
    const { feed, driver } = joined(caching);
    expect(feed('-=1@5 a=-@6 a=1@7')).toBe('a=1@7');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1, 'null-value': 1 });
  });

  it('deletes the row when the aggregator returns null', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .aggregate(
          () => '',
          (all, value) => (value === 'x' ? null : all + value),
          { value: serdes.string(), caching },
        )
        .toStream(),
    );
    expect(feed('a=1@5 a=x@6 a=2@7')).toBe('a=1@5 a=-@6 a=2@7');
  });

  it('logs a deletion with the time of the record, though the row was younger', () => {
    const { feed, driver } = timeline((input) =>
      input
        .groupByKey()
        .aggregate(
          () => '',
          (all, value) => (value === 'x' ? null : all + value),
          { value: serdes.string(), store: 's', caching },
        )
        .toStream(),
    );
    // What a cache held back is emitted with the record's time too.
    expect(feed('a=1@9 a=x@6')).toBe(caching ? 'a=1@9 a=-@6' : 'a=1@9 a=-@9');
    const log = driver.outputTopic('test-s-changelog', STRINGS).readRecords();
    expect(log.map(({ timestamp }) => timestamp)).toEqual([9, 6]);
  });
});

describe('count', () => {
  it('counts the records of a key', () => {
    const { feed } = timeline((input) => input.groupByKey().count().toStream());
    expect(feed('a=1@5 a=1@6 b=1@7')).toBe('a=1@5 a=2@6 b=1@7');
  });

  it('by another key goes through a repartition topic', () => {
    const { feed, driver } = timeline((input) =>
      input
        .groupBy((value) => value, { key: serdes.string() })
        .count({ store: 'counts' })
        .toStream(),
    );
    expect(feed('a=x@5 b=x@3 c=y@7')).toBe('x=1@5 x=2@5 y=1@7');
    expect(driver.producedTopics).toEqual(
      expect.arrayContaining(['test-counts-repartition', 'test-counts-changelog', 'out']),
    );
  });
});

it('an aggregator that forgets to return is an error that names the node', () => {
  const { feed } = timeline((input) =>
    input
      .groupByKey()
      .aggregate(
        () => '',
        () => undefined as unknown as string,
        { value: serdes.string() },
      )
      .toStream(),
  );
  expect(() => feed('a=1@5')).toThrow(/the aggregator returned undefined.*KSTREAM-AGGREGATE-0000000002/);
});
