import { afterEach, describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { stores } from '../../src/dsl/stores.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import type { Processor } from '../../src/processor/api/processor.js';
import type { KeyValueStore } from '../../src/store/key-value-store.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../src/testing/test-driver-options.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { codeOf } from '../error-code.js';

const texts = { key: serdes.string(), value: serdes.string() };
const drivers: TopologyTestDriver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
});

function run(write: (builder: StreamsBuilder) => void, options: TestDriverOptions = {}): TopologyTestDriver {
  const builder = new StreamsBuilder();
  write(builder);
  const driver = new TopologyTestDriver(builder.build(), { now: 0, ...options });
  drivers.push(driver);
  return driver;
}

/** A count of the values of `in`, through a repartition topic. */
function counting(builder: StreamsBuilder): void {
  builder
    .stream('in', texts)
    .groupBy((value) => value, texts)
    .count({ store: 'counts' })
    .toStream()
    .to('out');
}

function pipe(driver: TopologyTestDriver, ...values: string[]): void {
  driver.inputTopic('in', texts).pipeValues(values);
}

function counts(driver: TopologyTestDriver): unknown[] {
  return driver.outputTopic('out', { key: serdes.string(), value: serdes.long() }).readKeyValues();
}

describe('commits', () => {
  it('come after each record, so that caches hold nothing back', () => {
    const driver = run(counting);
    pipe(driver, 'a', 'b', 'a');
    expect(counts(driver)).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ]);
    expect(driver.outputTopic('test-counts-changelog', texts).size).toBe(3);
  });

  it('come when a test wants them: a cache then tells of each key once, in the order of last updates', () => {
    const driver = run(counting, { commit: 'manual' });
    pipe(driver, 'a', 'b', 'a');
    expect(counts(driver)).toEqual([]);
    expect(driver.timestampedKeyValueStore<string, number>('counts').get('a')).toMatchObject({ value: 2 });
    expect(driver.producedTopics).toEqual(['test-counts-repartition']);
    driver.commit();
    expect(counts(driver)).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(driver.outputTopic('test-counts-changelog', texts).size).toBe(2);
    driver.commit();
    expect(counts(driver)).toEqual([]);
  });

  it('let what does not pass a cache through at once', () => {
    const driver = run((builder) => builder.stream('in', texts).to('out'), { commit: 'manual' });
    pipe(driver, 'a');
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['a']);
  });

  it('hand what they send to an internal topic to the next one', () => {
    const driver = run(
      (builder) =>
        builder
          .stream('in', texts)
          .groupBy((value) => value, texts)
          .count()
          .groupBy((count, key) => ['all', String(count) + key], texts)
          .count()
          .toStream()
          .to('out'),
      { commit: 'manual' },
    );
    pipe(driver, 'a', 'b');
    driver.commit();
    expect(counts(driver)).toEqual([]);
    driver.commit();
    expect(counts(driver)).toEqual([['all', 2]]);
  });

  it('come in one of two ways', () => {
    expect(codeOf(() => run(counting, { commit: 'never' as 'manual' }))).toBe('CONFIG_INVALID');
  });
});

describe('sources with patterns', () => {
  it('read every topic that matches whole, from its first record on', () => {
    const driver = run((builder) => {
      builder
        .stream(/orders-.*/, texts)
        .mapValues((value, _, record) => `${value} of ${String(record.topic)}-${String(record.offset)}`)
        .to('out', texts);
    });
    driver.inputTopic('orders-a', texts).pipeValues(['1', '2']);
    driver.inputTopic('orders-b', texts).pipe(null, '3');
    expect(driver.outputTopic('out', texts).readValues()).toEqual([
      '1 of orders-a-0',
      '2 of orders-a-1',
      '3 of orders-b-0',
    ]);
    expect(() => {
      driver.inputTopic('old-orders-a', texts).pipe(null, '4');
    }).toThrow(/no source of the topology reads old-orders-a; it reads: \/orders-\.\*\//);
  });

  it('read what sinks write, but no internal topic', () => {
    const driver = run((builder) => {
      builder.stream('in', texts).to('copy-1');
      builder.stream(/(copy|test).*/, texts).to('out');
      builder
        .stream('other', texts)
        .groupBy((value) => value, texts)
        .count()
        .toStream()
        .to('counts');
    });
    driver.inputTopic('in', texts).pipe(null, 'x');
    driver.inputTopic('other', texts).pipe(null, 'y');
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['x']);
  });

  it('must exclude each other', () => {
    const driver = run((builder) => {
      builder.stream(/a.*/, texts).to('out');
      builder.stream(/.*b/, texts).to('out');
    });
    expect(
      codeOf(() => {
        driver.inputTopic('ab', texts).pipe(null, '1');
      }),
    ).toBe('TOPOLOGY_INVALID');
  });
});

