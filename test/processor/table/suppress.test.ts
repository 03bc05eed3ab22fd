import { describe, expect, it } from 'vitest';
import { codeOf } from '../../error-code.js';
import type { SuppressUntilTimeLimit, SuppressUntilWindowCloses } from '../../../src/dsl/suppressed.js';
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { UnlimitedWindows } from '../../../src/time/unlimited-windows.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

const windows = TimeWindows.of({ size: 10, grace: 5 });

function final(options: Omit<SuppressUntilWindowCloses, 'until'> = {}): Timeline {
  return timeline((input) =>
    input
      .groupByKey()
      .windowedBy(windows)
      .count({ caching: false })
      .suppress({ until: 'windowCloses', ...options })
      .toStream(),
  );
}

/** With a gap of 5 and a grace of 3. */
function sessions(): Timeline {
  return timeline((input) =>
    input
      .groupByKey()
      .windowedBy(SessionWindows.of({ gap: 5, grace: 3 }))
      .count({ caching: false })
      .suppress({ until: 'windowCloses' })
      .toStream(),
  );
}

function calm(timeLimit: number, buffer?: SuppressUntilTimeLimit['buffer']): Timeline {
  return timeline((_, builder) =>
    builder
      .table('t', STRINGS)
      .suppress({ until: { timeLimit }, ...(buffer === undefined ? {} : { buffer }) })
      .toStream(),
  );
}

describe('suppress until windows close', () => {
  it('gives one result a window, its last, once time has passed end and grace, by end of window and key', () => {
    const { feed } = final();
    expect(feed('b=1@1 a=1@3 b=1@2 a=1@14')).toBe('');
    expect(feed('c=1@15')).toBe('[a@0/10]=1@3 [b@0/10]=2@2');
    expect(feed('c=1@26')).toBe('[a@10/20]=1@14 [c@10/20]=1@15');
  });

  it('counts late records within grace, and drops those that come after', () => {
    const { feed, driver } = final();
    expect(feed('a=1@1 b=1@14 a=1@9 b=1@15 a=1@2')).toBe('[a@0/10]=2@9');
    expect(driver.metrics.drops).toEqual({ late: 1 });
  });

  it('never tells of windows that were emptied again', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(windows)
        .aggregate(
          () => '',
          (all, value) => (value === 'x' ? null : all + value),
          { value: serdes.string(), caching: false },
        )
        .suppress({ until: 'windowCloses' })
        .toStream(),
    );
    expect(feed('a=v@1 a=x@2 b=v@3 b=w@4 c=v@30')).toBe('[b@0/10]=vw@4');
  });

  it('takes the longest grace of the windows that a table comes from', () => {
    const { feed } = timeline((input) => {
      const long = TimeWindows.of({ size: 10, grace: 20 });
      const short = input.groupByKey().windowedBy(windows).count({ caching: false });
      const counts = input.groupByKey().windowedBy(long).count({ caching: false });
      return short
        .toStream()
        .merge(counts.toStream())
        .toTable({ key: serdes.timeWindowed(serdes.string(), 10), value: serdes.long() })
        .suppress({ until: 'windowCloses' })
        .toStream();
    });
    expect(feed('a=1@1 b=1@29')).toBe('');
    expect(feed('b=1@30')).toBe('[a@0/10]=1@1');
  });

  it('lets sliding windows go when time has passed their end, inclusive, and grace', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(SlidingWindows.of({ timeDifference: 10, grace: 5 }))
        .count({ caching: false })
        .suppress({ until: 'windowCloses' })
        .toStream(),
    );
    expect(feed('a=1@20 b=1@24')).toBe('');
    expect(feed('b=1@25')).toBe('[a@10/20]=1@20');
  });

  it('lets sessions go when time has passed their end, gap and grace, and forgets those that were absorbed', () => {
    const { feed } = sessions();
    expect(feed('a=1@10 a=1@16 a=1@13 b=1@23')).toBe('');
    expect(feed('b=1@24')).toBe('[a@10/16]=3@16');
    expect(feed('b=1@60')).toBe('[b@23/24]=2@24');
  });

  it('lets a session go a moment before it is closed: a record of that moment begins another', () => {
    const { feed } = sessions();
    expect(feed('a=1@10 b=1@18')).toBe('[a@10/10]=1@10');
    expect(feed('a=1@15 b=1@40')).toBe('[a@15/15]=1@15 [b@18/18]=1@18');
  });

  it('never lets go of a window that has no end', () => {
    const { feed, driver } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(UnlimitedWindows.of())
        .count({ caching: false })
        .suppress({ until: 'windowCloses', name: 'held' })
        .toStream(),
    );
    expect(feed('a=1@20 b=1@1000000000')).toBe('');
    expect(driver.store('held-store')).toMatchObject({ records: 2, earliest: Infinity });
  });

  it('stops when the buffer is full, and says what was full', () => {
    const { feed } = final({ buffer: { maxRecords: 2 } });
    feed('a=1@1 b=1@1 a=1@2');
    expect(() => feed('c=1@3')).toThrow(/holds 3 records, and maxRecords is 2.*raise the limit/);
  });

  it('stops however errors are handled: a limit that may be passed is none', () => {
    const { feed } = timeline(
      (input) =>
        input
          .groupByKey()
          .windowedBy(windows)
          .count({ caching: false })
          .suppress({ until: 'windowCloses', buffer: { maxBytes: 60, maxRecords: 9 } })
          .toStream(),
      { processingErrorHandler: 'continue' },
    );
    feed('a=1@1');
    expect(codeOf(() => feed('b=1@2'))).toBe('BUFFER_FULL');
  });
});

