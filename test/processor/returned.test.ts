import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KStream } from '../../src/dsl/stream.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import { JoinWindows } from '../../src/time/join-windows.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { SlidingWindows } from '../../src/time/sliding-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
type Line = KStream<string, string>;
/** A function of the user's, whatever its place expects. */
type Wrong = () => never;

const unhandled: unknown[] = [];
const note = (error: unknown): void => {
  unhandled.push(error);
};
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

function driverOf(
  build: (input: Line, builder: StreamsBuilder) => void,
  handler: 'fail' | 'continue' = 'fail',
): { driver: TopologyTestDriver; pipe: () => void } {
  const builder = new StreamsBuilder();
  build(builder.stream('in', STRINGS), builder);
  const driver = new TopologyTestDriver(builder.build(), {
    processingErrorHandler: handler,
    defaultKeySerde: serdes.string(),
    defaultValueSerde: serdes.string(),
  });
  const input = driver.inputTopic('in', STRINGS);
  return {
    driver,
    pipe: () => {
      input.pipe('k', 'v', { timestamp: 5 });
      input.pipe('k', 'w', { timestamp: 6 });
    },
  };
}

function thrownBy(call: () => void): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

const later = (): never => Promise.reject(new Error('too late')) as never;
const rows = (input: Line) => input.toTable(STRINGS);

const PROMISES: [string, RegExp, (input: Line, builder: StreamsBuilder) => void][] = [
  ['map', /the mapper of map\(\)/, (input) => input.map(later).to('out')],
  ['mapValues', /the mapper of mapValues\(\) .*; use mapValuesAsync\(\)/, (input) => input.mapValues(later).to('out')],
  ['selectKey', /what gives the key/, (input) => input.selectKey(later).to('out')],
  [
    'groupBy',
    /what gives the key/,
    (input) =>
      input
        .groupBy(later as () => string, STRINGS)
        .count()
        .toStream(),
  ],
  ['flatMap', /the mapper of flatMap\(\)/, (input) => input.flatMap(later).to('out')],
  ['flatMapValues', /the mapper of flatMapValues\(\)/, (input) => input.flatMapValues(later).to('out')],
  ['filter', /the predicate of filter\(\)/, (input) => input.filter(later).to('out')],
  ['filterNot', /the predicate of filter\(\)/, (input) => input.filterNot(later).to('out')],
  ['peek', /the action of peek\(\) .*; use mapValuesAsync\(\)/, (input) => input.peek(later).to('out')],
  ['split', /the predicate of a branch/, (input) => void input.split().branch(later).defaultBranch()],
  [
    'an aggregator',
    /the aggregator/,
    (input) =>
      input
        .groupByKey()
        .aggregate(() => '', later as () => string)
        .toStream(),
  ],
  [
    'an initializer',
    /the initializer/,
    (input) =>
      input
        .groupByKey()
        .aggregate(later as () => string, () => '')
        .toStream(),
  ],
  ['a reducer', /the reducer/, (input) => input.groupByKey().reduce(later).toStream()],
  [
    'a windowed initializer',
    /the initializer/,
    (input) =>
      input
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: 10 }))
        .aggregate(later as () => string, () => '')
        .toStream(),
  ],
  [
    'a sliding aggregator',
    /the aggregator/,
    (input) =>
      input
        .groupByKey()
        .windowedBy(SlidingWindows.of({ timeDifference: 10, grace: 10 }))
        .aggregate(() => '', later as () => string)
        .toStream(),
  ],
  [
    'a merger of sessions',
    /the merger/,
    (input) =>
      input
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: 10 }))
        .aggregate(
          () => '',
          () => '',
          later,
        )
        .toStream(),
  ],
  ['a joiner of a stream and a table', /the joiner/, (input) => input.leftJoin(rows(input), later).to('out')],
  [
    'a joiner of streams',
    /the joiner/,
    (input) =>
      input
        .join(
          input.mapValues((value) => value),
          later,
          JoinWindows.of({ timeDifference: 10, grace: 0 }),
        )
        .to('out'),
  ],
  [
    'a joiner of tables',
    /the joiner/,
    (input) =>
      rows(input)
        .join(rows(input.mapValues((value) => value)), later)
        .toStream(),
  ],
  ['mapValues of a table', /the mapper of mapValues\(\)/, (input) => rows(input).mapValues(later).toStream()],
  ['filter of a table', /the predicate of filter\(\)/, (input) => rows(input).filter(later).toStream()],
  [
    'groupBy of a table',
    /the mapper of groupBy\(\)/,
    (input) => rows(input).groupBy(later, STRINGS).count().toStream(),
  ],
  [
    'transformValues of a table',
    /the transformer/,
    (input) =>
      rows(input)
        .transformValues(() => ({ transform: later }))
        .toStream(),
  ],
];

