import { describe, expect, it, vi } from 'vitest';
import { stores } from '../../../src/dsl/stores.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { textHeader, type Headers } from '../../../src/record/headers.js';
import type { ProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { Processor } from '../../../src/processor/api/processor.js';
import { Record } from '../../../src/processor/api/record.js';
import type { KeyValueStore } from '../../../src/store/key-value-store.js';
import { serdes } from '../../../src/serde/serdes.js';
import { timeline } from '../timeline.js';

const counts = stores.keyValue({ name: 'counts', key: serdes.string(), value: serdes.long() });

/** Counts records by key. */
class Counting implements Processor<string, string, string, string> {
  private store!: KeyValueStore<string, number>;
  private context!: ProcessorContext<string, string>;

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
    this.store = context.getStateStore(counts);
  }

  process(record: Record<string, string>): void {
    const count = (this.store.get(record.key) ?? 0) + 1;
    this.store.put(record.key, count);
    this.context.forward(record.withValue(`${record.value}${String(count)}`));
  }
}

/** A processor of one function. */
function processing(
  process: (record: Record<string, string>, context: ProcessorContext<string, string>) => void,
): () => Processor<string, string, string, string> {
  return () => {
    let given: ProcessorContext<string, string>;
    return {
      init: (context) => {
        given = context;
      },
      process: (record) => {
        process(record, given);
      },
    };
  };
}

