import { describe, expect, it } from 'vitest';
import { TimeWindows, type TimeWindowsOptions } from '../../../src/time/time-windows.js';
import { UnlimitedWindows } from '../../../src/time/unlimited-windows.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { serdes } from '../../../src/serde/serdes.js';
import { timeline, type Timeline } from '../timeline.js';

const counting = (windows: TimeWindowsOptions, caching = false): Timeline =>
  timeline((input) => input.groupByKey().windowedBy(TimeWindows.of(windows)).count({ caching }).toStream());

describe('tumbling windows', () => {
  //  0        10        20        30
  //  |---------|---------|---------|
  //  ^a     ^a ^a                        the end is exclusive
  it.each([true, false])('count by key and window, caching %s', (caching) => {
    const { feed } = counting({ size: 10 }, caching);
    expect(feed('a=x@0 a=x@9 a=x@10 b=x@11')).toBe('[a@0/10]=1@0 [a@0/10]=2@9 [a@10/20]=1@10 [b@10/20]=1@11');
  });

  it('the time of a result is the highest of its records', () => {
    expect(counting({ size: 10 }).feed('a=x@7 a=x@3')).toBe('[a@0/10]=1@7 [a@0/10]=2@7');
  });

  it.each([
    // stream time 20, grace 0: closed are windows that end at 20 or before
    [0, 'a=x@20 a=x@19', '[a@20/30]=1@20', 1],
    // grace 5: [10, 20) closes at stream time 25
    [5, 'a=x@24 a=x@19', '[a@20/30]=1@24 [a@10/20]=1@19', 0],
    [5, 'a=x@25 a=x@19', '[a@20/30]=1@25', 1],
  ])('grace %d: %s -> %s', (grace, line, expected, late) => {
    const { feed, driver } = counting({ size: 10, grace });
    expect(feed(line)).toBe(expected);
    expect(driver.metrics.drops['late'] ?? 0).toBe(late);
  });

  it('the log says how late a record was', () => {
    const said: unknown[] = [];
    const logger = { ...silentLogger, warn: (_: string, fields?: object) => said.push(fields) };
    const input = (builder: KStream<string, string>) =>
      builder
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: 10, grace: 0 }))
        .count()
        .toStream();
    timeline(input, { logger }).feed('a=x@37 a=x@8');
    expect(said).toMatchObject([{ node: 'KSTREAM-AGGREGATE-0000000002', timestamp: 8, lateBy: 27, count: 1 }]);
  });

  it('stream time is that of all keys of the task', () => {
    expect(counting({ size: 10 }).feed('a=x@30 b=x@5')).toBe('[a@30/40]=1@30');
  });

  it('null values count, null keys do not', () => {
    const { feed, driver } = counting({ size: 10 });
    expect(feed('a=-@1 -=x@2')).toBe('[a@0/10]=1@1');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1 });
  });
});

describe('hopping windows', () => {
  //  0    5    10   15   20
  //  |---------|
  //       |---------|
  //            |---------|
  it('a record belongs to every window that covers it', () => {
    const { feed } = counting({ size: 10, advance: 5 });
    expect(feed('a=x@7 a=x@12')).toBe('[a@0/10]=1@7 [a@5/15]=1@7 [a@5/15]=2@12 [a@10/20]=1@12');
  });

  it('there are no windows before 0', () => {
    expect(counting({ size: 10, advance: 5 }).feed('a=x@3')).toBe('[a@0/10]=1@3');
  });

  it('a late record still counts in the windows that are open; each closed one is counted as dropped', () => {
    const { feed, driver } = counting({ size: 10, advance: 5 });
    expect(feed('a=x@13 a=x@7')).toBe('[a@5/15]=1@13 [a@10/20]=1@13 [a@5/15]=2@13');
    expect(driver.metrics.drops).toEqual({ late: 1 });
  });
});

it('reduce over windows begins each window with its first value', () => {
  const { feed } = timeline((input) =>
    input
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: 10 }))
      .reduce((all, value) => `${all}+${value}`)
      .toStream(),
  );
  expect(feed('a=1@1 a=2@2 a=3@11')).toBe('[a@0/10]=1@1 [a@0/10]=1+2@2 [a@10/20]=3@11');
});

it('aggregate over windows starts each window from the initializer', () => {
  const { feed } = timeline((input) =>
    input
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: 10 }))
      .aggregate(
        () => 100,
        (sum, value) => sum + Number(value),
        { value: serdes.double() },
      )
      .toStream(),
  );
  expect(feed('a=1@1 a=2@2 a=3@11')).toBe('[a@0/10]=101@1 [a@0/10]=103@2 [a@10/20]=103@11');
});

describe('unlimited windows', () => {
  const counted = (start: number): Timeline =>
    timeline((input) =>
      input.groupByKey().windowedBy(UnlimitedWindows.of({ start })).count({ caching: false }).toStream(),
    );

  it('are one window without an end; nothing is ever late', () => {
    const { feed, driver } = counted(5);
    expect(feed('a=x@1700000000000 a=x@6 a=-@5')).toBe(
      '[a@5/Infinity]=1@1700000000000 [a@5/Infinity]=2@1700000000000 [a@5/Infinity]=3@1700000000000',
    );
    expect(driver.metrics.drops).toEqual({});
  });

  it('pass over records before their start, uncounted', () => {
    const { feed, driver } = counted(5);
    expect(feed('a=x@4')).toBe('');
    expect(driver.metrics.drops).toEqual({});
  });
});