describe('a function that returns a promise where nobody waits for one', () => {
  it.each(PROMISES)('is refused by name, and its rejection does no harm: %s', (_, message, build) => {
    const { pipe } = driverOf(build);
    const error = thrownBy(pipe);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/returned a promise, which nobody waits for; .*(mapValuesAsync|asyncProcess)\(\)/);
    expect(error).toMatchObject({ code: 'PROCESSING_FAILED', node: expect.any(String) as string, task: '0_0' });
    const { driver, pipe: lenient } = driverOf(build, 'continue');
    lenient();
    expect(driver.metrics.drops['processing-error']).toBeGreaterThan(0);
  });

  it.each<[string, (input: Line) => void]>([
    [
      'foreach',
      (input) => {
        input.foreach(later);
      },
    ],
    [
      'print',
      (input) => {
        input.print({ write: later });
      },
    ],
  ])('is not waited for by %s, but that it fails is decided about with its record', async (_, build) => {
    const { driver, pipe } = driverOf(build);
    pipe();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(driver.settle()).rejects.toMatchObject({
      code: 'PROCESSING_FAILED',
      message: expect.stringContaining('too late') as string,
      topic: 'in',
      partition: 0,
      offset: 0,
      task: '0_0',
    });
    const { driver: lenient, pipe: again } = driverOf(build, 'continue');
    again();
    await new Promise((resolve) => setImmediate(resolve));
    await lenient.settle();
    expect(lenient.metrics.drops).toEqual({ 'processing-error': 2 });
  });
});

