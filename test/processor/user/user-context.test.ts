/** Timers of processors. */
import { describe, expect, it } from 'vitest';
import { stores } from '../../../src/dsl/stores.js';
import type { Duration } from '../../../src/time/duration.js';
import type {
  Cancellable,
  ProcessorContext,
  PunctuationType,
  ScheduleOptions,
} from '../../../src/processor/api/processor-context.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { KeyValueStore } from '../../../src/store/key-value-store.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { timeline, type Timeline } from '../timeline.js';

type Context = ProcessorContext<string, string>;

/** A processor that forwards what it gets, and a record with the time at every tick. */
function ticking(
  interval: Duration,
  type: PunctuationType,
  schedule: ScheduleOptions = {},
  options: TestDriverOptions = {},
  tick: (context: Context, time: number, timer: Cancellable) => void | Promise<void> = (context, time) => {
    context.forward({ key: 'tick', value: String(time), timestamp: time });
  },
): Timeline {
  return timeline(
    (input) =>
      input.process<string, string>(() => {
        let context: Context;
        return {
          init: (given) => {
            context = given;
            const timer = context.schedule(interval, type, (time) => tick(context, time, timer), schedule);
          },
          process: (record) => {
            context.forward(record);
          },
        };
      }),
    options,
  );
}

function ticks({ driver }: Timeline): (string | null)[] {
  return driver
    .outputTopic('out', { key: serdes.string(), value: serdes.string() })
    .readRecords()
    .map(({ value }) => value);
}

describe('timers by stream time', () => {
  it('begin with the first record and follow the time of records', () => {
    const { feed } = ticking(10, 'stream-time');
    expect(feed('a=x@3')).toBe('a=x@3 tick=3@3');
    expect(feed('a=x@9 a=x@2')).toBe('a=x@9 a=x@2');
    expect(feed('a=x@10 a=x@11')).toBe('a=x@10 tick=10@10 a=x@11');
    expect(feed('a=x@57 a=x@59 a=x@60')).toBe('a=x@57 tick=57@57 a=x@59 a=x@60 tick=60@60');
  });

  it('are not moved by the wall clock', () => {
    const line = ticking(10, 'stream-time');
    line.driver.advanceWallClock('1m');
    expect(ticks(line)).toEqual([]);
  });

  it('can be anchored', () => {
    const { feed } = ticking(10, 'stream-time', { start: 15 });
    expect(feed('a=x@3 a=x@14 a=x@16')).toBe('a=x@3 a=x@14 a=x@16 tick=16@16');
    expect(feed('a=x@24 a=x@25')).toBe('a=x@24 a=x@25 tick=25@25');
  });
});

describe('timers by the wall clock', () => {
  it('begin an interval from now and need no records', () => {
    const line = ticking('10s', 'wall-clock', {}, { now: 5_000 });
    line.driver.advanceWallClock('9s');
    expect(ticks(line)).toEqual([]);
    line.driver.advanceWallClock('1s');
    expect(ticks(line)).toEqual(['15000']);
    line.driver.advanceWallClock('35s');
    expect(ticks(line)).toEqual(['50000']);
    line.driver.advanceWallClock('5s');
    expect(ticks(line)).toEqual(['55000']);
  });

  it('anchored in the past are due at the next whole interval', () => {
    const line = ticking('1h', 'wall-clock', { start: new Date(0) }, { now: 5_000_000 });
    line.driver.advanceWallClock(2_199_999);
    expect(ticks(line)).toEqual([]);
    line.driver.advanceWallClock(1);
    expect(ticks(line)).toEqual(['7200000']);
  });
});

describe('a punctuator', () => {
  it('is outside of any record', () => {
    const seen: unknown[] = [];
    const line = ticking('1s', 'wall-clock', {}, {}, (context, time) => {
      seen.push(time, context.recordMetadata, context.currentStreamTime);
      context.forward({ key: 'k', value: 'v', timestamp: 7 });
    });
    line.feed('a=x@30');
    line.driver.advanceWallClock('1s');
    expect(seen).toEqual([1_000, null, 30]);
    expect(ticks(line)).toEqual(['v']);
  });

  it('writes to stores at its own time', () => {
    const counts = stores.keyValue({ name: 'counts', key: serdes.string(), value: serdes.long() });
    const { driver } = timeline((input, builder) => {
      builder.addStateStore(counts);
      return input.process<string, string>(
        () => ({
          init: (context) => {
            context.schedule('2s', 'wall-clock', () => {
              context.getStateStore<KeyValueStore<string, number>>('counts').put('ticks', 1);
            });
          },
          process: () => undefined,
        }),
        { stores: ['counts'] },
      );
    });
    driver.advanceWallClock('2s');
    const logged = driver.outputTopic('test-counts-changelog', { key: serdes.string(), value: serdes.long() });
    expect(logged.readRecords()).toMatchObject([{ key: 'ticks', value: 1, timestamp: 2_000 }]);
  });

  it('can cancel its timer', () => {
    const line = ticking('1s', 'wall-clock', {}, {}, (context, time, timer) => {
      context.forward({ key: 'k', value: String(time), timestamp: time });
      if (time >= 2_000) timer.cancel();
    });
    for (let i = 0; i < 4; i++) line.driver.advanceWallClock('1s');
    expect(ticks(line)).toEqual(['1000', '2000']);
  });

  it('may return a promise, which the next one and the next record wait for', async () => {
    let finish!: () => void;
    const line = ticking('1s', 'wall-clock', {}, {}, async (context, time) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      context.forward({ key: 'k', value: String(time), timestamp: time });
    });
    line.driver.advanceWallClock('1s');
    line.feed('a=x@1');
    line.driver.advanceWallClock('1s');
    expect(ticks(line)).toEqual([]);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ticks(line)).toEqual(['1000']);
    finish();
    await line.driver.settle();
    expect(ticks(line)).toEqual(['2000', 'x']);
  });

  it('hands its error to the handler', () => {
    const fail = (): never => {
      throw new Error('no tick');
    };
    const strict = ticking('1s', 'wall-clock', {}, {}, fail);
    expect(() => {
      strict.driver.advanceWallClock('1s');
    }).toThrow(/no tick \(in node KSTREAM-PROCESSOR-0000000001/);
    const lenient = ticking('1s', 'wall-clock', {}, { processingErrorHandler: 'continue' }, fail);
    lenient.driver.advanceWallClock('1s');
    expect(lenient.feed('a=x@1')).toBe('a=x@1');
    expect(lenient.driver.metrics.drops).toEqual({ 'processing-error': 1 });
  });
});

describe('schedule', () => {
  it('refuses what cannot be', () => {
    expect(() => ticking(0, 'wall-clock')).toThrow(/at least 1 ms/);
    expect(() => ticking(1, 'wall clock' as PunctuationType)).toThrow(/'stream-time' or 'wall-clock', not wall clock/);
    expect(() => ticking(1, 'wall-clock', { start: -1 })).toThrow(/start of schedule/);
  });
});
