import { describe, expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KStream } from '../../src/dsl/stream.js';
import { silentLogger } from '../../src/observe/logger.js';
import { headerText } from '../../src/record/headers.js';
import { serdes } from '../../src/serde/serdes.js';
import type { FailedRecord } from '../../src/task/error-handlers.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../src/testing/test-driver-options.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const QUICK = { attempts: 4, backOff: 1 } as const;

interface Line {
  readonly driver: TopologyTestDriver;
  readonly pipe: (key: string, value: string, timestamp?: number) => void;
  /** What was written since the last call, as `key=value`. */
  readonly out: () => string;
  readonly letters: () => { key: string | null; value: string | null; node: string | null }[];
}

function line(build: (stream: KStream<string, string>) => void, options: TestDriverOptions = {}): Line {
  const builder = new StreamsBuilder();
  build(builder.stream('in', STRINGS));
  const driver = new TopologyTestDriver(builder.build(), options);
  const input = driver.inputTopic('in', STRINGS);
  return {
    driver,
    pipe: (key, value, timestamp = 0) => {
      input.pipe(key, value, { timestamp });
    },
    out: () => {
      const records = driver.outputTopic('out', STRINGS).readRecords();
      return records.map(({ key, value }) => `${String(key)}=${String(value)}`).join(' ');
    },
    letters: () =>
      driver
        .outputTopic('dead', { key: serdes.string(), value: serdes.string() })
        .readRecords()
        .map(({ key, value, headers }) => ({ key, value, node: headerText(headers, 'millrace.errors.node') })),
  };
}

/** Fails the first times that it is called with a value. */
function failing(times: number): ((value: string) => string) & { readonly calls: string[] } {
  const calls: string[] = [];
  const call = (value: string): string => {
    calls.push(value);
    if (value.startsWith('bad') && calls.filter((one) => one === value).length <= times) throw new Error(`no ${value}`);
    return value;
  };
  return Object.assign(call, { calls });
}

