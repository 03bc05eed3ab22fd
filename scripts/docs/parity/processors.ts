/** The Processor API, and the stores. */
import type { ParitySection } from './row.js';

export const PROCESSORS: ParitySection = {
  title: 'Processor API',
  rows: [
    {
      theirs: '`Processor`, `ContextualProcessor`',
      ours: ['Processor.init', 'Processor.process', 'Processor.close'],
      remark: '`process` may return a promise.',
    },
    {
      theirs: '`FixedKeyProcessor`, its supplier, context and record',
      ours: ['FixedKeyProcessor', 'FixedKeyProcessorSupplier', 'FixedKeyProcessorContext', 'FixedKeyRecord'],
    },
    {
      theirs: '`ProcessorContext`: `forward`, `schedule`, `commit`, `getStateStore`',
      ours: [
        'ProcessorContext.forward',
        'ProcessorContext.schedule',
        'ProcessorContext.commit',
        'ProcessorContext.getStateStore',
        'ScheduleOptions.start',
      ],
    },
    {
      theirs:
        '`ProcessorContext`: `taskId`, `applicationId`, `recordMetadata`, `keySerde`, `valueSerde`, `stateDir`, ' +
        '`currentSystemTimeMs`, `currentStreamTimeMs`',
      ours: [
        'ProcessorContext.taskId',
        'ProcessorContext.applicationId',
        'ProcessorContext.recordMetadata',
        'ProcessorContext.keySerde',
        'ProcessorContext.valueSerde',
        'ProcessorContext.stateDir',
        'ProcessorContext.currentSystemTime',
        'ProcessorContext.currentStreamTime',
      ],
    },
    {
      theirs: '`ProcessorContext.metrics`: sensors of a processor’s own',
      ours: ['collectMetrics', 'ProcessorContext.applicationId', 'ProcessorContext.taskId'],
      remark:
        'A processor counts with meters of prom-client that its function closes over, in the registry that `collectMetrics` adds ' +
        'the application’s metrics to: [metrics of a processor](metrics.md#metrics-of-a-processor).',
    },
    {
      theirs: '`ProcessorContext`: `appConfigs`, `appConfigsWithPrefix`',
      ours: [],
      missing:
        'On purpose: Kafka makes a processor by its class name and has no other way to tell it anything. Here a function makes it, ' +
        'which closes over what it needs, with its type; the options of the application hold credentials and are nobody else’s.',
    },
    {
      theirs: '`Record`, `ReadOnlyRecord`: key, value, timestamp, headers, `with…`',
      ours: [
        'Record.key',
        'Record.value',
        'Record.timestamp',
        'Record.headers',
        'Record.withKey',
        'Record.withValue',
        'Record.withTimestamp',
        'Record.withHeaders',
        'ReadOnlyRecord',
      ],
    },
    {
      theirs: '`ProcessorSupplier`, `ConnectedStoreProvider.stores()`',
      ours: ['ProcessorSupplier', 'Supplier.stores'],
    },
    {
      theirs: '`ProcessorWrapper`, `WrappedProcessorSupplier`',
      ours: ['ProcessorWrapper', 'BuildOptions.processorWrapper', 'TopologyBuilderOptions.processorWrapper'],
    },
    {
      theirs: '`Punctuator`, `PunctuationType`, `Cancellable`',
      ours: ['Punctuator', 'PunctuationType', 'Cancellable.cancel'],
    },
    {
      theirs: '`TimestampExtractor` and the four that come with Kafka Streams',
      ours: ['TimestampExtractor', 'timestampExtractors'],
    },
    { theirs: '`StreamPartitioner`, with and without headers', ours: ['Partitioner'] },
    {
      theirs: '`TopicNameExtractor`, `RecordContext`, `RecordMetadata`, `TaskId`',
      ours: ['KStream.to', 'RecordView', 'RecordMetadata', 'ProcessorContext.taskId'],
    },
    {
      theirs: '`StateStore` of one’s own making: `init`, `commit`, `close`, `persistent`, restore callbacks',
      ours: [
        'stores.custom',
        'CustomStoreOptions.open',
        'CustomStore.restore',
        'CustomStore.commit',
        'CustomStore.close',
        'CustomStoreContext.log',
        'CustomStoreContext.directory',
        'EngineSupplier.open',
      ],
      remark:
        'Never `persistent`: what nobody can roll back is restored from the start of its changelog whenever its task is opened. It is connected to processors, and is neither a global nor a read-only store. For bytes that outlive the process there are engines.',
    },
    {
      theirs: '`StateRestoreListener`',
      ours: ['KafkaStreams.onRestore', 'RestoreListener'],
      missing: '`StandbyUpdateListener`: there are no standby replicas.',
    },
    {
      theirs: '`MockProcessorContext`',
      ours: ['TopologyTestDriver'],
      remark: 'A processor is tested in a topology, which takes three lines.',
    },
  ],
};

export const STORES: ParitySection = {
  title: 'State stores',
  rows: [
    {
      theirs: '`persistentKeyValueStore`, `persistentTimestampedKeyValueStore`, `inMemoryKeyValueStore`',
      ours: ['stores.keyValue', 'stores.timestampedKeyValue', 'KeyValueStore', 'TimestampedKeyValueStore'],
    },
    { theirs: '`lruMap`', ours: ['stores.lruMap'] },
    { theirs: '`persistentVersionedKeyValueStore`', ours: ['stores.versioned', 'VersionedKeyValueStore'] },
    {
      theirs: '`persistentWindowStore`, `persistentTimestampedWindowStore`, `inMemoryWindowStore`',
      ours: ['stores.window', 'stores.timestampedWindow', 'WindowStore', 'TimestampedWindowStore'],
    },
    { theirs: '`persistentSessionStore`, `inMemorySessionStore`', ours: ['stores.session', 'SessionStore'] },
    {
      theirs: '`…StoreBuilder`: caching and logging',
      ours: ['StoreBuilder', 'CachingStoreOptions.caching', 'StoreOptions.logging'],
    },
    {
      theirs: '`…WithHeaders` stores, `dsl.store.format=HEADERS`',
      ours: [
        'KafkaStreamsOptions.dslStoreFormat',
        'MaterializedOptions.headers',
        'stores.timestampedKeyValueWithHeaders',
        'stores.timestampedWindowWithHeaders',
        'stores.sessionWithHeaders',
        'queryableStores.timestampedKeyValueWithHeaders',
        'queryableStores.timestampedWindowWithHeaders',
        'queryableStores.sessionWithHeaders',
      ],
    },
    {
      theirs: '`DslStoreSuppliers`, `dsl.store.suppliers.class`',
      ours: ['MaterializedOptions.engine', 'KafkaStreamsOptions.dslStores', 'EngineSupplier.open'],
    },
    {
      theirs: '`RocksDBConfigSetter`',
      ours: ['KafkaStreamsOptions.stateStoreMemoryBytes'],
      remark: 'LevelDB’s memory is one budget, divided over the tasks.',
    },
    {
      theirs: '`ValueAndTimestamp`, `VersionedRecord`, iterators',
      ours: ['ValueAndTimestamp', 'VersionedRecord', 'StoreScan'],
    },
  ],
};