describe('stores', () => {
  function stored(): TopologyTestDriver {
    const driver = run((builder) => {
      const grouped = builder.stream('in', texts).groupByKey();
      grouped.count({ store: 'counts' });
      grouped.windowedBy(TimeWindows.of({ size: 10 })).count({ store: 'windows' });
      builder.globalTable('shops', { ...texts, store: 'shops' });
    });
    driver.inputTopic('in', texts).pipe('a', '1', { timestamp: 12 });
    driver.inputTopic('shops', texts).pipe('s', 'town', { timestamp: 3 });
    return driver;
  }

  it('are found by name and kind, global ones too', () => {
    const driver = stored();
    expect(driver.timestampedKeyValueStore<string, number>('counts').get('a')).toMatchObject({
      value: 1,
      timestamp: 12,
    });
    expect(driver.timestampedWindowStore<string, number>('windows').fetch('a', 10)).toMatchObject({ value: 1 });
    expect(driver.timestampedKeyValueStore<string, string>('shops').get('s')).toMatchObject({ value: 'town' });
    expect([...driver.stores.keys()]).toEqual(['counts', 'windows', 'shops']);
    expect(driver.store('windows')).toBe(driver.stores.get('windows'));
  });

  it('are errors when there is none of that name or kind', () => {
    const driver = stored();
    for (const wrong of [
      () => driver.keyValueStore('counts'),
      () => driver.windowStore('windows'),
      () => driver.sessionStore('windows'),
      () => driver.versionedStore('counts'),
      () => driver.store('none'),
    ]) {
      expect(codeOf(wrong)).toBe('STORE_UNAVAILABLE');
    }
    expect(() => driver.store('none')).toThrow(/the topology has counts, windows, shops/);
    expect(() => run((builder) => builder.stream('in', texts).to('out')).store('none')).toThrow(
      /the topology has none/,
    );
  });
});

describe('metrics', () => {
  it('count what was processed and what was dropped, by reason', () => {
    const driver = run((builder) => builder.stream('in', texts).groupByKey().count().toStream().to('out'));
    driver.inputTopic('in', texts).pipeKeyValues([
      ['a', '1'],
      [null, '2'],
      ['b', null],
    ]);
    expect(driver.metrics.processed).toBe(3);
    expect(driver.metrics.drops).toEqual({ 'null-key': 1, 'null-value': 1 });
  });
});

describe('the wall clock', () => {
  it('calls the timers of processors that are due, each once', () => {
    const driver = run(
      (builder) => {
        builder
          .stream('in', texts)
          .process<string, string>(() => ({
            init: (context) => {
              context.schedule('10s', 'wall-clock', (time) => {
                context.forward({ key: 'tick', value: String(time), timestamp: time });
              });
            },
            process: () => undefined,
          }))
          .to('out', texts);
      },
      { commit: 'manual' },
    );
    const ticks = driver.outputTopic('out', texts);
    driver.advanceWallClock('9s');
    expect(ticks.readValues()).toEqual([]);
    driver.advanceWallClock('1s');
    expect(ticks.readValues()).toEqual(['10000']);
    driver.advanceWallClock('35s');
    driver.advanceWallClock('5s');
    expect(ticks.readValues()).toEqual(['45000', '50000']);
  });

  it('moves only when it is told to', () => {
    const driver = run(counting, { now: 5 });
    driver.advanceWallClock('1s');
    expect(driver.clock.now()).toBe(1_005);
  });

  it('calls a timer by the wall clock that is due at the start only when the clock is moved', () => {
    const called: number[] = [];
    const builder = new StreamsBuilder();
    builder.stream('in', { key: serdes.string(), value: serdes.string() }).process(() => ({
      init: (context) => {
        context.schedule('1s', 'wall-clock', (now) => void called.push(now), { start: 1000 });
      },
      process: () => undefined,
    }));
    const driver = new TopologyTestDriver(builder.build(), { now: 1000 });
    driver.inputTopic('in', { key: serdes.string(), value: serdes.string() }).pipe('k', 'v');
    expect(called).toEqual([]);
    driver.advanceWallClock(0);
    expect(called).toEqual([1000]);
    driver.inputTopic('in', { key: serdes.string(), value: serdes.string() }).pipe('k', 'v');
    driver.advanceWallClock(999);
    expect(called).toEqual([1000]);
    driver.advanceWallClock(1);
    expect(called).toEqual([1000, 2000]);
  });
});

