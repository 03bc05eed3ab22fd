import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { stores } from '../../../src/dsl/stores.js';
import type { TopologyBuilder } from '../../../src/dsl/topology-builder.js';
import type { FixedKeyProcessorContext, ProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { FixedKeyProcessor, Processor } from '../../../src/processor/api/processor.js';
import type { FixedKeyRecord, Record } from '../../../src/processor/api/record.js';
import type { KeyValueStore } from '../../../src/store/key-value-store.js';
import type { StoreBuilder } from '../../../src/store/store-builder.js';
import type { GoldenCase } from '../golden-case.js';
import { stream, texts } from './streams.js';

class Passing implements Processor<string, string, string, string> {
  private context!: ProcessorContext<string, string>;

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
  }

  process(record: Record<string, string>): void {
    this.context.forward(record);
  }
}

class PassingValues implements FixedKeyProcessor<string, string, string> {
  private context!: FixedKeyProcessorContext<string, string>;

  init(context: FixedKeyProcessorContext<string, string>): void {
    this.context = context;
  }

  process(record: FixedKeyRecord<string, string>): void {
    this.context.forward(record);
  }
}

class Keeping implements Processor<string, string> {
  process(): void {
    // Nothing of it is run.
  }
}

const passing = (): Passing => new Passing();
const passingValues = (): PassingValues => new PassingValues();
const keeping = (): Keeping => new Keeping();

function keyValue(name: string): StoreBuilder<KeyValueStore<string, string>> {
  return stores.keyValue({ ...texts, name });
}

function byKey(_: string, key: string): string {
  return key;
}

function byHand(
  name: string,
  write: (builder: TopologyBuilder) => unknown,
  more: Partial<GoldenCase> = {},
): GoldenCase {
  return { name, write: () => undefined, byHand: write, ...more };
}

function refused(name: string, write: (builder: StreamsBuilder) => void): GoldenCase {
  return { name, write, refused: 'TOPOLOGY_INVALID' };
}