describe('suppress until a time limit', () => {
  it('lets the last change of a key go when the limit has passed since the first one', () => {
    const { feed } = calm(10);
    expect(feed('a=1@0 b=1@5 a=2@8 a=3@9', 't')).toBe('');
    expect(feed('c=1@10', 't')).toBe('a=3@9');
    expect(feed('c=2@15', 't')).toBe('b=1@5');
    expect(feed('c=3@30', 't')).toBe('c=3@30');
  });

  it('lets a change go at once that is due when it comes, and with a limit of 0 every one', () => {
    expect(calm(10).feed('a=1@50 b=1@40 b=2@41', 't')).toBe('b=1@40');
    expect(calm(0).feed('a=1@1 a=2@2 b=1@3', 't')).toBe('a=1@1 a=2@2 b=1@3');
  });

  it('lets deletions go', () => {
    expect(calm(10).feed('a=1@0 a=-@1 b=1@10', 't')).toBe('a=-@1');
  });

  it('lets the earliest go when it holds too many keys', () => {
    const { feed } = calm(1000, { maxRecords: 2, whenFull: 'emitEarly' });
    expect(feed('b=1@2 a=1@2 b=2@3 c=1@1', 't')).toBe('c=1@1');
    expect(feed('c=1@9', 't')).toBe('a=1@2');
  });

  it('lets the earliest go when it holds too many bytes', () => {
    // Of each: 28, key, topic, value; `t` is the topic.
    const { feed } = calm(1000, { maxBytes: 62, whenFull: 'emitEarly' });
    expect(feed('a=1@1 b=1@2', 't')).toBe('');
    expect(feed('b=12@3', 't')).toBe('a=1@1');
  });

  it('stops when it may not emit early', () => {
    const { feed } = calm(1000, { maxRecords: 1, whenFull: 'shutDown' });
    feed('a=1@1', 't');
    expect(() => feed('b=1@1', 't')).toThrow(/shorten the time limit, or set whenFull to 'emitEarly'/);
  });

  it('sends each change with the headers of its own record', () => {
    const { driver } = calm(10);
    const input = driver.inputTopic('t', STRINGS);
    input.pipe('a', '1', { timestamp: 1, headers: [['h', Buffer.from('1')]] });
    input.pipe('a', '2', { timestamp: 2, headers: [['h', Buffer.from('2')]] });
    input.pipe('b', '1', { timestamp: 11, headers: [['h', Buffer.from('3')]] });
    expect(driver.outputTopic('out', STRINGS).readRecords()).toEqual([
      { key: 'a', value: '2', timestamp: 2, headers: [['h', Buffer.from('2')]] },
    ]);
  });

  it('is judged by the time of the records that reach it', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .filter((value) => value > '1', { store: 'kept', caching: false })
        .suppress({ until: { timeLimit: 10 } })
        .toStream(),
    );
    expect(feed('a=2@0 b=1@50 b=1@90', 't')).toBe('');
    expect(feed('c=2@90', 't')).toBe('a=2@0');
  });
});

describe('a suppressed table', () => {
  it('is looked up as what has gone out: the value before what is held back', () => {
    const { feed } = timeline((input, builder) => {
      const table = builder.table('t', STRINGS).suppress({ until: { timeLimit: 10 } });
      return input.leftJoin(table, (left, right) => `${left}/${String(right)}`);
    });
    expect(feed('a=1@0', 't')).toBe('');
    expect(feed('a=x@0')).toBe('a=x/null@0');
    feed('b=1@10', 't');
    expect(feed('a=x@0')).toBe('a=x/1@0');
    feed('a=2@10', 't');
    expect(feed('a=x@0 b=x@0')).toBe('a=x/1@0 b=x/null@0');
  });

  it('sends the old value of its last change along, as Kafka Streams does: not that of what went out before', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', STRINGS)
        .suppress({ until: { timeLimit: 10 } })
        .groupBy((value) => ['all', value], STRINGS)
        .reduce(
          (all, value) => `${all}+${value}`,
          (all, value) => `${all}-${value}`,
          { caching: false },
        )
        .toStream(),
    );
    expect(feed('a=1@0 b=8@10', 't')).toBe('all=1@0');
    expect(feed('a=2@11 a=3@12 c=9@21', 't')).toBe('all=1+8@10 all=1+8-2+3@12');
  });
});
