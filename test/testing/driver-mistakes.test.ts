/** What plain JavaScript lets a test do wrong with the driver: each is told, and none passes in silence. */
import { afterEach, describe, expect, it } from 'vitest';
import { serdes, StreamsBuilder, type KStream } from '../../src/index.js';
import { TopologyTestDriver, type TestDriverOptions, type TestInputTopic } from '../../src/testing.js';

const texts = { key: serdes.string(), value: serdes.string() };
const drivers: TopologyTestDriver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
});

function driverOf(write: (stream: KStream<string, string>) => void, options?: unknown): TopologyTestDriver {
  const builder = new StreamsBuilder();
  write(builder.stream('in', texts));
  const driver = new TopologyTestDriver(builder.build(), options as TestDriverOptions);
  drivers.push(driver);
  return driver;
}

const copying = (stream: KStream<string, string>): void => {
  stream.to('out');
};

describe('options of the driver', () => {
  it.each([
    [{ procesingErrorHandler: 'continue' }, /procesingErrorHandler is not an option \(did you mean processingError/],
    [{ deserializationErrorHandler: 'kontinue' }, /deserializationErrorHandler must be 'fail', 'continue', /],
    [{ now: new Date(0) }, /now must be whole milliseconds since the epoch/],
    [{ now: '2020-01-01' }, /now must be whole milliseconds since the epoch/],
    [{ commit: 'each' }, /commit must be 'eachRecord' or 'manual'/],
    [{ defaultKeySerde: 'string' }, /defaultKeySerde must be a serde/],
    [{ emitInterval: '1 s' }, /emitInterval must be .*: write '1s'/],
    [{ refuseSynchronousWalks: 'yes' }, /refuseSynchronousWalks must be true or false/],
    ['continue', /the options of TopologyTestDriver are not valid: options must be an object/],
  ])('%j are refused', (options, message) => {
    expect(() => driverOf(copying, options)).toThrow(message);
  });

  it('may be those of an application, too', () => {
    const options = {
      applicationId: 'app',
      kafka: { brokers: ['localhost:9092'] },
      commitInterval: '1s',
      commit: 'manual',
    };
    expect(() => driverOf(copying, options)).not.toThrow();
  });
});

describe('what is piped', () => {
  type Input = TestInputTopic<unknown, unknown> & Record<string, (...args: unknown[]) => void>;

  it.each<[string, (input: Input) => void, string]>([
    [
      'a time in place of options',
      (input) => {
        input.pipe('k', 'v', 5 as never);
      },
      'pipe() into in takes { timestamp, headers } behind the value, not 5: write { timestamp: 5 }',
    ],
    [
      'a misspelt option',
      (input) => {
        input.pipe('k', 'v', { timestmap: 5 } as never);
      },
      'pipe() into in has no option timestmap; did you mean timestamp?',
    ],
    [
      'no value',
      (input) => {
        Reflect.apply(input.pipe, input, ['v']);
      },
      'the value of a record for in cannot be serialised: it is undefined (null is a tombstone)',
    ],
    [
      'no key',
      (input) => {
        input.pipe(undefined, 'v');
      },
      'the key of a record for in cannot be serialised: it is undefined',
    ],
    [
      'a key of another type',
      (input) => {
        input.pipe(7, 'v');
      },
      'the key of a record for in cannot be serialised: a text is expected, not a number',
    ],
    [
      'a text in place of values',
      (input) => {
        input.pipeValues('abc');
      },
      'pipeValues() into in takes a list of values, not text "abc"',
    ],
    [
      'keys and values without pairs',
      (input) => {
        input.pipeKeyValues(['k', 'v'] as never);
      },
      'pipeKeyValues() into in takes pairs [key, value], not text "k"',
    ],
    [
      'an object in place of pairs',
      (input) => {
        input.pipeKeyValues({ k: 'v' } as never);
      },
      'pipeKeyValues() into in takes a list of pairs [key, value], not an object',
    ],
    [
      'pairs in place of records',
      (input) => {
        input.pipeRecords([['k', 'v']] as never);
      },
      'not a list of 2; pipeKeyValues() takes pairs',
    ],
    [
      'a misspelt part of a record',
      (input) => {
        input.pipeRecords([{ key: 'k', value: 'v', time: 5 }] as never);
      },
      'pipe() into in has no option time; ',
    ],
  ])('%s is refused', (_, pipe, message) => {
    const input = driverOf(copying).inputTopic('in', texts) as unknown as Input;
    expect(() => {
      pipe(input);
    }).toThrow(message);
  });
});

describe('an output topic', () => {
  const out = (driver: TopologyTestDriver, topic: string) => driver.outputTopic(topic, texts);

  it('that nothing writes to is refused, with those that there are', () => {
    expect(() => out(driverOf(copying), 'xyz')).toThrow('nothing of the topology writes to xyz; it writes to: out');
    expect(() => out(driverOf(copying), 'uot')).toThrow('nothing of the topology writes to uot; did you mean out?');
    expect(() => out(driverOf(copying), 'outs')).toThrow('nothing of the topology writes to outs; did you mean out?');
  });

  it('may be internal, of dead letters, or chosen by a function', () => {
    expect(out(driverOf(copying), 'test-anything-changelog').isEmpty).toBe(true);
    expect(out(driverOf(copying, { errors: { then: 'deadLetter', deadLetterTopic: 'dead' } }), 'dead').isEmpty).toBe(
      true,
    );
    expect(
      out(
        driverOf((stream) => {
          stream.to((value) => value);
        }),
        'any',
      ).isEmpty,
    ).toBe(true);
    expect(out(driverOf(copying, { processingErrorHandler: () => 'continue' }), 'any').isEmpty).toBe(true);
  });

  it('says which part of its records the serde of the test cannot read', () => {
    const driver = driverOf(copying);
    driver.inputTopic('in', texts).pipe('k', 'v');
    const read = driver.outputTopic('out', { key: serdes.string(), value: serdes.json() });
    expect(() => read.readValue()).toThrow(
      /^the value of a record of out cannot be read by the serde that the test gave: the bytes are not JSON/,
    );
  });

  it('that is empty while asynchronous functions work says so', async () => {
    const driver = driverOf((stream) => {
      stream.mapValuesAsync((value) => Promise.resolve(`${value}!`)).to('out', texts);
    });
    driver.inputTopic('in', texts).pipe('k', 'v');
    const read = out(driver, 'out');
    expect(() => read.readValue()).toThrow('asynchronous functions still work on records: await settle() first');
    await driver.settle();
    expect(read.readValue()).toBe('v!');
    expect(() => read.readValue()).toThrow('topic out has no more records to read; ask isEmpty first');
  });
});

describe('records that come back', () => {
  it('without an end are an error, and not the end of the memory', () => {
    const driver = driverOf((stream) => {
      stream.to('in');
    });
    expect(() => {
      driver.inputTopic('in', texts).pipe('k', 'v');
    }).toThrow(/^records come back by way of in without an end: the topology writes to a topic that it reads/);
  });

  it('may do so as long as something ends it', () => {
    const driver = driverOf((stream) => {
      stream
        .mapValues((value) => value.slice(1))
        .filter((value) => value !== '')
        .to('in', texts);
    });
    const input = driver.inputTopic('in', texts);
    for (let time = 0; time < 3; time++) input.pipe('k', 'x'.repeat(5_000));
    expect(driver.metrics.processed).toBe(15_000);
  });
});

describe('close() without settle()', () => {
  const asking = (ask: (value: string) => Promise<string>): TopologyTestDriver =>
    driverOf((stream) => {
      stream.mapValuesAsync(ask).to('out', texts);
    });
  const piped = (driver: TopologyTestDriver): TopologyTestDriver => {
    driver.inputTopic('in', texts).pipe('k', 'v');
    return driver;
  };

  it('tells that a function still works, whose failure nobody would hear', async () => {
    const driver = piped(asking(() => Promise.reject(new Error('too late'))));
    await expect(driver.close()).rejects.toMatchObject({
      code: 'STATE_INVALID',
      message: expect.stringMatching(
        /^close\(\) came while asynchronous functions still worked on a record, .*: await settle\(\) before it, .* close\(\{ abandon: true \}\)$/,
      ) as string,
    });
    // It is closed all the same.
    expect(() => driver.stores).toThrow('the driver is closed');
    await driver.close();
  });

  it('throws what a function has failed with', async () => {
    const driver = piped(asking(() => Promise.reject(new Error('too late'))));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(driver.close()).rejects.toThrow('too late');
    expect(() => driver.stores).toThrow('the driver is closed');
  });

  it('tells that a processor still waits', async () => {
    const driver = driverOf((stream) => {
      stream.process(() => ({ process: () => new Promise<void>(() => undefined) }));
    });
    await expect(piped(driver).close()).rejects.toMatchObject({ code: 'STATE_INVALID' });
  });

  it('is fine where all is done, where nothing is wanted any more, and after an error that was told', async () => {
    await piped(asking((value) => Promise.resolve(value))).settle();
    await piped(asking(() => new Promise(() => undefined))).close({ abandon: true });
    const failed = piped(asking(() => Promise.reject(new Error('told'))));
    await expect(failed.settle()).rejects.toThrow('told');
    await failed.close();
  });

  it('refuses an option that it does not have', async () => {
    await expect(driverOf(copying).close({ abandn: true } as object)).rejects.toThrow(
      'close() has no option abandn; did you mean abandon?',
    );
  });
});

describe('what surprises everybody', () => {
  it('is told to a logger that the test gives', () => {
    const lines: string[] = [];
    const warn = (message: string): void => void lines.push(message);
    driverOf(
      (stream) => {
        stream.filter((value) => value !== '').to('in');
      },
      { logger: { debug: warn, info: warn, warn, error: warn } },
    );
    expect(lines).toEqual([
      expect.stringMatching(/^KSTREAM-SINK-0000000002 writes to in, which the same topology reads/),
    ]);
  });
});
