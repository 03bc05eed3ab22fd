import { describe, expect, it } from 'vitest';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { STRINGS, timeline } from '../timeline.js';

describe('stream-table join', () => {
  const join = () =>
    timeline((input, builder) => input.join(builder.table('t', STRINGS), (value, row, key) => `${key}:${value}${row}`));
  const leftJoin = () =>
    timeline((input, builder) => input.leftJoin(builder.table('t', STRINGS), (value, row) => `${value}${row ?? '?'}`));

  it('gives the row of that moment, with the time of the stream; only the stream triggers', () => {
    const { feed } = join();
    expect(feed('a=1@1')).toBe('');
    expect(feed('a=X@9', 't')).toBe('');
    expect(feed('a=2@3')).toBe('a=a:2X@3');
    feed('a=Y@4', 't');
    expect(feed('a=3@5 b=4@6')).toBe('a=a:3Y@5');
    feed('a=-@7', 't');
    expect(feed('a=5@8')).toBe('');
  });

  it('left: without a row joins null', () => {
    const { feed } = leftJoin();
    feed('a=X@1', 't');
    expect(feed('a=1@2 b=2@3')).toBe('a=1X@2 b=2?@3');
  });

  it('a null value is dropped by both; a null key by the inner one only', () => {
    const inner = join();
    expect(inner.feed('a=-@1 -=1@2')).toBe('');
    expect(inner.driver.metrics.drops).toEqual({ 'null-value': 1, 'null-key': 1 });
    const left = leftJoin();
    expect(left.feed('a=-@1 -=1@2')).toBe('-=1?@2');
    expect(left.driver.metrics.drops).toEqual({ 'null-value': 1 });
  });

  it('looks through tables that are derived without a store of their own', () => {
    const { feed } = timeline((input, builder) =>
      input.leftJoin(
        builder
          .table('t', STRINGS)
          .filter((row) => row !== 'N')
          .mapValues((row) => row.toLowerCase()),
        (value, row) => `${value}${row ?? '?'}`,
      ),
    );
    feed('a=X@1 b=N@1', 't');
    expect(feed('a=1@2 b=2@2')).toBe('a=1x@2 b=2?@2');
  });
});

it('a stream of windowed keys looks up a windowed table', () => {
  const { feed } = timeline((input) => {
    const counts = input
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: 10 }))
      .count();
    return counts.toStream().join(counts, (one, other) => `${String(one)}/${String(other)}`);
  });
  expect(feed('a=x@1 a=y@2 a=z@12')).toBe('[a@0/10]=1/1@1 [a@0/10]=2/2@2 [a@10/20]=1/1@12');
});

describe('stream-global-table join', () => {
  it('looks up the key that the selector gives', () => {
    const { feed } = timeline((input, builder) =>
      input.join(
        builder.globalTable('g', STRINGS),
        (value) => value,
        (value, row) => `${value}=${row}`,
      ),
    );
    feed('x=X@1', 'g');
    expect(feed('a=x@2 a=y@3')).toBe('a=x=X@2');
  });

  it('left: a null key joins null', () => {
    const { feed } = timeline((input, builder) =>
      input.leftJoin(
        builder.globalTable('g', STRINGS),
        (value) => (value === 'n' ? null : value),
        (value, row) => `${value}${row ?? '?'}`,
      ),
    );
    feed('x=X@1', 'g');
    expect(feed('a=x@2 a=n@3')).toBe('a=xX@2 a=n?@3');
  });

  it('shows the joiner the key that was looked up, beside that of the record', () => {
    const { feed } = timeline((input, builder) =>
      input.leftJoin(
        builder.globalTable('g', STRINGS),
        (value) => (value === 'n' ? null : value.toUpperCase()),
        (value, row, key, { topic }, tableKey) => [value, row, key, topic, tableKey].map(String).join('/'),
      ),
    );
    feed('X=1@1', 'g');
    expect(feed('a=x@2 b=y@3 c=n@4')).toBe('a=x/1/a/in/X@2 b=y/null/b/in/Y@3 c=n/null/c/in/null@4');
  });

  it('rows have the timestamps of their records, whatever extractor the application has', () => {
    const { feed, driver } = timeline(
      (_, builder) => {
        builder.globalTable('g', { ...STRINGS, store: 's' });
        return null;
      },
      { timestampExtractor: () => 99 },
    );
    feed('x=X@1', 'g');
    expect((driver.store<never>('s') as { get(key: string): unknown }).get('x')).toMatchObject({ timestamp: 1 });
  });
});
