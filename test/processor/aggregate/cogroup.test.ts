import { describe, expect, it } from 'vitest';
import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

/** Orders of topic `in` add to a total, returns of topic `back` take from it. */
function balance(caching: boolean, rekey = false): Timeline {
  return timeline((orders, builder) => {
    const back = builder.stream('back', STRINGS);
    const group = (stream: KStream<string, string>): KGroupedStream<string, string> =>
      rekey ? stream.groupBy((_, key) => key, { key: serdes.string() }) : stream.groupByKey();
    return group(orders)
      .cogroup((total: number, value) => total + Number(value))
      .cogroup(group(back), (total, value) => (value === 'all' ? null : total - Number(value)))
      .aggregate(() => 100, { value: serdes.double(), caching })
      .toStream();
  });
}

describe.each([true, false])('cogroup, caching %s', (caching) => {
  // in:    a=5@1          b=1@3  a=1@4
  // back:         a=2@2
  it('aggregates all streams into one table', () => {
    const { feed } = balance(caching);
    expect(feed('a=5@1')).toBe('a=105@1');
    expect(feed('a=2@2', 'back')).toBe('a=103@2');
    expect(feed('b=1@3 a=1@4')).toBe('b=101@3 a=104@4');
  });

  it('the time of a result is the highest of all streams; null deletes, whichever stream says so', () => {
    const { feed } = balance(caching);
    expect(feed('a=5@9')).toBe('a=105@9');
    expect(feed('a=1@3', 'back')).toBe('a=104@9');
    expect(feed('a=all@4', 'back')).toBe(caching ? 'a=-@4' : 'a=-@9');
    expect(feed('a=1@5')).toBe('a=101@5');
  });

  it('streams with a new key are repartitioned, each through a topic of its own', () => {
    const { feed, driver } = balance(caching, true);
    expect([feed('a=5@1'), feed('a=2@2', 'back')]).toEqual(['a=105@1', 'a=103@2']);
    expect(driver.producedTopics.filter((topic) => topic.endsWith('-repartition'))).toHaveLength(2);
  });
});

it('null keys and null values are dropped', () => {
  const { feed, driver } = balance(false);
  expect(feed('-=5@1 a=-@2') + feed('-=5@1 a=-@2', 'back')).toBe('');
  expect(driver.metrics.drops).toEqual({ 'null-key': 2, 'null-value': 2 });
});

it.each([
  // The store has seen 30 by then. A cache finds what is too old for the store itself, as in Kafka Streams.
  [true, 'x-z-z'],
  [false, '-z'],
])('each stream of a windowed cogroup has a time of its own (caching %s)', (caching, last) => {
  //  0        10        20        30
  //  |---------|---------|---------|
  //  in:  up to 25;   back: up to 8, so [0, 10) is open to it
  const { feed, driver } = timeline((input, builder) =>
    input
      .groupByKey()
      .cogroup((all: string, value) => all + value)
      .cogroup(builder.stream('back', STRINGS).groupByKey(), (all, value) => `${all}-${value}`)
      .windowedBy(TimeWindows.of({ size: 10, grace: 20 }))
      .aggregate(() => '', { value: serdes.string(), caching })
      .toStream(),
  );
  expect(feed('a=x@1 a=y@25')).toBe('[a@0/10]=x@1 [a@20/30]=y@25');
  expect(feed('a=z@8', 'back')).toBe('[a@0/10]=x-z@8');
  expect(feed('a=y@30 a=y@2')).toBe('[a@30/40]=y@30');
  expect(feed('a=z@9', 'back')).toBe(`[a@0/10]=${last}@9`);
  expect(driver.metrics.drops).toEqual({ late: 1 });
});

it('the records of all streams make up the sessions', () => {
  const { feed } = timeline((input, builder) =>
    input
      .groupByKey()
      .cogroup((all: string, value) => all + value)
      .cogroup(builder.stream('back', STRINGS).groupByKey(), (all, value) => `${all}-${value}`)
      .windowedBy(SessionWindows.of({ gap: 10, grace: 20 }))
      .aggregate(
        () => '',
        (one, other) => one + other,
        { value: serdes.string(), caching: false },
      )
      .toStream(),
  );
  expect(feed('a=x@1')).toBe('[a@1/1]=x@1');
  expect(feed('a=y@20')).toBe('[a@20/20]=y@20');
  // In reach of both: they become one.
  expect(feed('a=z@11', 'back')).toBe('[a@1/1]=-@1 [a@20/20]=-@20 [a@1/20]=xy-z@20');
});

it('a cached window that another stream has let expire goes on, but has no old value any more', () => {
  const { feed } = timeline((input, builder) => {
    const add = (soFar: string, value: string): string => soFar + value;
    return input
      .groupByKey()
      .cogroup((soFar: string, value) => add(soFar, value))
      .cogroup(builder.stream('other', STRINGS).groupByKey(), (soFar, value) => add(soFar, value))
      .windowedBy(TimeWindows.of({ size: 10 }))
      .aggregate(() => '', { value: serdes.string() })
      .groupBy((value) => ['all', value], { key: serdes.string(), value: serdes.string() })
      .reduce(
        (all, value) => `${all}+${value}`,
        (all, value) => `${all}-${value}`,
      )
      .toStream();
  });
  expect(feed('k=x@5 k=y@6')).toBe('all=x@5 all=x-x+xy@6');
  expect(feed('k=z@30', 'other')).toBe('all=x-x+xy+z@30');
  // The first window has expired in the store, which is found in the cache; that it was xy before, nobody knows.
  expect(feed('k=w@7')).toBe('all=x-x+xy+z+xyw@30');
});
