import { describe, expect, it } from 'vitest';
import type { KStream } from '../../../src/dsl/stream.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { JoinWindows, type JoinWindowsOptions } from '../../../src/time/join-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

const pair = (left: string | null, right: string | null): string => `${left ?? '?'}${right ?? '?'}`;

/** `in` is the left stream, `r` the right one. */
function joined(
  type: 'join' | 'leftJoin' | 'outerJoin',
  windows: JoinWindowsOptions,
  options: TestDriverOptions = {},
): Timeline {
  const near = JoinWindows.of(windows);
  return timeline((left, builder) => {
    const right = builder.stream('r', STRINGS);
    if (type === 'join') return left.join(right, pair, near);
    return type === 'leftJoin' ? left.leftJoin(right, pair, near) : left.outerJoin(right, pair, near);
  }, options);
}

describe('inner join of two streams', () => {
  /*
   *   0     5     10    15    20
   *   l1                             joins [0, 10]
   *         r1          r2    r3
   */
  it('joins what is near enough, whichever comes first, with the later time of both', () => {
    const { feed } = joined('join', { timeDifference: 10 });
    expect(feed('a=1@0')).toBe('');
    expect(feed('a=A@5 a=B@10 a=C@11', 'r')).toBe('a=1A@5 a=1B@10');
    expect(feed('a=2@15')).toBe('a=2A@15 a=2B@15 a=2C@15');
    expect(feed('b=3@15')).toBe('');
  });

  it('joins duplicates each by itself, by time and then as they came', () => {
    const { feed } = joined('join', { timeDifference: 10, grace: 10 });
    feed('a=A@5 a=B@5 a=C@3', 'r');
    expect(feed('a=1@4 a=1@4')).toBe('a=1C@4 a=1A@5 a=1B@5 a=1C@4 a=1A@5 a=1B@5');
  });

  it('has bounds of its own before and after, seen from the left', () => {
    const { feed } = joined('join', { timeDifference: 0, before: 2, after: 10, grace: 100 });
    feed('a=1@100');
    expect(feed('a=A@97 a=B@98 a=C@110 a=D@111', 'r')).toBe('a=1B@100 a=1C@110');
    feed('a=E@200', 'r');
    expect(feed('a=2@189 a=3@190 a=4@202 a=5@203')).toBe('a=3E@200 a=4E@202');
  });

  it('may join later records only', () => {
    const { feed } = joined('join', { timeDifference: 0, before: -3, after: 10, grace: 100 });
    feed('a=1@100');
    expect(feed('a=A@102 a=B@103 a=C@110', 'r')).toBe('a=1B@103 a=1C@110');
  });

  it.each([0, 1])('brings together what has the same time when its window has no length (grace %d)', (grace) => {
    const { feed } = joined('join', { timeDifference: 0, grace });
    feed('a=1@5');
    expect(feed('a=A@5 a=B@6', 'r')).toBe('a=1A@5');
    expect(feed('a=2@6')).toBe('a=2B@6');
  });

  it('drops null keys and null values, and what its stores do not keep any more is counted', () => {
    const { feed, driver } = joined('join', { timeDifference: 10 });
    expect(feed('-=1@1 a=-@1 -=-@1')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'null-key': 2, 'null-value': 1 });
    feed('a=1@200000 a=2@1');
    expect(driver.metrics.drops).toEqual({ 'null-key': 2, 'null-value': 1, late: 1 });
  });

  it('gives results the headers of the record that came last', () => {
    const { driver } = joined('join', { timeDifference: 10 });
    driver.inputTopic('in', STRINGS).pipe('a', '1', { timestamp: 1, headers: [['from', Buffer.from('left')]] });
    driver.inputTopic('r', STRINGS).pipe('a', 'A', { timestamp: 1, headers: [['from', Buffer.from('right')]] });
    const [record] = driver.outputTopic('out', STRINGS).readRecords();
    expect(record?.headers).toEqual([['from', Buffer.from('right')]]);
  });

  it('tells joiners the key, and the time of the result', () => {
    const { feed } = timeline((left, builder) =>
      left.join(
        builder.stream('r', STRINGS),
        (one, other, key, record) => `${key}${one}${other}${String(record.timestamp)}`,
        JoinWindows.of({ timeDifference: 10 }),
      ),
    );
    feed('a=1@9');
    expect(feed('a=A@4', 'r')).toBe('a=a1A9@9');
  });

  it('a joiner that fails does not keep the record from being found', () => {
    const { feed, driver } = timeline(
      (left, builder) =>
        left.join(
          builder.stream('r', STRINGS),
          (one, other) => {
            if (other === 'bad') throw new Error('bad');
            return one + other;
          },
          JoinWindows.of({ timeDifference: 10 }),
        ),
      { processingErrorHandler: 'continue' },
    );
    feed('a=1@1');
    expect(feed('a=bad@1', 'r')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'processing-error': 1 });
    feed('a=A@2', 'r');
    expect(feed('a=2@3')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'processing-error': 2 });
  });

  it('of a stream with itself gives each pair twice, and each record with itself once', () => {
    const { feed } = timeline((stream) => stream.join(stream, pair, JoinWindows.of({ timeDifference: 10 })));
    expect(feed('a=1@1')).toBe('a=11@1');
    expect(feed('a=2@5')).toBe('a=21@5 a=12@5 a=22@5');
    expect(feed('a=3@15')).toBe('a=32@15 a=23@15 a=33@15');
  });

  it('joins streams of windowed keys', () => {
    const { feed } = timeline((left, builder) => {
      const counts = (stream: KStream<string, string>, store: string) =>
        stream
          .groupByKey()
          .windowedBy(TimeWindows.of({ size: 10 }))
          .count({ store })
          .toStream();
      const right = counts(builder.stream('r', STRINGS), 'right');
      const value = serdes.long();
      return counts(left, 'left').join(
        right,
        (one, other) => `${String(one)}/${String(other)}`,
        JoinWindows.of({ timeDifference: 10 }),
        { value, otherValue: value },
      );
    });
    feed('a=x@1 a=y@12 a=z@13');
    expect(feed('a=X@5 a=Y@14', 'r')).toBe('[a@0/10]=1/1@5 [a@10/20]=1/1@14 [a@10/20]=2/1@14');
  });
});

