import { describe, expect, it } from 'vitest';
import type { KStream } from '../../../src/dsl/stream.js';
import type { KTable } from '../../../src/dsl/table.js';
import type { Windowed } from '../../../src/record/windowed.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { TimestampedWindowStore } from '../../../src/store/window-store.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

type Stream = KStream<string, string>;
type Table = KTable<Windowed<string>, string | null>;
type Kind = 'join' | 'leftJoin' | 'outerJoin';

interface Store {
  readonly engine?: 'level' | 'memory';
  readonly retention?: number;
  readonly store?: string;
}

const last = (_: string, value: string): string => value;

const tumbling = (stream: Stream, store: Store): Table =>
  stream
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: 10 }))
    .emitStrategy('onWindowClose')
    .reduce(last, store);

const sliding = (stream: Stream, store: Store): Table =>
  stream
    .groupByKey()
    .windowedBy(SlidingWindows.of({ timeDifference: 10, grace: 0 }))
    .emitStrategy('onWindowClose')
    .reduce(last, store);

const sessions = (stream: Stream, store: Store): Table =>
  stream
    .groupByKey()
    .windowedBy(SessionWindows.of({ gap: 10, grace: 0 }))
    .emitStrategy('onWindowClose')
    .reduce(last, store);

/** Joins the closed windows of `in` and `other`. */
function joined(
  closed: (stream: Stream, store: Store) => Table,
  kind: Kind,
  store: Store = {},
  driver: TestDriverOptions = {},
): Timeline {
  const pair = (left: string | null, right: string | null): string => `${left ?? '-'}+${right ?? '-'}`;
  return timeline((input, builder) => {
    const table = closed(input, store);
    const other = closed(builder.stream('other', STRINGS), store);
    if (kind === 'join') return table.join(other, pair).toStream();
    return (kind === 'leftJoin' ? table.leftJoin(other, pair) : table.outerJoin(other, pair)).toStream();
  }, driver);
}

const uncached = { stateStoreCacheMaxBytes: 0 };

describe.each([
  ['with caching', {}],
  ['without caching', uncached],
])('windows that have just closed, %s', (_, driver) => {
  it.each(['join', 'leftJoin', 'outerJoin'] as const)('are found by the other side of a %s', (kind) => {
    const { feed } = joined(tumbling, kind, {}, driver);
    expect(feed('A=l@5')).toBe('');
    expect(feed('A=r@5', 'other')).toBe('');
    expect(feed('A=l@10')).toBe('[A@0/10]=l+r@5');
    expect(feed('A=r@10', 'other')).toBe('[A@0/10]=l+r@5');
  });

  it('are found when all of one side comes first', () => {
    const { feed } = joined(tumbling, 'join', {}, driver);
    expect(feed('A=l@5 A=l@10')).toBe('');
    expect(feed('A=r@5 A=r@10', 'other')).toBe('[A@0/10]=l+r@5');
  });

  it('are found for as long as the retention says', () => {
    const { feed } = joined(tumbling, 'join', { retention: 30 }, driver);
    expect(feed('A=l@5 A=l@30')).toBe('');
    expect(feed('A=r@5 A=r@10', 'other')).toBe('[A@0/10]=l+r@5');
  });
});

describe('windows that have expired', () => {
  const left = (driver: TestDriverOptions, store: Store = {}): string => {
    const { feed } = joined(tumbling, 'leftJoin', store, driver);
    feed('A=r@5 A=r@20', 'other');
    return feed('A=l@5 A=l@10');
  };

  it('are not found without caching', () => {
    expect(left(uncached)).toBe('[A@0/10]=l+-@5');
    expect(left(uncached, { retention: 20 })).toBe('[A@0/10]=l+r@5');
    // A store in memory keeps nothing that is as old as its retention.
    expect(left(uncached, { engine: 'memory', retention: 20 })).toBe('[A@0/10]=l+-@5');
    expect(left(uncached, { engine: 'memory', retention: 21 })).toBe('[A@0/10]=l+r@5');
  });

  it('are found while they are cached', () => {
    expect(left({})).toBe('[A@0/10]=l+r@5');
    expect(left({}, { engine: 'memory' })).toBe('[A@0/10]=l+r@5');
  });

  it('are found while they are cached, however long ago their segment has gone', () => {
    const { feed } = joined(tumbling, 'join');
    feed('A=r@5 A=r@10000000', 'other');
    expect(feed('A=l@5 A=l@10')).toBe('[A@0/10]=l+r@5');
  });
});