describe('process', () => {
  it('keeps state in a store that the supplier brings along', () => {
    const { feed, driver } = timeline((input) => input.process({ get: () => new Counting(), stores: [counts] }));
    expect(feed('a=x@1 b=y@2 a=z@3')).toBe('a=x1@1 b=y1@2 a=z2@3');
    expect(driver.store<KeyValueStore<string, number>>('counts').get('a')).toBe(2);
    const logged = driver.outputTopic('test-counts-changelog', { key: serdes.string(), value: serdes.long() });
    expect(logged.readRecords().map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual([
      ['a', 1, 1],
      ['b', 1, 2],
      ['a', 2, 3],
    ]);
  });

  it('finds a store that is connected by name', () => {
    const { feed } = timeline((input, builder) => {
      builder.addStateStore(counts);
      return input.process(() => new Counting(), { stores: ['counts'] });
    });
    expect(feed('a=x@1 a=z@3')).toBe('a=x1@1 a=z2@3');
  });

  it('forwards any number of records, with other keys, values, times and headers', () => {
    const { feed, driver } = timeline((input) =>
      input.process(
        processing((record, context) => {
          context.forward(record.withKey('k').withTimestamp(record.timestamp + 5));
          context.forward({ key: 'n', value: 'new', timestamp: 7 });
          context.forward(record.withHeaders([['h', Buffer.from('1')]]));
          context.forward(new Record('r', record.value, record.timestamp));
        }),
      ),
    );
    driver.inputTopic('in', { key: serdes.string(), value: serdes.string() }).pipe('a', 'x', {
      timestamp: 1,
      headers: [['from', null]],
    });
    const records = driver.outputTopic('out', { key: serdes.string(), value: serdes.string() }).readRecords();
    expect(
      records.map(({ key, value, timestamp, headers }) => [key, value, timestamp, headers.map(([h]) => h)]),
    ).toEqual([
      ['k', 'x', 6, ['from']],
      ['n', 'new', 7, []],
      ['a', 'x', 1, ['h']],
      ['r', 'x', 1, []],
    ]);
    expect(feed('a=y@2')).toContain('k=y@7');
  });

  it('sees its own record again after it forwarded another', () => {
    const seen: number[] = [];
    const { feed, driver } = timeline((input) =>
      input
        .process({
          get: () => {
            let context: ProcessorContext<string, string>;
            return {
              init: (given) => {
                context = given;
              },
              process: (record) => {
                context.forward(record.withTimestamp(100));
                context.getStateStore(counts).put(record.key, 1);
              },
            };
          },
          stores: [counts],
        })
        .peek((_value, _key, { timestamp }) => seen.push(timestamp)),
    );
    expect(feed('a=x@1')).toBe('a=x@100');
    expect(seen).toEqual([100]);
    const logged = driver.outputTopic('test-counts-changelog', { key: serdes.string(), value: serdes.long() });
    expect(logged.readRecord().timestamp).toBe(1);
  });

  it('forwards to one child by its name, and to no unknown one', () => {
    const { feed } = timeline((input) => {
      const split = input.process(
        processing((record, context) => {
          context.forward(record, record.key);
        }),
      );
      const one = split.mapValues((value) => `one-${value}`, { name: 'one' });
      return one.merge(split.mapValues((value) => `two-${value}`, { name: 'two' }));
    });
    expect(feed('two=x@1 one=y@2')).toBe('two=two-x@1 one=one-y@2');
    expect(() => feed('three=x@2')).toThrow(
      /the name of a child that it does not have, a text of 5 characters; it has /,
    );
  });

  it('knows where its record came from and what time it is', () => {
    const seen: unknown[] = [];
    const { feed } = timeline(
      (input) => {
        input.process(() => ({
          init: (context) => {
            seen.push(context.recordMetadata, context.currentStreamTime, context.taskId, context.applicationId);
          },
          process: () => undefined,
        }));
        return input.process(
          processing((_record, context) => {
            seen.push(context.recordMetadata, context.currentStreamTime, context.currentSystemTime, context.stateDir);
          }),
        );
      },
      { now: 50 },
    );
    feed('a=x@9 a=x@4');
    expect(seen).toEqual([
      null,
      -1,
      '0_0',
      'test',
      { topic: 'in', partition: 0, offset: 0 },
      9,
      50,
      null,
      { topic: 'in', partition: 0, offset: 1 },
      9,
      50,
      null,
    ]);
  });

  it('has no store that is not connected', () => {
    const build = (): unknown =>
      timeline((input, builder) => {
        builder.addStateStore(counts);
        input.process(() => new Counting());
        return null;
      });
    expect(build).toThrow(/has no store counts: it is not connected to it/);
  });

  it('must be another one for each task', () => {
    const one = new Counting();
    expect(() => timeline((input) => input.process(() => one))).toThrow(/gave the same processor twice/);
    expect(() => timeline((input) => input.process(() => ({}) as unknown as Processor<string, string>))).toThrow(
      /object with process\(\)/,
    );
  });

  it('may not forward when it is not being called', () => {
    let late!: ProcessorContext<string, string>;
    const { feed } = timeline((input) =>
      input.process(
        processing((_record, context) => {
          late = context;
        }),
      ),
    );
    feed('a=x@1');
    expect(() => {
      late.forward({ key: 'a', value: 'late', timestamp: 1 });
    }).toThrow(/outside of process\(\)/);
  });

  it.each<[unknown, string]>([
    [-1, 'a number below 0'],
    [1.5, 'a number with a fraction'],
    [NaN, 'NaN'],
    [2 ** 53, 'a number above 9007199254740991'],
    ['5', 'a text of 1 character'],
    [5n, 'a bigint'],
    [undefined, 'undefined'],
    [new Date(5), 'a Date'],
  ])('refuses the timestamp %o, and the handler may drop the record', (timestamp, shown) => {
    const build = (input: KStream<string, string>): KStream<string, string> =>
      input.process(
        processing((record, context) => {
          context.forward(record.value === 'bad' ? record.withTimestamp(timestamp as number) : record);
        }),
      );
    expect(() => timeline(build).feed('a=x@1 a=bad@2')).toThrow(
      expect.objectContaining({
        code: 'TIMESTAMP_INVALID',
        message: expect.stringContaining(
          `forwarded with the timestamp ${shown}; give it a whole number of ms`,
        ) as string,
        topic: 'in',
        partition: 0,
        offset: 1,
        node: 'KSTREAM-PROCESSOR-0000000001',
        task: '0_0',
      }) as Error,
    );
    const { feed, driver } = timeline(build, { processingErrorHandler: 'continue' });
    expect(feed('a=x@1 a=bad@2 a=y@3')).toBe('a=x@1 a=y@3');
    expect(driver.metrics.drops).toEqual({ 'processing-error': 1 });
  });

  it.each<[string, unknown, string]>([
    ['a text', [['trace', 'id-7']], 'not a text of 4 characters; textHeader(key, text)'],
    ['a number', [['trace', 7]], 'not a number'],
    ['no list', { trace: 'id-7' }, 'headers must be a list'],
    ['a key that is no text', [[7, null]], 'the key of a header must be a text, not a number'],
  ])('refuses headers: %s', (_, headers, message) => {
    for (const forwarded of ['withHeaders', 'object'] as const) {
      const { feed } = timeline((input) =>
        input.process(
          processing((record, context) => {
            const given = headers as Headers;
            context.forward(
              forwarded === 'object'
                ? { key: 'k', value: 'v', timestamp: 1, headers: given }
                : record.withHeaders(given),
            );
          }),
        ),
      );
      expect(() => feed('a=x@1')).toThrow(
        expect.objectContaining({
          code: 'HEADER_INVALID',
          message: expect.stringContaining(message) as string,
          offset: 0,
          node: 'KSTREAM-PROCESSOR-0000000001',
        }) as Error,
      );
    }
  });

  it('takes bytes of any kind, null and texts by their helper as values of headers', () => {
    const { driver } = timeline((input) =>
      input.process(
        processing((record, context) => {
          context.forward(record.withHeaders([['a', new Uint8Array([1, 2])], ['b', null], textHeader('c', 'ü')]));
        }),
      ),
    );
    const strings = { key: serdes.string(), value: serdes.string() };
    driver.inputTopic('in', strings).pipe('k', 'v');
    const [record] = driver.outputTopic('out', strings).readRecords();
    expect(record?.headers).toEqual([
      ['a', Buffer.from([1, 2])],
      ['b', null],
      ['c', Buffer.from('ü')],
    ]);
  });

  it('refuses to forward what is no record', () => {
    const { feed } = timeline((input) =>
      input.process(
        processing((_, context) => {
          context.forward(undefined as never);
        }),
      ),
    );
    expect(() => feed('a=x@1')).toThrow(/forward\(\) takes a record, not undefined/);
  });

  it('hands errors to the handler, which may drop the record', () => {
    const { feed, driver } = timeline(
      (input) =>
        input.process(
          processing((record, context) => {
            if (record.value === 'bad') throw new Error('bad luck');
            context.forward(record);
          }),
        ),
      { processingErrorHandler: 'continue' },
    );
    expect(feed('a=x@1 a=bad@2 a=y@3')).toBe('a=x@1 a=y@3');
    expect(driver.metrics.drops).toEqual({ 'processing-error': 1 });
  });

  it('counts puts that came too late for a store as dropped', () => {
    const windows = stores.window({
      name: 'windows',
      key: serdes.string(),
      value: serdes.string(),
      retention: 10,
      windowSize: 10,
      engine: 'memory',
    });
    const { feed, driver } = timeline((input) =>
      input.process<string, string>({
        stores: [windows],
        get: () => {
          let context: ProcessorContext<string, string>;
          return {
            init: (given) => {
              context = given;
              context.getStateStore(windows);
            },
            process: ({ key, value, timestamp }) => {
              context.getStateStore(windows).put(key, value, timestamp);
            },
          };
        },
      }),
    );
    feed('a=x@100 a=y@5 a=z@95');
    expect(driver.metrics.drops).toEqual({ late: 1 });
  });

  it('is closed with its task', async () => {
    const close = vi.fn();
    const { driver } = timeline((input) => input.process(() => ({ process: () => undefined, close })));
    await driver.close();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('says which processor could not be begun', () => {
    const init = (): never => {
      throw new Error('no disk');
    };
    expect(() => timeline((input) => input.process(() => ({ init, process: () => undefined })))).toThrow(
      /init\(\) of the processor failed: no disk \(in node KSTREAM-PROCESSOR-0000000001, a process\(\)\)/,
    );
  });
});
