import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  serdes,
  stores,
  StreamsBuilder,
  TopologyBuilder,
  type KeyValueStore,
  type ProcessorContext,
  type StateStore,
  type StoreBuilder,
  type Topology,
} from '../../src/index.js';
import type { MillraceError } from '../../src/errors/error.js';
import { internalTopics } from '../../src/topology/internal-topics.js';
import { TopologyTestDriver } from '../../src/testing.js';
import { codeOf } from '../error-code.js';
import { CountingStore, countingStore } from './counting-store.js';

const TEXTS = { key: serdes.string(), value: serdes.string() };

/** Forwards how often each key came; a value of `fail` fails after it was counted. */
function counting(counts: StoreBuilder<CountingStore>, given = counts.name as string | StoreBuilder<CountingStore>) {
  return () => {
    let context: ProcessorContext<string, string>;
    let store: CountingStore;
    return {
      init(one: ProcessorContext<string, string>) {
        context = one;
        store = typeof given === 'string' ? context.getStateStore<CountingStore>(given) : context.getStateStore(given);
      },
      process({ key, value, timestamp }: { key: string; value: string; timestamp: number }) {
        const count = store.add(key);
        if (value === 'fail') throw new Error('asked to');
        context.forward({ key, value: String(count), timestamp });
      },
    };
  };
}

function topology(counts: StoreBuilder<CountingStore>): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', TEXTS)
    .process<string, string>({ stores: [counts], get: counting(counts, counts) })
    .to('out', TEXTS);
  return builder.build();
}

function drive(driver: TopologyTestDriver, ...keys: string[]): string[] {
  const input = driver.inputTopic('in', TEXTS);
  for (const key of keys) input.pipe(key, 'v');
  return driver
    .outputTopic('out', TEXTS)
    .readRecords()
    .map(({ key, value }) => `${key}${String(value)}`);
}

describe('a store of the user’s own making in a topology', () => {
  it('is what its processor gets, by its description with its type', async () => {
    const opened: CountingStore[] = [];
    const counts = countingStore('counts', opened);
    const driver = new TopologyTestDriver(topology(counts));
    expect(drive(driver, 'a', 'b', 'a')).toEqual(['a1', 'b1', 'a2']);
    expect(opened.length).toBe(1);
    expect(opened[0]?.context).toMatchObject({ applicationId: 'test', taskId: '0_0', partition: 0 });
    const store = driver.store<CountingStore>('counts');
    expect(store).toBe(opened[0]);
    expect(store.counts.get('a')).toBe(2);
    expect(driver.stores.get('counts')).toMatchObject({ kind: 'custom', persistent: false });
    await driver.close();
    expect(store.closed).toBe(true);
  });

  it('logs to its changelog', () => {
    const driver = new TopologyTestDriver(topology(countingStore('counts')));
    drive(driver, 'a', 'b', 'a');
    const changelog = driver.outputTopic('test-counts-changelog', TEXTS).readRecords();
    expect(changelog.map(({ key, value }) => [key, value])).toEqual([
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
    ]);
  });

  it('is added by name, in the DSL and by hand, and shared by processors', () => {
    const counts = countingStore('counts');
    const builder = new StreamsBuilder().addStateStore(counts).addStateStore(counts);
    builder
      .stream('in', TEXTS)
      .process<string, string>(counting(counts), { stores: ['counts'] })
      .to('out', TEXTS);
    expect(drive(new TopologyTestDriver(builder.build()), 'a', 'a')).toEqual(['a1', 'a2']);

    const byHand = new TopologyBuilder()
      .addSource('source', 'in', TEXTS)
      .addProcessor('one', counting(counts), 'source')
      .addProcessor('two', counting(counts), 'source')
      .addSink('sink', 'out', ['one', 'two'], TEXTS)
      .addStateStore(counts, 'one')
      .connectProcessorAndStateStores('two', 'counts');
    expect(drive(new TopologyTestDriver(byHand.build()), 'a')).toEqual(['a1', 'a2']);
    expect(String(byHand.describe())).toContain('(stores: [counts])');
  });

  it('goes on with what a record did that was dropped for its error', () => {
    const driver = new TopologyTestDriver(topology(countingStore('counts')), {
      processingErrorHandler: () => 'continue',
    });
    driver.inputTopic('in', TEXTS).pipe('a', 'fail');
    expect(drive(driver, 'a')).toEqual(['a2']);
  });

  it('has what a timer did committed', () => {
    const counts = countingStore('counts');
    const builder = new StreamsBuilder();
    builder.stream('in', TEXTS).process({
      stores: [counts],
      get: () => ({
        init(context) {
          const store = context.getStateStore(counts);
          context.schedule('1s', 'wall-clock', () => void store.add('tick'));
        },
        process: () => undefined,
      }),
    });
    const driver = new TopologyTestDriver(builder.build());
    driver.advanceWallClock('1s');
    expect(driver.outputTopic('test-counts-changelog', TEXTS).readRecords()).toMatchObject([
      { key: 'tick', value: '1' },
    ]);
  });

  it('has a changelog that is compacted, with configuration of its own, or none', () => {
    const topics = (counts: StoreBuilder<CountingStore>) => internalTopics(topology(counts), 'app');
    const common = { 'message.timestamp.type': 'CreateTime', 'cleanup.policy': 'compact' };
    expect(topics(countingStore('counts'))).toMatchObject([{ name: 'app-counts-changelog', config: common }]);
    expect(topics(countingStore('counts', [], { 'segment.bytes': '1' }))).toMatchObject([
      { config: { ...common, 'segment.bytes': '1' } },
    ]);
    expect(topics(countingStore('counts', [], false))).toEqual([]);
  });
});