describe('a function that returns what it must not', () => {
  it.each<[string, unknown, string, (input: Line, wrong: Wrong, builder: StreamsBuilder) => void]>([
    [
      'map: nothing',
      undefined,
      'the mapper of map() must give a pair [key, value], not undefined',
      (input, wrong) => input.map(wrong).to('out'),
    ],
    [
      'map: a text',
      'kv',
      'must give a pair [key, value], not a text of 2 characters',
      (input, wrong) => input.map(wrong).to('out'),
    ],
    [
      'map: an object',
      { key: 'k' },
      'must give a pair [key, value], not an object',
      (input, wrong) => input.map(wrong).to('out'),
    ],
    [
      'map: three in place of two',
      ['k', 'v', 1],
      'must give a pair [key, value], not a list of 3',
      (input, wrong) => input.map(wrong).to('out'),
    ],
    [
      'map: the value left out',
      ['k'],
      'must give a pair [key, value], not a list of 1',
      (input, wrong) => input.map(wrong).to('out'),
    ],
    [
      'flatMap: nothing',
      undefined,
      'the mapper of flatMap() must return a list',
      (input, wrong) => input.flatMap(wrong).to('out'),
    ],
    [
      'flatMap: no pairs',
      ['kv'],
      'the mapper of flatMap() must give a pair [key, value], not a text of 2 characters',
      (input, wrong) => input.flatMap(wrong).to('out'),
    ],
    [
      'flatMapValues: a number',
      7,
      'the mapper of flatMapValues() must return a list or something else to iterate over, not a number',
      (input, wrong) => input.flatMapValues(wrong).to('out'),
    ],
    [
      'flatMapValues: a text',
      'words',
      'the mapper of flatMapValues() must return a list or something else to iterate over, not a text of 5 characters; return [text]',
      (input, wrong) => input.flatMapValues(wrong).to('out'),
    ],
    [
      'filter: nothing',
      undefined,
      'the predicate of filter() or filterNot() must return true or false, not undefined; is a return missing?',
      (input, wrong) => input.filter(wrong).to('out'),
    ],
    [
      'filter: null',
      null,
      'the predicate of filter() or filterNot() must return true or false, not null',
      (input, wrong) => input.filter(wrong).to('out'),
    ],
    [
      'filterNot: a number',
      3,
      'the predicate of filter() or filterNot() must return true or false, not a number',
      (input, wrong) => input.filterNot(wrong).to('out'),
    ],
    [
      'filter of a table: nothing',
      undefined,
      'the predicate of filter() or filterNot() must return true or false, not undefined',
      (input, wrong) => rows(input).filter(wrong).toStream(),
    ],
    [
      'filter of a table, looked up: a text',
      '',
      'the predicate of filter() or filterNot() must return true or false, not an empty text',
      (input, wrong) => input.join(rows(input).filter(wrong), (value) => value).to('out'),
    ],
    [
      'a branch: a text',
      'yes',
      'the predicate of a branch must return true or false, not a text of 3 characters',
      (input, wrong) => void input.split().branch(wrong).defaultBranch(),
    ],
    [
      'the key selector of a join with a global table: nothing',
      undefined,
      'the key selector returned undefined; return the key of the table, or null if the record has none',
      (input, wrong, builder) =>
        input.leftJoin(builder.globalTable('global', STRINGS), wrong, (value) => value).to('out'),
    ],
    [
      'groupBy of a table: null',
      null,
      'the mapper of groupBy() must give a pair [key, value], not null',
      (input, wrong) => rows(input).groupBy(wrong, STRINGS).count().toStream(),
    ],
    [
      'an aggregator: nothing',
      undefined,
      'the aggregator returned undefined',
      (input, wrong) =>
        input
          .groupByKey()
          .aggregate(() => '', wrong as () => string)
          .toStream(),
    ],
  ])('is told with node and record: %s', (_, given, message, build) => {
    const { pipe } = driverOf((input, builder) => {
      build(input, (() => given) as Wrong, builder);
    });
    const error = thrownBy(pipe);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: 'PROCESSING_FAILED', node: expect.any(String) as string, task: '0_0' });
  });

  it.each<[string, unknown]>([
    ['a text', 'oops'],
    ['nothing', undefined],
    ['an object of nothing', Object.create(null)],
    ['a symbol', Symbol('oops')],
  ])('or throws what is no error: %s', (_, thrown) => {
    const { pipe } = driverOf((input) =>
      input.mapValues(() => {
        throw thrown as Error;
      }),
    );
    expect(pipe).toThrow(expect.objectContaining({ code: 'PROCESSING_FAILED', offset: 0 }) as Error);
  });
});