describe('left join of two streams', () => {
  /*
   *   0     5     10    15    20    25
   *   l1                |            no partner until 10 + 5, emitted by the first record after 15
   *   l2    r                        joined
   */
  it('emits a record without a partner once its window and the grace are over', () => {
    const { feed } = joined('leftJoin', { timeDifference: 10, grace: 5 });
    expect(feed('a=1@0 b=2@0')).toBe('');
    expect(feed('b=B@5 c=C@15', 'r')).toBe('b=2B@5');
    expect(feed('d=3@16')).toBe('a=1?@0');
    // The right side has nothing to wait for.
    expect(feed('z=9@100')).toBe('d=3?@16');
  });

  it('emits by records of either side, before what these are joined with themselves', () => {
    const { feed } = joined('leftJoin', { timeDifference: 10 });
    feed('a=1@0 b=2@9');
    expect(feed('b=B@11', 'r')).toBe('a=1?@0 b=2B@11');
  });

  it('a late record is joined, or emitted at once when its window is over', () => {
    const { feed } = joined('leftJoin', { timeDifference: 10, grace: 100 });
    feed('a=A@50', 'r');
    expect(feed('b=1@100')).toBe('');
    expect(feed('a=2@45')).toBe('a=2A@50');
    expect(feed('a=3@30')).toBe('a=3?@30');
    // Its window is not over, so that it waits.
    expect(feed('c=4@90')).toBe('');
    expect(feed('z=5@211')).toBe('c=4?@90 b=1?@100');
  });

  it('all that wait under one key and time go with one partner', () => {
    const { feed } = joined('leftJoin', { timeDifference: 10 });
    feed('a=1@5 a=2@5 a=3@6');
    expect(feed('a=A@5', 'r')).toBe('a=1A@5 a=2A@5 a=3A@6');
    expect(feed('z=9@50')).toBe('');
  });

  it('all that wait under one key and time are emitted, by time and then by the bytes of the key', () => {
    const { feed } = joined('leftJoin', { timeDifference: 10 });
    feed('é=1@5 b=2@5 b=3@5 a=4@5 c=5@4');
    expect(feed('z=9@50')).toBe('c=5?@4 a=4?@5 b=2?@5 b=3?@5 é=1?@5');
  });

  it('emits a null key at once, drops null values and the null keys of the right', () => {
    const { feed, driver } = joined('leftJoin', { timeDifference: 10 });
    expect(feed('-=1@1 a=-@1')).toBe('-=1?@1');
    expect(feed('-=A@1 a=-@1', 'r')).toBe('');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1, 'null-value': 2 });
  });

  it('a null key moves time on', () => {
    const { feed } = joined('leftJoin', { timeDifference: 10 });
    expect(feed('a=1@1 -=2@50 b=3@50')).toBe('-=2?@50 a=1?@1');
  });

  it('gives what is emitted late the headers of the record that brought it about', () => {
    const { driver } = joined('leftJoin', { timeDifference: 10 });
    const left = driver.inputTopic('in', STRINGS);
    left.pipe('a', '1', { timestamp: 1, headers: [['from', Buffer.from('first')]] });
    left.pipe('b', '2', { timestamp: 50, headers: [['from', Buffer.from('second')]] });
    const [record] = driver.outputTopic('out', STRINGS).readRecords();
    expect(record).toMatchObject({ key: 'a', timestamp: 1, headers: [['from', Buffer.from('second')]] });
  });

  it('looks for what is over once an interval of the wall clock', () => {
    const { feed, driver } = joined('leftJoin', { timeDifference: 10 }, { emitInterval: '1s' });
    feed('a=1@0');
    expect(feed('b=2@20')).toBe('');
    driver.advanceWallClock(999);
    expect(feed('c=3@21')).toBe('');
    driver.advanceWallClock(1);
    expect(feed('d=4@22')).toBe('a=1?@0');
    expect(feed('e=5@100')).toBe('');
    driver.advanceWallClock(1_000);
    expect(feed('f=6@101')).toBe('b=2?@20 c=3?@21 d=4?@22');
  });

  it('a row whose joiner failed is tried again', () => {
    let failing = true;
    const { feed } = timeline(
      (left, builder) =>
        left.leftJoin(
          builder.stream('r', STRINGS),
          (one, other) => {
            if (one === 'bad' && failing) throw new Error('bad');
            return one + (other ?? '?');
          },
          JoinWindows.of({ timeDifference: 10 }),
        ),
      { processingErrorHandler: 'continue' },
    );
    feed('a=1@0 b=bad@1');
    // What was emitted right before stays until the next is through, as in Kafka Streams.
    expect(feed('c=2@20')).toBe('a=1?@0');
    failing = false;
    expect(feed('d=3@40')).toBe('a=1?@0 b=bad?@1');
  });
});