export const processorCases: readonly GoldenCase[] = [
  {
    name: 'process',
    write: (builder) => {
      const input = stream(builder, 'input');
      input.process(passing).to('processed');
      input.processValues(passingValues).to('values');
      input
        .process(passing, { name: 'named' })
        .mapValues((value) => value)
        .to('named');
      input
        .processValues(passingValues, { name: 'named-values' })
        .mapValues((value) => value)
        .to('named-values');
    },
  },
  {
    name: 'process-count',
    write: (builder) => {
      stream(builder, 'input').process(passing).groupByKey().count().toStream().to('counts');
      stream(builder, 'other').processValues(passingValues).groupByKey().count().toStream().to('others');
      stream(builder, 'third')
        .map((value, key) => [key, value])
        .processValues(passingValues)
        .groupByKey()
        .count()
        .toStream()
        .to('thirds');
    },
  },
  {
    name: 'process-stores-named',
    write: (builder) => {
      builder.addStateStore(keyValue('one')).addStateStore(keyValue('two'));
      stream(builder, 'input')
        .process(passing, { stores: ['one', 'two'] })
        .to('output');
      stream(builder, 'other')
        .processValues(passingValues, { name: 'other', stores: ['two'] })
        .to('others');
    },
  },
  {
    name: 'process-stores-of-supplier',
    write: (builder) => {
      const shared = keyValue('shared');
      stream(builder, 'input')
        .process({ get: passing, stores: [keyValue('own'), shared] })
        .processValues({ get: passingValues, stores: [shared] }, { name: 'other' })
        .to('output');
    },
  },
  {
    name: 'process-store-kinds',
    write: (builder) => {
      const windows = { ...texts, retention: '2h', windowSize: '1h' } as const;
      builder
        .addStateStore(stores.keyValue({ ...texts, name: 'plain', logging: { 'segment.bytes': '1000000' } }))
        .addStateStore(stores.timestampedKeyValue({ ...texts, name: 'stamped', logging: false }))
        .addStateStore(stores.window({ ...windows, name: 'windows', retainDuplicates: true }))
        .addStateStore(stores.timestampedWindow({ ...windows, name: 'stamped-windows', engine: 'memory' }))
        .addStateStore(stores.session({ ...texts, name: 'sessions', retention: '3h' }))
        .addStateStore(stores.versioned({ ...texts, name: 'versions', historyRetention: '1h' }))
        .addStateStore(stores.lruMap({ ...texts, name: 'recent', maxEntries: 100 }));
      const names = ['plain', 'stamped', 'windows', 'stamped-windows', 'sessions', 'versions', 'recent'];
      stream(builder, 'input').process(passing, { stores: names }).to('output');
    },
  },
  {
    name: 'process-store-of-table',
    write: (builder) => {
      builder.table('rows', { ...texts, store: 'rows-store' });
      stream(builder, 'input')
        .process(passing, { stores: ['rows-store'] })
        .to('output');
    },
  },
  {
    name: 'process-store-unused',
    write: (builder) => {
      builder.addStateStore(keyValue('unused'));
      stream(builder, 'input').process(passing).to('output');
    },
  },
  {
    name: 'process-store-same-twice',
    write: (builder) => {
      const store = keyValue('store');
      builder.addStateStore(store).addStateStore(store);
      stream(builder, 'input')
        .process(passing, { stores: ['store'] })
        .to('output');
    },
  },
  refused('process-store-name-twice', (builder) => {
    builder.addStateStore(keyValue('store')).addStateStore(keyValue('store'));
    stream(builder, 'input')
      .process(passing, { stores: ['store'] })
      .to('output');
  }),
  refused('process-store-missing', (builder) => {
    stream(builder, 'input')
      .process(passing, { stores: ['missing'] })
      .to('output');
  }),
  refused('process-same-instance', (builder) => {
    const one = new Passing();
    stream(builder, 'input')
      .process(() => one)
      .to('output');
  }),
  refused('process-global-store-passed', (builder) => {
    builder.globalTable('everywhere', { ...texts, store: 'everywhere-store' });
    stream(builder, 'input')
      .process(passing, { stores: ['everywhere-store'] })
      .to('output');
  }),
  {
    name: 'process-behind-new-key',
    write: (builder) => {
      const keyed = stream(builder, 'input').selectKey((value) => value);
      keyed.process(passing).groupByKey().count().toStream().to('one');
      keyed.processValues(passingValues).groupByKey().count().toStream().to('two');
    },
  },
  {
    name: 'process-two-users',
    write: (builder) => {
      const processed = stream(builder, 'input').process(passing);
      processed.groupByKey().count().toStream().to('one');
      processed
        .groupByKey()
        .reduce((left) => left)
        .toStream()
        .to('two');
    },
  },
  {
    name: 'global-store',
    write: (builder) => {
      builder.addGlobalStore(keyValue('first'), 'everywhere', keeping, texts);
      builder.addGlobalStore(keyValue('second'), 'elsewhere', keeping, { ...texts, name: 'named' });
      stream(builder, 'input').process(passing).to('output');
    },
  },
  byHand('hand-word-count', (topology) =>
    topology
      .addSource('lines', 'input', texts)
      .addProcessor('split', passing, 'lines')
      .addProcessor('count', passing, 'split')
      .addStateStore(keyValue('counts'), 'count')
      .addSink('words', 'output', 'count', texts),
  ),
  byHand('hand-several', (topology) =>
    topology
      .addSource('two', ['b-topic', 'a-topic', 'c-topic'])
      .addSource('pattern', /more-.*/, { offsetReset: 'latest' })
      .addProcessor('join', passing, ['two', 'pattern'])
      .addProcessor('my processor', { get: passing, stores: [keyValue('own')] }, 'join')
      .addSink('fixed', 'output', ['join', 'my processor'])
      .addSink('chosen', byKey, 'my processor'),
  ),
  byHand('hand-shared-store', (topology) =>
    topology
      .addSource('one', 'input-1')
      .addSource('two', 'input-2')
      .addSource('three', 'input-3')
      .addProcessor('left', passing, 'one')
      .addProcessor('right', passing, 'two')
      .addProcessor('apart', passing, 'three')
      .addStateStore(keyValue('shared'), 'left')
      .connectProcessorAndStateStores('right', 'shared')
      .addSink('out', 'output', 'left'),
  ),
  byHand('hand-global-store', (topology) =>
    topology
      .addSource('lines', 'input')
      .addProcessor('look-up', passing, 'lines')
      .addGlobalStore(stores.keyValue({ ...texts, name: 'everywhere', engine: 'memory' }), 'global-topic', keeping, {
        ...texts,
        source: 'global-source',
        processor: 'global-processor',
      })
      .addSink('out', 'output', 'look-up'),
  ),
  byHand('hand-read-only-store', (topology) =>
    topology
      .addReadOnlyStateStore(keyValue('rows'), 'rows-topic', keeping, {
        ...texts,
        source: 'rows-source',
        processor: 'rows-processor',
      })
      .addSource('lines', 'input')
      .addProcessor('look-up', passing, 'lines')
      .connectProcessorAndStateStores('look-up', 'rows')
      .addSink('out', 'output', 'look-up'),
  ),
  ...(
    [
      [
        'hand-unknown-parent',
        (topology) => topology.addSource('lines', 'input').addProcessor('look-up', passing, 'line'),
      ],
      [
        'hand-sink-parent',
        (topology) =>
          topology.addSource('lines', 'input').addSink('out', 'output', 'lines').addProcessor('after', passing, 'out'),
      ],
      ['hand-name-twice', (topology) => topology.addSource('lines', 'input').addSource('lines', 'other')],
      ['hand-topic-twice', (topology) => topology.addSource('one', 'input').addSource('two', 'input')],
      [
        'hand-store-on-source',
        (topology) => topology.addSource('lines', 'input').addStateStore(keyValue('counts'), 'lines'),
      ],
    ] satisfies readonly [string, (builder: TopologyBuilder) => unknown][]
  ).map(([name, write]) => byHand(name, write, { refused: 'TOPOLOGY_INVALID' })),
];
