import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../../../src/store/session-store.js';
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows, type SessionWindowsOptions } from '../../../src/time/session-windows.js';
import type { WindowedOptions } from '../../../src/dsl/options.js';
import { timeline, type Timeline } from '../timeline.js';

const counting = (windows: SessionWindowsOptions, options: WindowedOptions<string, number> = {}): Timeline =>
  timeline((input) =>
    input
      .groupByKey()
      .windowedBy(SessionWindows.of(windows))
      .count({ caching: false, ...options })
      .toStream(),
  );

describe('sessions', () => {
  //  gap 5
  //  0    5    10   15   20   25
  //  x--x               x          two sessions, both ends inclusive
  it.each([true, false])(
    'grow with each record within the gap, and are deleted under their old bounds, caching %s',
    (caching) => {
      const { feed } = counting({ gap: 5 }, { caching });
      expect(feed('a=x@0')).toBe('[a@0/0]=1@0');
      expect(feed('a=x@3')).toBe('[a@0/0]=-@0 [a@0/3]=2@3');
      expect(feed('a=x@9')).toBe('[a@9/9]=1@9');
      expect(feed('b=x@9')).toBe('[b@9/9]=1@9');
    },
  );

  it.each([
    ['a=x@10 a=x@15', '[a@10/10]=1@10 [a@10/10]=-@10 [a@10/15]=2@15'],
    ['a=x@10 a=x@16', '[a@10/10]=1@10 [a@16/16]=1@16'],
  ])('the gap itself is within: %s', (line, expected) => {
    expect(counting({ gap: 5 }).feed(line)).toBe(expected);
  });

  //  0    5    10   15   20
  //  x--x         x--x        two sessions
  //         x                 one
  it('become one with a record between them; each is deleted, in the order of their ends', () => {
    const { feed } = counting({ gap: 5, grace: 20 });
    feed('a=x@0 a=x@3 a=x@13 a=x@11');
    expect(feed('a=x@8')).toBe('[a@0/3]=-@3 [a@11/13]=-@13 [a@0/13]=5@13');
  });

  it('a record inside of a session deletes it too before it is written anew', () => {
    const { feed } = counting({ gap: 5 });
    feed('a=x@0 a=x@4');
    expect(feed('a=x@2')).toBe('[a@0/4]=-@4 [a@0/4]=3@4');
  });

  it('a session of one moment is replaced without a deletion', () => {
    expect(counting({ gap: 5 }).feed('a=x@7 a=x@7')).toBe('[a@7/7]=1@7 [a@7/7]=2@7');
  });

  it('null values count, null keys do not', () => {
    const { feed, driver } = counting({ gap: 5 });
    expect(feed('a=-@1 -=x@2')).toBe('[a@1/1]=1@1');
    expect(driver.metrics.drops).toEqual({ 'null-key': 1 });
  });
});