describe('outer join of two streams', () => {
  it('emits what has no partner on either side, of one time the right ones first', () => {
    const { feed } = joined('outerJoin', { timeDifference: 10 });
    feed('a=1@5 c=3@7');
    feed('b=B@5 c=C@7', 'r');
    expect(feed('z=9@50')).toBe('b=?B@5 a=1?@5');
  });

  it('waits for each side as long as that can be joined', () => {
    // A left record waits for younger right ones up to 20, a right one for younger left ones up to 2.
    const { feed } = joined('outerJoin', { timeDifference: 0, before: 2, after: 20 });
    feed('a=1@100');
    expect(feed('b=B@101', 'r')).toBe('');
    expect(feed('c=2@104')).toBe('');
    expect(feed('d=D@105', 'r')).toBe('b=?B@101');
    expect(feed('e=E@125', 'r')).toBe('a=1?@100 c=2?@104 d=?D@105');
  });

  it('emits null keys of both sides at once', () => {
    const { feed } = joined('outerJoin', { timeDifference: 10 });
    expect(feed('-=1@1')).toBe('-=1?@1');
    expect(feed('-=A@1', 'r')).toBe('-=?A@1');
  });

  it('is forgotten once it is emitted', () => {
    const { feed } = joined('outerJoin', { timeDifference: 10, grace: 100 });
    feed('a=1@0 b=2@200');
    expect(feed('a=A@0', 'r')).toBe('a=?A@0');
  });
});

describe('a join of two streams that emits what has no partner at once', () => {
  const AT_ONCE = { timeDifference: 10, grace: 100, unmatched: 'atOnce' } as const;

  it('emits it, and then with the partner that comes after all', () => {
    const left = joined('leftJoin', AT_ONCE);
    expect(left.feed('a=1@5')).toBe('a=1?@5');
    expect(left.feed('a=A@9 b=B@9', 'r')).toBe('a=1A@9');
    expect(left.feed('b=2@30 a=3@12')).toBe('b=2?@30 a=3A@12');
    const outer = joined('outerJoin', AT_ONCE);
    expect(outer.feed('a=A@5', 'r')).toBe('a=?A@5');
    expect(outer.feed('a=1@9 a=2@50')).toBe('a=1A@9 a=2?@50');
    // Nothing has waited, so nothing more comes of it.
    expect(outer.feed('z=1@9999')).toBe('z=1?@9999');
  });

  it('emits null keys, too, and drops null values', () => {
    const { feed, driver } = joined('outerJoin', AT_ONCE);
    expect(feed('-=1@1 a=-@1')).toBe('-=1?@1');
    expect(feed('-=A@2', 'r')).toBe('-=?A@2');
    expect(driver.metrics.drops).toEqual({ 'null-value': 1 });
  });

  it('has no store of what waits', () => {
    const builder = new StreamsBuilder();
    const near = JoinWindows.of(AT_ONCE);
    builder
      .stream('l', STRINGS)
      .outerJoin(builder.stream('r', STRINGS), pair, near, { store: 'near' })
      .to('out', STRINGS);
    const topology = builder.build();
    expect([...topology.stores.keys()]).toEqual(['near-outer-this-join-store', 'near-outer-other-join-store']);
  });

  it('stays a join of two stores where a record of a stream joined with itself may have no partner', () => {
    const { feed } = timeline((stream) =>
      stream.leftJoin(stream, pair, JoinWindows.of({ ...AT_ONCE, before: -3, after: 10 })),
    );
    expect(feed('a=1@5 a=2@9')).toBe('a=1?@5 a=2?@9 a=12@9');
  });
});