describe('what a processor does beside its records', () => {
  const inContext =
    (use: (context: ProcessorContext<string, string>) => void) =>
    (input: Line): void => {
      input.process(() => ({ init: use, process: () => undefined }));
    };

  it.each<[string, (context: ProcessorContext<string, string>) => void, RegExp]>([
    [
      'a start that is no time',
      (context) => context.schedule(1, 'wall-clock', () => undefined, { start: '5' as never }),
      /not text "5"/,
    ],
    [
      'a start of a fraction',
      (context) => context.schedule(1, 'wall-clock', () => undefined, { start: 0.5 }),
      /not 0\.5/,
    ],
    [
      'a start of a date that is none',
      (context) => context.schedule(1, 'wall-clock', () => undefined, { start: new Date(NaN) }),
      /Date that is not valid/,
    ],
    [
      'an interval of a bigint',
      (context) => context.schedule(5n as never, 'wall-clock', () => undefined),
      /not bigint 5/,
    ],
  ])('is refused: %s', (_, use, message) => {
    expect(() => driverOf(inContext(use))).toThrow(message);
  });

  it('names the supplier that fails, and init() that cannot be waited for', () => {
    let calls = 0;
    const supplier = () => {
      calls += 1;
      // The topology itself calls it twice.
      if (calls > 2) throw new Error('no processor');
      return { process: () => undefined };
    };
    expect(() => driverOf((input) => void input.process(supplier))).toThrow(
      /the supplier of a processor failed: no processor \(in node/,
    );
    expect(() => driverOf((input) => void input.process(() => ({ init: later, process: () => undefined })))).toThrow(
      /init\(\) of a processor cannot be waited for/,
    );
  });

  it('names the processor whose close() fails, and closes the others', async () => {
    const closed: string[] = [];
    const closing = (name: string, close: () => Promise<void> | undefined) => () => ({
      process: () => undefined,
      close: () => {
        closed.push(name);
        return close();
      },
    });
    const { driver } = driverOf((input) => {
      input.process(closing('a', later), { name: 'first' });
      input.process(
        closing('b', () => undefined),
        { name: 'second' },
      );
    });
    await expect(driver.close()).rejects.toMatchObject({
      code: 'PROCESSING_FAILED',
      node: 'first',
      task: '0_0',
      message: expect.stringContaining('close() of a processor failed: too late') as string,
    });
    expect(closed).toEqual(['a', 'b']);
  });
});

describe('error handlers', () => {
  it('that throw, or decide nothing, are final and named', () => {
    for (const [handler, message] of [
      [
        () => {
          throw new Error('handler broke');
        },
        /processingErrorHandler failed: handler broke; it was asked about: .*bad luck/,
      ],
      [
        () => undefined,
        /processingErrorHandler must return fail, continue, deadLetter, retry or \{ then, deadLetters \}, not undefined/,
      ],
      [
        later,
        /processingErrorHandler must return fail, continue, deadLetter, retry or \{ then, deadLetters \}, not a Promise/,
      ],
    ] as const) {
      let asked = 0;
      const builder = new StreamsBuilder();
      builder
        .stream('in', STRINGS)
        .mapValues((value) => value)
        .mapValues((): string => {
          throw new Error('bad luck');
        });
      const driver = new TopologyTestDriver(builder.build(), {
        processingErrorHandler: (() => {
          asked += 1;
          const decide: () => unknown = handler;
          return decide();
        }) as never,
      });
      const input = driver.inputTopic('in', STRINGS);
      expect(() => {
        input.pipe('k', 'v');
      }).toThrow(message);
      expect(asked).toBe(1);
    }
  });
});

describe('asyncProcess', () => {
  it.each<[string, unknown, string]>([
    [
      'a number',
      5,
      'the function of asyncProcess() must return a list or something else to iterate over, not a number',
    ],
    [
      'a text',
      'ab',
      'the function of asyncProcess() must return a list or something else to iterate over, not a text of 2 characters',
    ],
    ['one record', { key: 'k', value: 'v' }, 'must return a list or something else to iterate over, not an object'],
    ['one pair', ['k', 'v'], 'in the list of its result, must give a pair [key, value], not a text of 1 character'],
    ['records', [{ key: 'k', value: 'v' }], 'in the list of its result, must give a pair [key, value], not an object'],
  ])('tells %s in place of pairs, given at once or promised', async (_, given, message) => {
    for (const result of [given, Promise.resolve(given)]) {
      const { driver, pipe } = driverOf((input) => {
        input.asyncProcess((() => result) as never).to('out');
      });
      pipe();
      await expect(driver.settle()).rejects.toMatchObject({
        code: 'PROCESSING_FAILED',
        message: expect.stringContaining(message) as string,
        node: 'KSTREAM-PROCESS-ASYNC-0000000001',
      });
    }
  });

  it('takes a list that is given at once, and nothing', async () => {
    const { driver, pipe } = driverOf((input) => {
      input.asyncProcess((value) => (value === 'v' ? undefined : [['k', `${value}!`]]) as never).to('out');
    });
    pipe();
    await driver.settle();
    expect(driver.outputTopic('out', STRINGS).readKeyValues()).toEqual([['k', 'w!']]);
  });
});