describe('late records', () => {
  // Stream time 20, gap 5: closed is what ends before 15 less the grace.
  it.each([
    [0, 'b=x@20 a=x@15', '[a@15/15]=1@15', 0],
    [0, 'b=x@20 a=x@14', '', 1],
    [3, 'b=x@20 a=x@12', '[a@12/12]=1@12', 0],
    [3, 'b=x@20 a=x@11', '', 1],
  ])('grace %d: %s -> %s', (grace, line, expected, late) => {
    const { feed, driver } = counting({ gap: 5, grace });
    expect(feed(line)).toBe(['[b@20/20]=1@20', expected].filter((text) => text !== '').join(' '));
    expect(driver.metrics.drops['late'] ?? 0).toBe(late);
  });

  it('are judged by the end of the session that they would belong to', () => {
    const { feed, driver } = counting({ gap: 5 });
    feed('a=x@17 b=x@20');
    expect(feed('a=x@12')).toBe('[a@17/17]=-@17 [a@12/17]=2@17');
    expect(driver.metrics.drops).toEqual({});
  });

  it('a session that ends just where sessions close is emitted, but a store in memory does not keep it', () => {
    const kept = (engine: 'memory' | 'level'): unknown => {
      const { feed, driver } = counting({ gap: 5 }, { engine, store: 's' });
      expect(feed('b=x@20 a=x@15')).toBe('[b@20/20]=1@20 [a@15/15]=1@15');
      const { expiredPuts } = driver.store<SessionStore<string, number>>('s');
      return [expiredPuts, driver.metrics.drops['late'] ?? 0];
    };
    expect([kept('memory'), kept('level')]).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});

describe('the cache', () => {
  it('finds what it has beyond the retention, which the store alone hides', () => {
    // Gap and grace are 5: with b at 20, sessions that ended at 15 or before are hidden, though a at 20 is in reach.
    const line = 'a=x@15 b=x@20 a=x@20';
    expect(counting({ gap: 5 }).feed(line)).toBe('[a@15/15]=1@15 [b@20/20]=1@20 [a@20/20]=1@20');
    expect(counting({ gap: 5 }, { caching: true }).feed(line)).toBe('[a@15/15]=1@15 [b@20/20]=1@20 [a@15/20]=2@20');
  });

  it('gives results the headers of the last update; without it they have none, nor where the store keeps headers', () => {
    const headersOf = (caching: boolean, headers = false): unknown => {
      const { driver } = counting({ gap: 5 }, { caching, headers });
      const topic = driver.inputTopic('in', { key: serdes.string(), value: serdes.string() });
      topic.pipe('a', 'x', { timestamp: 1, headers: [['h', Buffer.from('1')]] });
      const output = driver.outputTopic('out', { key: serdes.bytes(), value: serdes.bytes() });
      return output.readRecords().map(({ headers }) => headers.map(([name]) => name));
    };
    expect([headersOf(true), headersOf(false), headersOf(true, true)]).toEqual([[['h']], [[]], [[]]]);
  });
});

describe('aggregates', () => {
  const text = { value: serdes.string(), caching: false };

  it('merge the sessions found into the initial value, in the order of their ends, and add the record last', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: 5, grace: 20 }))
        .aggregate(
          () => 'i',
          (all, value) => `${all}+${value}`,
          (one, other) => `(${one}|${other})`,
          text,
        )
        .toStream(),
    );
    expect(feed('a=1@10')).toBe('[a@10/10]=i+1@10');
    expect(feed('a=2@20')).toBe('[a@20/20]=i+2@20');
    expect(feed('a=3@15')).toBe('[a@10/10]=-@10 [a@20/20]=-@20 [a@10/20]=((i|i+1)|i+2)+3@20');
  });

  it('that become null delete the session', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: 5 }))
        .aggregate(
          () => 'i',
          (all, value) => (value === 'end' ? null : `${all}${value}`),
          (one, other) => one + other,
          text,
        )
        .toStream(),
    );
    expect(feed('a=1@10 a=end@12 a=2@13')).toBe('[a@10/10]=i1@10 [a@10/10]=-@10 [a@10/12]=-@12 [a@13/13]=i2@13');
  });

  it('of a merger that forgets to return are an error', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: 5 }))
        .aggregate(
          () => 'i',
          (all) => all,
          () => undefined as unknown as string,
          text,
        )
        .toStream(),
    );
    expect(() => feed('a=1@10 a=1@11')).toThrow(/the merger returned undefined/);
  });
});

it('reduce begins each session with its first value and combines sessions in order', () => {
  const { feed } = timeline((input) =>
    input
      .groupByKey()
      .windowedBy(SessionWindows.of({ gap: 5, grace: 20 }))
      .reduce((all, value) => `(${all}${value})`, { caching: false })
      .toStream(),
  );
  expect(feed('a=1@10 a=2@20 a=3@15')).toBe(
    '[a@10/10]=1@10 [a@20/20]=2@20 [a@10/10]=-@10 [a@20/20]=-@20 [a@10/20]=((12)3)@20',
  );
});

describe('a table of sessions', () => {
  it('goes through the operators of tables; what is grouped by a key of its own counts each session once', () => {
    const { feed } = timeline((input) =>
      input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: 5 }))
        .count()
        .filter((count) => count > 1)
        .mapValues((count) => count * 10)
        .groupBy((count, windowed) => [windowed.key, count], { key: serdes.string(), value: serdes.double() })
        .reduce(
          (sum, count) => sum + count,
          (sum, count) => sum - count,
        )
        .toStream(),
    );
    expect(feed('a=x@1 a=x@2').split(' ').at(-1)).toBe('a=20@2');
    expect(feed('a=x@3').split(' ').at(-1)).toBe('a=30@3');
    expect(feed('a=x@20 a=x@21').split(' ').at(-1)).toBe('a=50@21');
  });

  it('can be joined by a stream of the same keys', () => {
    const { feed } = timeline((input) => {
      const sessions = input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: 5 }))
        .count({ caching: false });
      return sessions.toStream().join(sessions, (change, row) => `${String(change)}/${String(row)}`);
    });
    expect(feed('a=x@1 a=x@2')).toBe('[a@1/1]=1/1@1 [a@1/2]=2/2@2');
  });
});