describe('after an error', () => {
  const failing = (builder: StreamsBuilder): void => {
    builder
      .stream('in', texts)
      .mapValues((value) => {
        if (value === 'bad') throw new Error('no such value');
        return value;
      })
      .to('out', texts);
  };

  it('every call that would process anything says that the driver has ended, and why', async () => {
    const driver = run(failing);
    pipe(driver, 'good');
    expect(() => pipe(driver, 'bad')).toThrow(/no such value/);
    const ended = /^the driver ended, as the application would have, with the error: .*no such value/;
    expect(() => pipe(driver, 'good')).toThrow(ended);
    expect(() => driver.commit()).toThrow(ended);
    expect(() => driver.advanceWallClock('1s')).toThrow(ended);
    await expect(driver.settle()).rejects.toThrow(ended);
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['good']);
  });

  it('goes on as the application does when a handler lets it', () => {
    const driver = run(failing, { processingErrorHandler: 'continue' });
    pipe(driver, 'bad', 'good');
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['good']);
  });

  it('of the test itself it lives on', () => {
    const driver = run(failing);
    expect(() => driver.inputTopic('other', texts).pipe('a', 'b')).toThrow(/no source of the topology reads other/);
    pipe(driver, 'good');
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['good']);
  });
});

describe('after close()', () => {
  it('nothing can be asked any more', async () => {
    const driver = run(counting);
    pipe(driver, 'a');
    const [input, output] = [driver.inputTopic('in', texts), driver.outputTopic('out', texts)];
    await driver.close();
    await driver.close();
    const closed = 'the driver is closed; make a new TopologyTestDriver';
    for (const call of [
      () => input.pipe('a', 'b'),
      () => output.readValues(),
      () => driver.inputTopic('in', texts),
      () => driver.outputTopic('out', texts),
      () => driver.stores,
      () => driver.store('counts'),
      () => driver.commit(),
      () => driver.advanceWallClock('1s'),
    ]) {
      expect(call).toThrow(closed);
    }
    await expect(driver.settle()).rejects.toThrow(closed);
  });
});

describe('a topology', () => {
  it('is needed, and must read something', () => {
    const builder = new StreamsBuilder();
    expect(() => new TopologyTestDriver(builder as never)).toThrow(
      'TopologyTestDriver needs a topology, not a builder',
    );
    expect(() => new TopologyTestDriver(builder.build())).toThrow('the topology of TopologyTestDriver is empty');
  });
});

describe('walks over stores', () => {
  const walking = (engine: 'level' | 'memory') => (builder: StreamsBuilder) => {
    builder.addStateStore(stores.keyValue({ name: 'seen', ...texts, engine }));
    const processor = (): Processor<string, string, string, string> => {
      let context: ProcessorContext<string, string>;
      return {
        init: (given) => void (context = given),
        process: (record) => {
          const seen = context.getStateStore<KeyValueStore<string, string>>('seen');
          seen.put(record.key, record.value);
          for (const [key, value] of seen.all()) context.forward(record.withKey(key).withValue(value));
        },
      };
    };
    builder
      .stream('in', texts)
      .process(processor, { stores: ['seen'] })
      .to('out', texts);
  };
  const pipeOne = (driver: TopologyTestDriver): void => driver.inputTopic('in', texts).pipe('a', 'x');

  it('go both ways unless told otherwise', () => {
    const driver = run(walking('level'));
    pipeOne(driver);
    expect(driver.outputTopic('out', texts).readKeyValues()).toEqual([['a', 'x']]);
  });

  it('are refused as in production when the test wants that', () => {
    const driver = run(walking('level'), { refuseSynchronousWalks: true });
    expect(() => pipeOne(driver)).toThrow(/seen is on disk and can only be walked asynchronously/i);
  });

  it('of stores in memory are not', () => {
    const driver = run(walking('memory'), { refuseSynchronousWalks: true });
    pipeOne(driver);
    expect(driver.outputTopic('out', texts).readKeyValues()).toEqual([['a', 'x']]);
  });
});
