import { describe, expect, it } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { FixedKeyProcessorContext, ProcessorContext } from '../../src/processor/api/processor-context.js';
import type { Processor } from '../../src/processor/api/processor.js';
import { serdes } from '../../src/serde/serdes.js';
import type { TimestampedKeyValueStore } from '../../src/store/key-value-store.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import { store } from '../topology/parts.js';
import { operatorOf } from './operators-of.js';

const texts = { key: serdes.string(), value: serdes.string() };

describe('StreamsBuilder', () => {
  it('hands everything that is said about a topic to its source', () => {
    const builder = new StreamsBuilder();
    const timestampExtractor = (): number => 1;
    builder.stream(['b', 'a', 'b'], { ...texts, name: 'in', timestampExtractor, offsetReset: 'latest' });
    expect(builder.build().node('in')).toEqual({
      type: 'source',
      name: 'in',
      topics: ['a', 'b'],
      ...texts,
      timestampExtractor,
      offsetReset: 'latest',
    });
  });

  it('leaves to the application what is not said', () => {
    const builder = new StreamsBuilder();
    builder.stream('in', { name: 'in' });
    expect(builder.build().node('in')).toMatchObject({
      key: undefined,
      value: undefined,
      timestampExtractor: null,
      offsetReset: null,
    });
  });

  it('says where the stores of its operators live, and what they keep, where they do not say', () => {
    const walked = (builder: StreamsBuilder, ofOperator: { engine?: 'level' } = {}): string[] => {
      const found: string[] = [];
      builder
        .stream('in', texts)
        .groupByKey()
        .count({ store: 'counts', ...ofOperator })
        .toStream()
        .process(
          () => {
            let context: ProcessorContext<unknown, unknown>;
            return {
              init: (given) => void (context = given),
              process: () => {
                const counts = context.getStateStore<TimestampedKeyValueStore<string, number>>('counts');
                for (const [key] of counts.all()) found.push(`${key} in ${counts.format}`);
              },
            };
          },
          { stores: ['counts'] },
        );
      const driver = new TopologyTestDriver(builder.build(), { refuseSynchronousWalks: true });
      driver.inputTopic('in', texts).pipe('a', 'x');
      return found;
    };
    expect(walked(new StreamsBuilder({ dslStores: 'memory' }))).toEqual(['a in timestamped']);
    expect(() => walked(new StreamsBuilder())).toThrow(/only be walked asynchronously/);
    expect(() => walked(new StreamsBuilder({ dslStores: 'memory' }), { engine: 'level' })).toThrow(/asynchronously/);
  });

  it('keeps headers for all of its operators', () => {
    const builder = new StreamsBuilder({ dslStoreFormat: 'headers' });
    builder.stream('in', texts).groupByKey().count({ store: 'counts' });
    expect(new TopologyTestDriver(builder.build()).stores.get('counts')).toMatchObject({ format: 'headers' });
  });

  it.each([
    [{ dslStores: 'rocks' }, 'option dslStores of StreamsBuilder'],
    [{ dslStoreFormat: 'plain' }, "option dslStoreFormat of StreamsBuilder must be 'default' or 'headers'"],
    [{ dslStore: 'memory' }, 'StreamsBuilder has no option dslStore; did you mean dslStores?'],
  ])('refuses %j', (options, message) => {
    expect(() => new StreamsBuilder(options as never)).toThrow(message);
  });

  it.each([[[]], [''], [['a', '']], [7], [undefined]])('refuses %j as topics', (topics) => {
    expect(() => new StreamsBuilder().stream(topics as string)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', option: 'topics' }) as Error,
    );
  });

  it('gives a table a store only when it is named or needed', () => {
    const unneeded = new StreamsBuilder();
    unneeded
      .table('users', { ...texts, name: 'users' })
      .toStream()
      .to('out');
    expect(unneeded.build().stores.size).toBe(0);
    const named = new StreamsBuilder();
    named.table('users', { ...texts, name: 'users', store: 'users-store', caching: false, engine: 'memory' });
    const topology = named.build();
    expect(topology.stores.get('users-store')).toEqual({
      name: 'users-store',
      kind: 'keyValue',
      format: 'timestamped',
      formatOpen: true,
      ...texts,
      engine: 'memory',
      caching: false,
      logging: {},
    });
    expect(operatorOf(topology, 'users')).toEqual({ kind: 'tableSource', store: 'users-store', sendOldValues: false });
  });

  it('keeps global tables whole, unlogged, restored from their topic', () => {
    const builder = new StreamsBuilder();
    const users = builder.globalTable('users', { ...texts, store: 'users-store' });
    expect(users.queryableStoreName).toBe('users-store');
    const topology = builder.build();
    expect(topology.globalStores).toHaveLength(1);
    expect(topology.globalStores[0]).toMatchObject({
      topic: 'users',
      store: { name: 'users-store', logging: false, sourceTopic: 'users', caching: false, ...texts },
      source: { topics: ['users'], ...texts },
      processor: { operator: { kind: 'tableSource', store: 'users-store' } },
    });
    expect(topology.stores.size).toBe(0);
  });

  it('names the store of a global table after its topic', () => {
    expect(new StreamsBuilder().globalTable('users').queryableStoreName).toBe('users-STATE-STORE-0000000000');
  });

  it('refuses for a global table what would have no effect', () => {
    const options = { timestampExtractor: () => 1 } as object;
    expect(() => new StreamsBuilder().globalTable('users', options)).toThrow(/has no option timestampExtractor/);
  });

  it('keeps stores for processors to come', () => {
    const builder = new StreamsBuilder();
    const own = store('own');
    expect(builder.addStateStore(own)).toBe(builder);
    expect(builder.build().stores.get('own')).toEqual(own);
  });

  it('builds once', () => {
    const builder = new StreamsBuilder();
    const stream = builder.stream('in');
    const topology = builder.build();
    expect(builder.build({ optimize: 'all' })).toBe(topology);
    expect(() => stream.filter(() => true)).toThrow(
      expect.objectContaining({
        code: 'STATE_INVALID',
        message: expect.stringContaining('the topology has been built') as string,
      }) as Error,
    );
  });

  it('checks its optimisations', () => {
    expect(() => new StreamsBuilder().build({ optimize: 'everything' as 'all' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', option: 'optimize' }) as Error,
    );
  });

  it('gives the topic of a table the place of its changelog when optimised', () => {
    const builder = new StreamsBuilder();
    builder.table('users', { ...texts, store: 'users-store' });
    expect(builder.build({ optimize: ['reuse.ktable.source.topics'] }).stores.get('users-store')).toMatchObject({
      logging: false,
      sourceTopic: 'users',
    });
  });
});

describe('addGlobalStore', () => {
  const rows = stores.keyValue({ name: 'rows', key: serdes.string(), value: serdes.string() });
  /** Keeps values in upper case, under the keys of records. */
  function keeping(act: (context: ProcessorContext<never, never>) => void | Promise<void> = () => undefined) {
    return (): Processor<string, string, never, never> => {
      let context: ProcessorContext<never, never>;
      return {
        init: (given) => {
          context = given;
        },
        process: ({ key, value }) => {
          context.getStateStore(rows).put(key, value.toUpperCase());
          return act(context);
        },
      };
    };
  }

  function driverOf(supplier: () => Processor<string, string, never, never>): TopologyTestDriver {
    const builder = new StreamsBuilder();
    builder.addGlobalStore(rows, 'everywhere', supplier, texts);
    builder
      .stream('in', texts)
      .processValues(() => {
        let context: FixedKeyProcessorContext<string, string>;
        return {
          init: (given) => {
            context = given;
          },
          process: (record) => {
            const store = context.getStateStore(rows);
            if (record.value === 'write') store.put('a', 'mine');
            context.forward(record.withValue(store.get(record.key) ?? 'nothing'));
          },
        };
      })
      .to('out', texts);
    return new TopologyTestDriver(builder.build());
  }

  it('is filled by its processor and read by all others', () => {
    const driver = driverOf(keeping());
    driver.inputTopic('everywhere', texts).pipe('a', 'row');
    driver.inputTopic('in', texts).pipe('a', 'x');
    expect(driver.outputTopic('out', texts).readValues()).toEqual(['ROW']);
    expect(() => {
      driver.inputTopic('in', texts).pipe('a', 'write');
    }).toThrow(/rows is a global store: only its own processor can write to it/);
  });

  it('has no timers, and is not waited for', () => {
    const timed = driverOf(keeping((context) => void context.schedule(1, 'wall-clock', () => undefined)));
    expect(() => {
      timed.inputTopic('everywhere', texts).pipe('a', 'row');
    }).toThrow(/cannot have timers/);
    const late = driverOf(keeping(async () => Promise.resolve()));
    expect(() => {
      late.inputTopic('everywhere', texts).pipe('a', 'row');
    }).toThrow(/must not return a promise/);
  });
});