describe('what cannot be', () => {
  const process = () => ({ process: () => undefined });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a global store',
      () => new StreamsBuilder().addGlobalStore(countingStore('counts') as unknown as StoreBuilder, 'in', process),
      /store counts cannot be filled from topic in/,
    ],
    [
      'a read-only store',
      () =>
        new TopologyBuilder().addReadOnlyStateStore(countingStore('counts') as unknown as StoreBuilder, 'in', process, {
          source: 'source',
          processor: 'processor',
        }),
      /store counts cannot be filled from topic in/,
    ],
    ['no open', () => stores.custom({ name: 'counts' } as never), /the open of stores\.custom\(\) must be a function/],
    ['a wrong name', () => stores.custom({ name: 'a b', open: () => new CountingStore(null as never) }), /name/],
    [
      'an engine',
      () => stores.custom({ name: 'a', engine: 'level', open: () => new CountingStore(null as never) } as never),
      /engine/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
    expect(['CONFIG_INVALID', 'NAME_INVALID']).toContain(codeOf(call));
  });

  it('an open that fails: the driver does not start', () => {
    const counts = stores.custom<CountingStore>({
      name: 'counts',
      open: () => {
        throw new Error('no memory');
      },
    });
    expect(() => new TopologyTestDriver(topology(counts))).toThrow(/open\(\) of store counts failed: no memory/);
  });

  it('a commit that fails: it is the end, as of an application', () => {
    const counts = stores.custom({
      name: 'counts',
      open: (context) =>
        Object.assign(new CountingStore(context), {
          commit: () => {
            throw new Error('full');
          },
        }),
    });
    const driver = new TopologyTestDriver(topology(counts));
    let thrown: unknown;
    try {
      drive(driver, 'a');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'STORE_FAILED', store: 'counts' } satisfies Partial<MillraceError>);
  });
});

it('types a store by what open gives', () => {
  const counts = countingStore('counts');
  expectTypeOf(stores.custom({ name: 'a', open: (context) => new CountingStore(context) })).toEqualTypeOf(counts);
  const get = (context: ProcessorContext<unknown, unknown>) => context.getStateStore(counts);
  expectTypeOf(get).returns.toEqualTypeOf<CountingStore>();
  const byName = (context: ProcessorContext<unknown, unknown>) => context.getStateStore('counts');
  expectTypeOf(byName).returns.toEqualTypeOf<StateStore>();
  // @ts-expect-error a store must be able to restore what it has logged
  stores.custom({ name: 'a', open: () => ({ close: () => undefined }) });
  // @ts-expect-error it is no store of another kind
  expectTypeOf(counts).toExtend<StoreBuilder<KeyValueStore<string, string>>>();
});
