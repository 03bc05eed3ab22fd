/** Tables with a history: what becomes of updates out of order, on their way through every operator. */
import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import type { VersionedKeyValueStore } from '../../../src/store/versioned-store.js';
import { STRINGS, timeline } from '../timeline.js';

const VERSIONED = { ...STRINGS, store: 's', versioned: { historyRetention: 10 } } as const;

describe('a versioned table', () => {
  it('keeps what is newer, sends on what is not the latest, and drops and counts what is too old', () => {
    const { feed, driver } = timeline((_, builder) => builder.table('t', VERSIONED).toStream());
    expect(feed('a=1@20 a=2@15 b=x@9 a=-@10 a=3@20', 't')).toBe('a=1@20 a=2@15 a=-@10 a=3@20');
    expect(driver.metrics.drops).toEqual({ late: 1 });
    const store = driver.store<VersionedKeyValueStore<string, string>>('s');
    expect(store.get('a')).toEqual({ value: '3', timestamp: 20, validTo: null });
    expect(store.getAsOf('a', 17)).toEqual({ value: '2', timestamp: 15, validTo: 20 });
    expect(store.getAsOf('a', 14)).toBeNull();
    expect(store.get('b')).toBeNull();
    // All of it is in the changelog, what was too old as well.
    expect(
      driver
        .outputTopic('test-s-changelog', STRINGS)
        .readRecords()
        .map(({ key, value, timestamp }) => `${String(key)}=${String(value)}@${String(timestamp)}`),
    ).toEqual(['a=1@20', 'a=2@15', 'b=x@9', 'a=null@10', 'a=3@20']);
  });

  it('never holds updates back', () => {
    const { feed } = timeline((input) => input.toTable({ ...VERSIONED, caching: true }).toStream());
    expect(feed('a=1@5')).toBe('a=1@5');
  });

  it('gives streams the row of their own time', () => {
    const { feed } = timeline((input, builder) =>
      input.leftJoin(
        builder
          .table('t', VERSIONED)
          .filter((row) => row !== 'N')
          .mapValues((row) => row.toLowerCase()),
        (value, row) => `${value}${row ?? '?'}`,
      ),
    );
    feed('a=X@10 a=Y@15 a=N@18', 't');
    expect(feed('a=1@9 a=2@10 a=3@14 a=4@15 a=5@18 a=6@99')).toBe('a=1?@9 a=2x@10 a=3x@14 a=4y@15 a=5?@18 a=6?@99');
    // Before the history that is kept there is nothing to be found, unless the row is the latest still.
    feed('b=Z@30', 't');
    expect(feed('a=7@15 a=8@19 a=9@20')).toBe('a=7?@15 a=8?@19 a=9?@20');
    feed('c=Z@31 c=W@60', 't');
    expect(feed('b=1@31 c=2@40')).toBe('b=1z@31 c=2?@40');
  });

  it('a store without history in between: the row of now', () => {
    const { feed } = timeline((input, builder) =>
      input.leftJoin(
        builder
          .table('t', VERSIONED)
          .mapValues((row) => row, { value: serdes.string(), store: 'plain', caching: false }),
        (value, row) => `${value}${row ?? '?'}`,
      ),
    );
    feed('a=X@10 a=Y@15 a=W@12', 't');
    expect(feed('a=1@10')).toBe('a=1W@10');
  });

  it('is grouped without the updates that are not the latest', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', VERSIONED)
        .filter((row) => row !== 'N')
        .groupBy((row, key) => ['all', key + row], STRINGS)
        .aggregate(
          () => '',
          (all, row) => `${all}+${row}`,
          (all, row) => `${all}-${row}`,
          { value: serdes.string(), caching: false },
        )
        .toStream(),
    );
    expect(feed('a=1@10 a=2@8 b=3@9 a=4@11', 't')).toBe('all=+a1@10 all=+a1+b3@10 all=+a1+b3-a1+a4@11');
  });

  it('filters send a deletion for each row that does not match', () => {
    const of = (versioned: boolean) =>
      timeline((_, builder) =>
        builder
          .table('t', { ...STRINGS, store: 's', caching: false, ...(versioned ? VERSIONED : {}) })
          .filter((row) => row !== 'N')
          .toStream(),
      );
    expect(of(false).feed('a=N@1 a=N@2', 't')).toBe('');
    expect(of(true).feed('a=N@1 a=N@2', 't')).toBe('a=-@1 a=-@2');
  });

  it.each(['filter', 'mapValues'] as const)('the result of %s may have a history of its own', (operator) => {
    const { feed, driver } = timeline((_, builder) => {
      const table = builder.table('t', STRINGS);
      const options = { value: serdes.string(), store: 's', versioned: { historyRetention: 10 } };
      return operator === 'filter'
        ? table.filter((row) => row !== 'N', options).toStream()
        : table.mapValues((row) => row + row, options).toStream();
    });
    feed('a=1@20 a=2@15 a=3@9', 't');
    expect(driver.metrics.drops).toEqual({ late: 1 });
    const store = driver.store<VersionedKeyValueStore<string, string>>('s');
    expect([store.get('a')?.timestamp, store.getAsOf('a', 15)?.timestamp]).toEqual([20, 15]);
  });

  it('aggregates go on from the latest version, and are never older than it', () => {
    const { feed, driver } = timeline((input) =>
      input
        .groupByKey()
        .aggregate(
          () => '',
          (all, value) => (value === 'x' ? null : all + value),
          { ...VERSIONED, store: 's' },
        )
        .toStream(),
    );
    expect(feed('a=1@20 a=2@15 a=x@25 a=3@19 a=4@30 b=5@5')).toBe('a=1@20 a=12@20 a=-@25 a=3@19 a=4@30');
    expect(driver.metrics.drops).toEqual({ late: 1 });
  });

  it('joins of tables drop and count updates that are not the latest, on the side of the history only', () => {
    const { feed, driver } = timeline((_, builder) =>
      builder
        .table('t', VERSIONED)
        .join(builder.table('u', STRINGS), (left, right) => left + right)
        .toStream(),
    );
    expect(feed('a=X@5', 'u')).toBe('');
    expect(feed('a=1@20 a=2@15', 't')).toBe('a=1X@20');
    expect(driver.metrics.drops).toEqual({ late: 1 });
    expect(feed('a=Y@3', 'u')).toBe('a=1Y@20');
  });
});