describe('the log', () => {
  it('says what became of a record, once a minute for each node', () => {
    const lines: string[] = [];
    const warn = (message: string): void => void lines.push(message);
    const logger = { ...silentLogger, warn };
    const options: TestDriverOptions = { logger, errors: { then: 'deadLetter', deadLetterTopic: 'dead' } };
    const { pipe, letters } = line((stream) => {
      stream.mapValues(failing(9), { name: 'prices' }).to('out', STRINGS);
    }, options);
    for (let at = 0; at < 100; at += 1) pipe('k', 'bad');
    expect(letters()).toHaveLength(9);
    expect(lines).toEqual([
      expect.stringMatching(/^made a dead letter of a record: a function of the topology failed: no bad \(at in-0-0, /),
    ]);
  });
});

describe('dead letters', () => {
  it('are written of a function that throws, with the source record though it was mapped before', () => {
    const { pipe, out, letters, driver } = line(
      (stream) => {
        stream
          .mapValues((value) => value.toUpperCase())
          .mapValues(failing(0), { name: 'ok' })
          .mapValues((value) => (value === 'BAD' ? fail() : value), { name: 'prices' })
          .to('out', STRINGS);
      },
      { errors: { deadLetterTopic: 'dead' } },
    );
    pipe('k', 'bad');
    pipe('k', 'good');
    expect(out()).toBe('k=GOOD');
    expect(letters()).toEqual([{ key: 'k', value: 'bad', node: 'prices' }]);
    expect(driver.metrics.deadLetters).toBe(1);
    expect(driver.metrics.drops).toEqual({ 'processing-error': 1 });
  });

  it('are written of a record that cannot be decoded, and of one that cannot be encoded', () => {
    const numbers = { key: serdes.string(), value: serdes.json<{ n: number }>() };
    const builder = new StreamsBuilder();
    const refusing = {
      deserialize: (bytes: Buffer) => bytes.toString(),
      serialize: (): Buffer => {
        throw new RangeError('too long');
      },
    };
    builder
      .stream('in', numbers)
      .mapValues(({ n }) => String(n))
      .to('out', { key: serdes.string(), value: refusing, name: 'out-sink' });
    const driver = new TopologyTestDriver(builder.build(), { errors: { deadLetterTopic: 'dead' } });
    driver.inputTopic('in', STRINGS).pipe('a', '{');
    driver.inputTopic('in', STRINGS).pipe('b', '{"n":1}');
    const letters = driver.outputTopic('dead', STRINGS).readRecords();
    expect(letters.map(({ key, value }) => [key, value])).toEqual([
      ['a', '{'],
      ['b', '{"n":1}'],
    ]);
    const exceptions = letters.map(({ headers }) => headerText(headers, '__streams.errors.exception'));
    expect(exceptions).toEqual(['SyntaxError', 'RangeError']);
  });

  it('stay where the failure ends the instance', () => {
    const { pipe, letters } = line((stream) => stream.foreach(() => fail()), {
      errors: { then: 'fail', deadLetterTopic: 'dead' },
    });
    expect(() => {
      pipe('k', 'v');
    }).toThrow('bad luck');
    expect(letters()).toMatchObject([{ key: 'k', value: 'v' }]);
  });

  it('are those of the handler where it gives some, whose topics may be new', async () => {
    const { driver, pipe } = line((stream) => stream.foreach(() => fail()), {
      processingErrorHandler: (error, { key, sourceValueBytes }: FailedRecord) => ({
        then: 'continue',
        deadLetters: [{ topic: `dead-${String(key)}`, key: Buffer.from(error.code), value: sourceValueBytes }],
      }),
    });
    pipe('k', 'v', 7);
    await driver.settle();
    const [letter] = driver.outputTopic('dead-k', STRINGS).readRecords();
    expect(letter).toMatchObject({ key: 'PROCESSING_FAILED', value: 'v', timestamp: 7 });
  });

  it('know the source record of what an asynchronous function worked on', async () => {
    const { pipe, driver, letters } = line(
      (stream) => {
        stream
          .mapValuesAsync((value) => Promise.resolve(value))
          .foreach((value) => {
            if (value === 'bad') fail();
          });
      },
      { errors: { deadLetterTopic: 'dead' } },
    );
    pipe('a', 'bad');
    pipe('b', 'good');
    await driver.settle();
    expect(letters()).toMatchObject([{ key: 'a', value: 'bad' }]);
  });

  it('are written of timers, without a record, and of global stores', () => {
    const builder = new StreamsBuilder();
    builder.globalTable('global', { key: serdes.string(), value: serdes.json(), store: 'rows' });
    builder.stream('in', STRINGS).process({
      get: () => ({
        init(context) {
          context.schedule('1s', 'wall-clock', () => fail());
        },
        process: () => undefined,
      }),
    });
    const driver = new TopologyTestDriver(builder.build(), {
      errors: { deadLetterTopic: 'dead' },
      deserializationErrorHandler: 'deadLetter',
    });
    driver.advanceWallClock('1s');
    const [timer] = driver.outputTopic('dead', STRINGS).readRecords();
    expect(timer).toMatchObject({ key: null, value: null });
    expect(headerText(timer?.headers ?? [], '__streams.errors.partition')).toBe('-1');
    driver.inputTopic('global', STRINGS).pipe('g', '{');
    const [row] = driver.outputTopic('dead', STRINGS).readRecords();
    expect(row).toMatchObject({ key: 'g', value: '{' });
  });

  it('need a topic', () => {
    const { pipe } = line((stream) => stream.foreach(() => fail()), { processingErrorHandler: () => 'deadLetter' });
    expect(() => {
      pipe('k', 'v');
    }).toThrow('no errors.deadLetterTopic is set');
    expect(() => line((stream) => stream.to('out'), { errors: { then: 'deadLetter' } })).toThrow(
      'dead letters are asked for, but have no topic',
    );
    expect(() => line((stream) => stream.to('out'), { errors: { then: 'continue', deadLetterTopic: 'dead' } })).toThrow(
      'errors.deadLetterTopic has no effect',
    );
  });
});

describe('a record that is tried again', () => {
  it('goes to the operator that threw alone, and what came before and beside it is done once', async () => {
    const before: string[] = [];
    const beside: string[] = [];
    const call = failing(2);
    const { pipe, driver, out } = line(
      (stream) => {
        const peeked = stream.peek((value) => before.push(value));
        peeked.foreach((value) => beside.push(`first ${value}`));
        peeked.mapValues(call).to('out', STRINGS);
        peeked.foreach((value) => beside.push(`last ${value}`));
      },
      { errors: { retry: QUICK } },
    );
    pipe('k', 'bad');
    pipe('k', 'good');
    expect(out()).toBe('');
    await driver.settle();
    expect(out()).toBe('k=bad k=good');
    expect(call.calls).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(before).toEqual(['bad', 'good']);
    // In the order as if nothing had failed.
    expect(beside).toEqual(['first bad', 'last bad', 'first good', 'last good']);
    expect(driver.metrics.retried).toBe(2);
  });

  it('keeps the order of several results of one record', async () => {
    const call = failing(2);
    const { pipe, driver, out } = line(
      (stream) => {
        stream
          .flatMapValues((value) => value.split(','))
          .mapValues(call)
          .to('out', STRINGS);
      },
      { errors: { retry: QUICK } },
    );
    pipe('k', 'a,bad1,b,bad2,c');
    await driver.settle();
    expect(out()).toBe('k=a k=bad1 k=b k=bad2 k=c');
    expect(call.calls).toEqual(['a', 'bad1', 'bad1', 'bad1', 'b', 'bad2', 'bad2', 'bad2', 'c']);
  });

  it('becomes a dead letter of its source record when its attempts are used up', async () => {
    const call = failing(Infinity);
    const { pipe, driver, out, letters } = line((stream) => stream.mapValues(call).to('out', STRINGS), {
      errors: { retry: QUICK, deadLetterTopic: 'dead' },
    });
    pipe('k', 'bad');
    pipe('k', 'good');
    await driver.settle();
    expect(call.calls.filter((value) => value === 'bad')).toHaveLength(4);
    expect(out()).toBe('k=good');
    expect(letters()).toMatchObject([{ key: 'k', value: 'bad' }]);
  });

  it('is not, once the operator has handed a result on', async () => {
    let calls = 0;
    const shown: FailedRecord[] = [];
    const { pipe, driver, out } = line(
      (stream) => {
        stream
          .flatMapValues(function* (value) {
            calls += 1;
            yield value;
            fail();
          })
          .to('out', STRINGS);
      },
      {
        errors: { retry: QUICK },
        processingErrorHandler: (_, record) => {
          shown.push(record);
          return 'continue';
        },
      },
    );
    pipe('k', 'v');
    await driver.settle();
    expect([calls, out()]).toEqual([1, 'k=v']);
    expect(shown).toMatchObject([{ attempts: 1, mayRetry: false }]);
  });

  it('is not, by an operator over windows, which may have changed one of them', async () => {
    let calls = 0;
    const { pipe, driver } = line(
      (stream) => {
        stream
          .groupByKey()
          .windowedBy(TimeWindows.of({ size: '10s', advance: '5s', grace: 0 }))
          .aggregate<string>(
            () => '',
            (aggregate, value) => {
              calls += 1;
              if (calls === 2) fail();
              return aggregate + value;
            },
            { store: 'windows', value: serdes.string() },
          );
      },
      { errors: { retry: QUICK, then: 'continue' } },
    );
    pipe('k', 'v', 7_000);
    await driver.settle();
    expect(calls).toBe(2);
  });

  it('is not, where what it gave is refused: it would be again', () => {
    let calls = 0;
    const { pipe } = line(
      (stream) =>
        stream.mapValues((value) => {
          calls += 1;
          return Promise.resolve(value) as unknown as string;
        }),
      { errors: { retry: QUICK } },
    );
    expect(() => {
      pipe('k', 'v');
    }).toThrow('use mapValuesAsync()');
    expect(calls).toBe(1);
  });

  it('may be so as often as the handler says, which is told how often it was', async () => {
    const call = failing(6);
    const attempts: number[] = [];
    const { pipe, driver, out } = line((stream) => stream.mapValues(call).to('out', STRINGS), {
      errors: { retry: { attempts: 2, backOff: 1, maxBackOff: 1 } },
      processingErrorHandler: (_, record) => {
        attempts.push(record.attempts);
        return 'retry';
      },
    });
    pipe('k', 'bad');
    await driver.settle();
    expect(out()).toBe('k=bad');
    expect(attempts).toEqual([2, 3, 4, 5, 6]);
  });

  it('may be one of a processor that returns a promise; what comes meanwhile waits behind it', async () => {
    const call = failing(2);
    const { pipe, driver, out } = line(
      (stream) => {
        stream
          .flatMapValues((value) => value.split(','))
          .process<string, string>({
            get: () => {
              let forward: (value: string) => void = () => undefined;
              return {
                init(context) {
                  forward = (value) => {
                    context.forward({ key: 'k', value, timestamp: 0 });
                  };
                },
                async process({ value }) {
                  await Promise.resolve();
                  forward(call(value));
                },
              };
            },
          })
          .to('out', STRINGS);
      },
      { errors: { retry: QUICK } },
    );
    pipe('k', 'a,bad1,b,bad2,c');
    pipe('k', 'd');
    await driver.settle();
    expect(out()).toBe('k=a k=bad1 k=b k=bad2 k=c k=d');
    expect(driver.metrics.retried).toBe(4);
  });

  it('is not, once a processor that returns a promise has forwarded', async () => {
    let calls = 0;
    const { pipe, driver, out } = line(
      (stream) => {
        stream
          .process<string, string>({
            get: () => {
              let forward: (value: string) => void = () => undefined;
              return {
                init(context) {
                  forward = (value) => {
                    context.forward({ key: 'k', value, timestamp: 0 });
                  };
                },
                async process({ value }) {
                  calls += 1;
                  forward(value);
                  await Promise.resolve();
                  fail();
                },
              };
            },
          })
          .to('out', STRINGS);
      },
      { errors: { retry: QUICK, then: 'continue' } },
    );
    pipe('k', 'v');
    await driver.settle();
    expect([calls, out()]).toEqual([1, 'k=v']);
  });

  it('may be a timer', async () => {
    let calls = 0;
    const { driver } = line(
      (stream) =>
        stream.process({
          get: () => ({
            init(context) {
              context.schedule('1s', 'wall-clock', () => {
                calls += 1;
                if (calls < 3) fail();
              });
            },
            process: () => undefined,
          }),
        }),
      { errors: { retry: QUICK } },
    );
    driver.advanceWallClock('1s');
    await driver.settle();
    expect(calls).toBe(3);
  });

  it('may be one of a global store', async () => {
    const builder = new StreamsBuilder();
    const seen: string[] = [];
    const rows = stores.keyValue({ name: 'rows', ...STRINGS, engine: 'memory', logging: false });
    builder.addGlobalStore(
      rows,
      'global',
      {
        get: () => ({
          process({ value }: { readonly value: string | null }) {
            seen.push(String(value));
            if (seen.length < 3) fail();
          },
        }),
      },
      STRINGS,
    );
    builder.stream('in', STRINGS).foreach(() => undefined);
    const driver = new TopologyTestDriver(builder.build(), { errors: { retry: QUICK } });
    const input = driver.inputTopic('global', STRINGS);
    input.pipe('k', 'a');
    input.pipe('k', 'b');
    await driver.settle();
    expect(seen).toEqual(['a', 'a', 'a', 'b']);
  });

  it('is given up when the task is closed, and leaves no timer', async () => {
    const call = failing(Infinity);
    const { pipe, driver } = line((stream) => stream.mapValues(call).to('out', STRINGS), {
      errors: { retry: { attempts: 5, backOff: '1h', maxBackOff: '1h' } },
    });
    pipe('k', 'bad');
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await driver.close({ abandon: true });
    expect(timers()).toBe(before - 1);
    expect(call.calls).toEqual(['bad']);
  });
});

function fail(): never {
  throw new Error('bad luck');
}
