/** Building a topology: builders, naming, and the options of operators. */
import type { ParitySection } from './row.js';

export const BUILDING: ParitySection = {
  title: 'Building',
  rows: [
    { theirs: '`StreamsBuilder()`', ours: ['StreamsBuilder'] },
    {
      theirs: '`StreamsBuilder(TopologyConfig)`',
      ours: [
        'StreamsBuilderOptions.dslStores',
        'StreamsBuilderOptions.dslStoreFormat',
        'BuildOptions.ensureExplicitInternalResourceNaming',
        'BuildOptions.processorWrapper',
      ],
      remark: 'What it says of stores and names. The rest are options of the application, since it has one topology.',
    },
    {
      theirs: '`stream(topic \\| topics \\| Pattern, Consumed)`',
      ours: ['StreamsBuilder.stream'],
      remark: 'A pattern is a `RegExp` that must match the whole name.',
    },
    { theirs: '`table(topic, Consumed, Materialized)`', ours: ['StreamsBuilder.table'] },
    { theirs: '`globalTable(topic, Consumed, Materialized)`', ours: ['StreamsBuilder.globalTable'] },
    { theirs: '`addStateStore(StoreBuilder)`', ours: ['StreamsBuilder.addStateStore'] },
    {
      theirs: '`addGlobalStore(builder, topic, Consumed, ProcessorSupplier)`',
      ours: ['StreamsBuilder.addGlobalStore'],
    },
    {
      theirs: '`Topology.addReadOnlyStateStore(...)`',
      ours: ['TopologyBuilder.addReadOnlyStateStore'],
    },
    {
      theirs: '`build()`, `build(Properties)`',
      ours: ['StreamsBuilder.build', 'BuildOptions.optimize'],
    },
    {
      theirs:
        '`Topology.addSource`, `addSink`, `addProcessor`, `addStateStore`, `addGlobalStore`, `connectProcessorAndStateStores`',
      ours: [
        'TopologyBuilder.addSource',
        'TopologyBuilder.addSink',
        'TopologyBuilder.addProcessor',
        'TopologyBuilder.addStateStore',
        'TopologyBuilder.addGlobalStore',
        'TopologyBuilder.connectProcessorAndStateStores',
      ],
      remark: 'A builder makes the topology, which does not change afterwards.',
    },
    {
      theirs: '`Topology.describe()`, `TopologyDescription`',
      ours: ['Topology.describe', 'TopologyDescription'],
      remark: 'Equal texts, character for character.',
    },
    { theirs: '`Named.as`', ours: ['NamedOptions.name'] },
    {
      theirs: '`Consumed`: serdes, `withTimestampExtractor`, `withOffsetResetPolicy`, `withName`',
      ours: [
        'ConsumedOptions.key',
        'ConsumedOptions.value',
        'ConsumedOptions.timestampExtractor',
        'ConsumedOptions.offsetReset',
        'ConsumedOptions.name',
      ],
      remark: "`AutoOffsetReset.byDuration` is `{ byDuration: '1h' }`.",
    },
    {
      theirs: '`Produced`: serdes, `withStreamPartitioner`, `withName`',
      ours: ['ProducedOptions.key', 'ProducedOptions.value', 'ProducedOptions.partitioner', 'ProducedOptions.name'],
    },
    { theirs: '`Grouped`', ours: ['GroupedOptions.name', 'GroupedOptions.key', 'GroupedOptions.value'] },
    {
      theirs: '`Joined`: serdes, `withName`, `withGracePeriod`',
      ours: ['JoinedOptions.key', 'JoinedOptions.value', 'JoinedOptions.name', 'JoinedOptions.grace'],
      remark: '`otherValueSerde` has no use in Kafka Streams either.',
    },
    {
      theirs: '`StreamJoined`: serdes, `withName`, `withStoreName`, logging',
      ours: [
        'StreamJoinedOptions.key',
        'StreamJoinedOptions.value',
        'StreamJoinedOptions.otherValue',
        'StreamJoinedOptions.name',
        'StreamJoinedOptions.store',
        'StreamJoinedOptions.logging',
      ],
    },
    {
      theirs: '`StreamJoined.withThisStoreSupplier`, `withOtherStoreSupplier`, `withDslStoreSuppliers`',
      ours: ['StreamJoinedOptions.thisStore', 'StreamJoinedOptions.otherStore', 'StreamJoinedOptions.engine'],
      remark: 'Stores are made by `stores.window`.',
    },
    {
      theirs: '`TableJoined`: `withPartitioner`, `withOtherPartitioner`, `withName`',
      ours: [
        'ForeignKeyJoinOptions.partitioner',
        'ForeignKeyJoinOptions.otherPartitioner',
        'ForeignKeyJoinOptions.name',
      ],
    },
    {
      theirs: '`Repartitioned`',
      ours: [
        'RepartitionedOptions.name',
        'RepartitionedOptions.key',
        'RepartitionedOptions.value',
        'RepartitionedOptions.partitions',
        'RepartitionedOptions.partitioner',
      ],
    },
    {
      theirs: '`Branched`, `BranchedKStream`',
      ours: [
        'BranchedOptions',
        'BranchedKStream.branch',
        'BranchedKStream.defaultBranch',
        'BranchedKStream.noDefaultBranch',
      ],
    },
    {
      theirs: '`Printed`: `toSysOut`, `withLabel`, `withName`, `withKeyValueMapper`',
      ours: ['PrintedOptions.write', 'PrintedOptions.label', 'PrintedOptions.name', 'PrintedOptions.mapper'],
      remark: '`toFile`: `write` takes each line.',
    },
    {
      theirs: '`Materialized`: name, serdes, logging, caching, `withRetention`, `withStoreType`',
      ours: [
        'MaterializedOptions.store',
        'MaterializedOptions.key',
        'MaterializedOptions.value',
        'MaterializedOptions.logging',
        'MaterializedOptions.caching',
        'MaterializedOptions.engine',
        'WindowedOptions.retention',
        'TableOptions.versioned',
      ],
    },
    {
      theirs: '`Materialized.as(supplier)`, `Materialized.as(DslStoreSuppliers)`',
      ours: ['MaterializedOptions.engine', 'EngineSupplier', 'StateBackend'],
      remark: 'An engine keeps sorted bytes and writes batches; windows, sessions, caches and changelogs come with it.',
    },
    {
      theirs: '`EmitStrategy.onWindowUpdate()`, `onWindowClose()`',
      ours: ['TimeWindowedKStream.emitStrategy', 'SessionWindowedKStream.emitStrategy'],
    },
  ],
};
