import { fc } from '../../property.js';
import { describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { timeline, type Timeline } from '../timeline.js';

/** Shows which records a window holds, in the order in which they came. */
const collecting = (timeDifference: number, grace = 0, caching = false): Timeline =>
  timeline((input) =>
    input
      .groupByKey()
      .windowedBy(SlidingWindows.of({ timeDifference, grace }))
      .aggregate(
        () => '',
        (all, value) => all + value,
        { value: serdes.string(), caching },
      )
      .toStream(),
  );

describe('sliding windows', () => {
  /*
   *  10   15   20   25   30   35
   *  |---------|                    x@20: left window [10, 20]
   *       |---------|               y@25: left [15, 25], and the right window of x, which begins behind it
   *             |---------|         [21, 31]
   */
  it('one ends at each record, one begins behind each that another is near enough to', () => {
    const { feed } = collecting(10);
    expect(feed('a=x@20')).toBe('[a@10/20]=x@20');
    expect(feed('a=y@25')).toBe('[a@21/31]=y@25 [a@15/25]=xy@25');
    // Into the right window of x, then the right window of y, and its own left one; x is too far away.
    expect(feed('a=z@31')).toBe('[a@21/31]=yz@31 [a@26/36]=z@31');
  });

  it('both ends are inclusive', () => {
    expect(collecting(10).feed('a=x@20 a=y@30')).toBe('[a@10/20]=x@20 [a@21/31]=y@30 [a@20/30]=xy@30');
    expect(collecting(10).feed('a=x@20 a=y@31')).toBe('[a@10/20]=x@20 [a@21/31]=y@31');
  });

  it('a late record joins windows, begins its own, and hands what is later to its right window', () => {
    const { feed } = collecting(10, 50);
    expect(feed('a=x@30')).toBe('[a@20/30]=x@30');
    expect(feed('a=y@24')).toBe('[a@20/30]=xy@30 [a@14/24]=y@24 [a@25/35]=x@30');
  });

  it('records of one time share their windows', () => {
    expect(collecting(10).feed('a=x@20 a=y@20')).toBe('[a@10/20]=x@20 [a@10/20]=xy@20');
  });

  it('a difference of 0 keeps the records of a millisecond together; Kafka Streams dies of it', () => {
    expect(collecting(0).feed('a=x@5 a=y@5 a=z@6')).toBe('[a@5/5]=x@5 [a@5/5]=xy@5 [a@6/6]=z@6');
    expect(collecting(0, 3).feed('a=x@5 a=y@8 a=z@5')).toBe('[a@5/5]=x@5 [a@8/8]=y@8 [a@5/5]=xz@5');
  });

  it('records near the epoch share the window from 0', () => {
    const { feed } = collecting(10, 50);
    expect(feed('a=x@3')).toBe('[a@0/10]=x@3');
    expect(feed('a=y@7')).toBe('[a@4/14]=y@7 [a@0/10]=xy@7');
    // What comes later than z is in its right window; what it comes behind has that window already.
    expect(feed('a=z@5')).toBe('[a@4/14]=yz@7 [a@6/16]=y@7 [a@0/10]=xyz@7');
  });

  it('keys have windows of their own', () => {
    expect(collecting(10).feed('a=x@20 b=y@21')).toBe('[a@10/20]=x@20 [b@11/21]=y@21');
  });

  it('with caching each window is emitted once', () => {
    expect(collecting(10, 0, true).feed('a=x@20 a=y@25')).toBe('[a@10/20]=x@20 [a@21/31]=y@25 [a@15/25]=xy@25');
  });
});

describe('late for sliding windows', () => {
  it.each([
    // stream time 40, grace 5: windows that end before 35 are closed
    ['a=y@35', '[a@25/35]=y@35 [a@36/46]=x@40', 0],
    ['a=y@34', '[a@35/45]=x@40', 1],
    ['a=y@30', '[a@31/41]=x@40', 1],
    ['a=y@29', '', 1],
    ['a=y@24', '', 1],
  ])('%s -> %s', (late, result, drops) => {
    const { feed, driver } = collecting(10, 5);
    feed('a=x@40');
    // A late record is in the right windows of others, even when its own are closed.
    expect(feed(late).replace(/\[a@30\/40\]=\S+ /, '')).toBe(result);
    expect(driver.metrics.drops['late'] ?? 0).toBe(drops);
  });

  it('each closed window that the record would change counts, and so does a record without open ones', () => {
    const { feed, driver } = collecting(10, 0);
    feed('a=x@21 b=y@40');
    // Its own left window, closed at 40; the right window of x, [22, 32], is closed too.
    expect(feed('a=z@30')).toBe('');
    expect(driver.metrics.drops).toEqual({ late: 2 });
    expect(feed('a=z@29')).toBe('');
    expect(driver.metrics.drops).toEqual({ late: 3 });
  });

  it('null keys and null values are dropped', () => {
    const { feed, driver } = collecting(10);
    expect(feed('-=x@1 a=-@1')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1, 'null-value': 1 });
  });
});

it('the old value of a window derived from another is what it was derived from, as in Kafka Streams', () => {
  const { feed } = timeline((input) =>
    input
      .groupByKey()
      .windowedBy(SlidingWindows.of({ timeDifference: 10 }))
      .count({ caching: false })
      .groupBy((count) => ['all', count], { key: serdes.string(), value: serdes.long() })
      .aggregate(
        () => 'i',
        (all, count) => `${all}+${String(count)}`,
        (all, count) => `${all}-${String(count)}`,
        { key: serdes.string(), value: serdes.string(), caching: false },
      )
      .toStream(),
  );
  // [10, 20]=1, then [21, 31]=1 and [15, 25]=2, derived from 1
  expect(feed('a=x@20')).toBe('all=i+1@20');
  expect(feed('a=x@25')).toMatch(/-1\+2@25$/);
});

it('windows hold exactly the records that a stretch of time covers, in whatever order they come', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 15 }), (given, difference) => {
      const { feed } = collecting(difference, 1_000);
      const last = new Map<string, string>();
      given.forEach((time, i) => {
        for (const result of feed(`a=${String.fromCharCode(97 + i)}@${String(time)}`).split(' ')) {
          const [window, value] = result.split('=') as [string, string];
          last.set(window, (value.split('@')[0] as string).split('').sort().join(''));
        }
      });
      expect(last).toEqual(expectedWindows(given, difference));
    }),
  );
});

/** Every window that ends at a record or begins behind one, with what it holds, if anything. */
function expectedWindows(times: readonly number[], difference: number): Map<string, string> {
  const starts = new Set<number>();
  for (const time of times) {
    starts.add(Math.max(0, time - difference));
    starts.add(time + 1);
  }
  const windows = new Map<string, string>();
  for (const start of starts) {
    const end = start + difference;
    const held = times.flatMap((time, i) => (time >= start && time <= end ? [String.fromCharCode(97 + i)] : []));
    if (held.length > 0) windows.set(`[a@${String(start)}/${String(end)}]`, held.join(''));
  }
  return windows;
}
