/** What the compiler would refuse, done all the same: the same words are said when the program runs. */
import { describe, expect, it } from 'vitest';
import { SessionWindows, StreamsBuilder, TimeWindows, type KStream } from '../../src/index.js';

const builder = new StreamsBuilder();
/** Whatever the compiler thinks of it. */
const stream = builder.stream('in') as unknown as Record<string, (...args: unknown[]) => unknown>;
const joiner = (left: unknown, right: unknown): unknown[] => [left, right];

describe('a mistake at run time', () => {
  it.each(['join', 'leftJoin'])('%s of two streams without windows', (method) => {
    expect(() => stream[method]!(builder.stream('other'), joiner)).toThrow(
      `${method}() of two streams needs JoinWindows behind the joiner, such as JoinWindows.of({ timeDifference: '5m' })`,
    );
  });

  it.each(['join', 'leftJoin'])('%s with a global table without a key selector', (method) => {
    expect(() => stream[method]!(builder.globalTable(`global-${method}`), joiner)).toThrow(
      `${method}() with a global table needs a function that selects the table's key, and then the joiner`,
    );
  });

  it.each([[undefined], [{ store: 'n' }]])('an aggregate of sessions with %o in place of the merger', (merger) => {
    const sessions = (stream as unknown as KStream<string, string>)
      .groupByKey()
      .windowedBy(SessionWindows.of({ gap: '1m' })) as unknown as typeof stream;
    expect(() =>
      sessions['aggregate']!(
        () => 0,
        () => 1,
        merger,
      ),
    ).toThrow(/^aggregate\(\) of sessions needs a merger, .*: aggregate\(initializer, aggregator, merger, options\)/);
  });

  it.each(['10 seconds', '10 s', ' 10s'])('a duration as %o', (size) => {
    expect(() => TimeWindows.of({ size: size as '10s' })).toThrow(/must be .* such as '10s'.*: write '10s'/);
  });
});
