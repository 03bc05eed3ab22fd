import { describe, expect, it } from 'vitest';
import { stores } from '../../../src/dsl/stores.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { TopologyBuilder } from '../../../src/dsl/topology-builder.js';
import type { ProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { ProcessorWrapper } from '../../../src/processor/api/processor-wrapper.js';
import type { Record } from '../../../src/processor/api/record.js';
import { serdes } from '../../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';

const texts = { key: serdes.string(), value: serdes.string() };

/** Notes what goes into each processor and what it forwards. */
function noting(notes: string[]): ProcessorWrapper {
  return {
    wrapProcessorSupplier: (name, supplier) => ({
      ...supplier,
      get: () => {
        const inner = supplier.get();
        return {
          init: (context) => {
            const passing = Object.create(context) as ProcessorContext<unknown, unknown>;
            passing.forward = (record, child) => {
              notes.push(`${name} forwards`);
              context.forward(record, child);
            };
            inner.init?.(passing);
          },
          process: (record) => {
            notes.push(`${name} gets ${String(record.key)}`);
            return inner.process(record);
          },
          close: () => {
            notes.push(`${name} closes`);
            return inner.close?.();
          },
        };
      },
    }),
    wrapFixedKeyProcessorSupplier: (name, supplier) => ({
      ...supplier,
      get: () => {
        const inner = supplier.get();
        return {
          init: (context) => inner.init?.(context),
          process: (record) => {
            notes.push(`${name} gets ${String(record.key)}`);
            return inner.process(record);
          },
        };
      },
    }),
  };
}

function driverOf(
  write: (builder: StreamsBuilder) => void,
  wrapper: ProcessorWrapper,
  options: TestDriverOptions = {},
): TopologyTestDriver {
  const builder = new StreamsBuilder();
  write(builder);
  return new TopologyTestDriver(builder.build({ processorWrapper: wrapper }), { now: 0, ...options });
}

describe('a processor wrapper', () => {
  it('stands around operators and processors, and changes no result', async () => {
    const notes: string[] = [];
    const driver = driverOf((builder) => {
      builder
        .stream('in', texts)
        .filter((value) => value !== 'out', { name: 'filter' })
        .processValues(
          () => {
            let forward: (record: never) => void;
            return {
              init: (context) => {
                forward = context.forward.bind(context);
              },
              process: (record) => {
                forward(record as never);
              },
            };
          },
          { name: 'own' },
        )
        .to('out', texts);
    }, noting(notes));
    driver.inputTopic('in', texts).pipe('a', 'x');
    driver.inputTopic('in', texts).pipe('b', 'out');
    expect(driver.outputTopic('out', texts).readKeyValues()).toEqual([['a', 'x']]);
    await driver.close();
    expect(notes).toEqual(['filter gets a', 'filter forwards', 'own gets a', 'filter gets b', 'filter closes']);
  });

  it.each([0, 10_000])('leaves aggregations, tables and branches as they are (cache of %i bytes)', (cache) => {
    const write = (builder: StreamsBuilder): void => {
      const branches = builder
        .stream('in', texts)
        .split({ name: 'by-' })
        .branch((value) => value === 'x', { name: 'x' })
        .defaultBranch({ name: 'rest' });
      const rest = branches.get('by-rest');
      branches.get('by-x').groupByKey().count().toStream().mapValues(String).to('out', texts);
      rest
        .groupBy((value) => value, texts)
        .reduce((left, right) => left + right)
        .filter((value) => value.length > 1)
        .toStream()
        .to('out', texts);
    };
    const feed = (driver: TopologyTestDriver): unknown => {
      const input = driver.inputTopic('in', texts);
      for (const value of ['x', 'y', 'x', 'y', 'z', 'y']) input.pipe('k', value, { timestamp: 5 });
      return driver.outputTopic('out', texts).readRecords();
    };
    const options = { stateStoreCacheMaxBytes: cache };
    const notes: string[] = [];
    const wrapped = feed(driverOf(write, noting(notes), options));
    expect(wrapped).toEqual(feed(driverOf(write, {}, options)));
    expect(wrapped).not.toEqual([]);
    expect(notes.some((note) => note.includes('AGGREGATE'))).toBe(true);
  });

  it('can add a store, to processors of topologies by hand too', () => {
    const seen = stores.keyValue({ name: 'seen', key: serdes.string(), value: serdes.long() });
    const wrapper: ProcessorWrapper = {
      wrapProcessorSupplier: (_name, supplier) => ({
        stores: [...(supplier.stores ?? []), seen],
        get: () => {
          const inner = supplier.get();
          let given: ProcessorContext<unknown, unknown>;
          return {
            init: (context) => {
              given = context;
              inner.init?.(context);
            },
            process: (record) => {
              const store = given.getStateStore(seen);
              const key = String(record.key);
              store.put(key, (store.get(key) ?? 0) + 1);
              return inner.process(record);
            },
          };
        },
      }),
    };
    const byHand = new TopologyBuilder({ processorWrapper: wrapper })
      .addSource('lines', 'in', texts)
      .addProcessor('end', () => ({ process: (_record: Record<string, string>) => undefined }), 'lines');
    const driver = new TopologyTestDriver(byHand.build());
    driver.inputTopic('in', texts).pipe('a', 'x');
    driver.inputTopic('in', texts).pipe('a', 'y');
    expect(driver.keyValueStore<string, number>('seen').get('a')).toBe(2);
    const dsl = driverOf((builder) => {
      builder
        .stream('in', texts)
        .filter(() => true)
        .foreach(() => undefined);
    }, wrapper);
    dsl.inputTopic('in', texts).pipe('a', 'x');
    expect(dsl.keyValueStore<string, number>('seen').get('a')).toBe(2);
  });
});