it('sliding windows that have closed are found for as long as the retention says, cached or not', () => {
  for (const driver of [{}, uncached]) {
    for (const [retention, found] of [
      [20, ''],
      [21, '[A@0/10]=l+r@10'],
    ] as const) {
      const { feed } = joined(sliding, 'join', { retention }, driver);
      // The last window that is put starts at 21.
      feed('A=r@10 B=r@31', 'other');
      expect(feed('A=l@10 B=l@21')).toBe(found);
    }
  }
});

it('sessions that have closed are hidden by the default retention, and found with a longer one', () => {
  for (const driver of [{}, uncached]) {
    for (const engine of ['level', 'memory'] as const) {
      const { feed } = joined(sessions, 'outerJoin', { engine }, driver);
      feed('A=l@5');
      feed('A=r@5', 'other');
      expect(feed('B=l@16')).toBe('[A@5/5]=l+r@5');
      expect(feed('B=r@16', 'other')).toBe('[A@5/5]=-+r@5');
      const longer = joined(sessions, 'outerJoin', { engine, retention: 12 }, driver);
      longer.feed('A=l@5');
      longer.feed('A=r@5', 'other');
      expect(longer.feed('B=l@16')).toBe('[A@5/5]=l+r@5');
      expect(longer.feed('B=r@16', 'other')).toBe('[A@5/5]=l+r@5');
    }
  }
});

describe('a processor that reads the store of closed windows', () => {
  const reading = (driver: TestDriverOptions): Timeline =>
    timeline((input) => {
      tumbling(input, { store: 'closed' });
      return input.process(
        () => {
          let store: TimestampedWindowStore<string, string>;
          let forward: (value: string, timestamp: number) => void;
          return {
            init: (context) => {
              store = context.getStateStore('closed');
              forward = (value, timestamp) => {
                context.forward({ key: 'read', value, timestamp });
              };
            },
            process: ({ timestamp }) => {
              const range = store.fetchRange('A', 0, timestamp).map(({ start }) => start);
              const all = [...store.all()].map(([{ window }]) => window.start);
              const one = store.fetch('A', 0)?.value ?? 'none';
              forward(`${range.join()}|${all.join()}|${one}`, timestamp);
            },
          };
        },
        { stores: ['closed'] },
      );
    }, driver);

  it('sees the one that starts a retention ago, and none before', () => {
    const { feed } = reading(uncached);
    expect(feed('A=x@5 A=y@10 A=z@20')).toBe('read=0|0|x@5 read=0,10|0,10|x@10 read=10,20|10,20|none@20');
  });

  it('sees those before too while they are cached', () => {
    const { feed } = reading({});
    expect(feed('A=x@5 A=y@10 A=z@100000')).toBe(
      'read=0|0|x@5 read=0,10|0,10|x@10 read=0,10,100000|0,10,100000|x@100000',
    );
  });
});

it('what is emitted when windows close can be grouped anew, whatever has expired', () => {
  const { feed } = timeline(
    (input) =>
      tumbling(input, {})
        .groupBy((value, { key }) => [key, value], { key: serdes.string(), value: serdes.string() })
        .reduce(
          (soFar, value) => soFar + value,
          () => 'never',
        )
        .toStream(),
    uncached,
  );
  expect(feed('A=x@5 A=y@10 A=z@20 A=q@30')).toBe('A=x@5 A=xy@10 A=xyz@20');
});
