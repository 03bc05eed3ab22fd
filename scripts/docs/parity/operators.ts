/** Streams, tables, groups and windows: the operators. */
import type { ParitySection } from './row.js';

export const STREAMS: ParitySection = {
  title: 'KStream',
  rows: [
    { theirs: '`filter`, `filterNot`', ours: ['KStream.filter', 'KStream.filterNot'] },
    { theirs: '`selectKey`, `map`, `flatMap`', ours: ['KStream.selectKey', 'KStream.map', 'KStream.flatMap'] },
    {
      theirs: '`mapValues`, `flatMapValues`, with and without the key',
      ours: ['KStream.mapValues', 'KStream.flatMapValues'],
    },
    { theirs: '`foreach`, `peek`, `print`', ours: ['KStream.foreach', 'KStream.peek', 'KStream.print'] },
    { theirs: '`split(Named)`', ours: ['KStream.split'] },
    { theirs: '`merge`', ours: ['KStream.merge'] },
    { theirs: '`repartition(Repartitioned)`', ours: ['KStream.repartition'] },
    { theirs: '`to(topic \\| TopicNameExtractor, Produced)`', ours: ['KStream.to'] },
    { theirs: '`toTable(Named, Materialized)`', ours: ['KStream.toTable'] },
    { theirs: '`groupBy`, `groupByKey`', ours: ['KStream.groupBy', 'KStream.groupByKey'] },
    {
      theirs: '`join`, `leftJoin`, `outerJoin` with a `KStream`',
      ours: ['KStream.join', 'KStream.leftJoin', 'KStream.outerJoin'],
    },
    { theirs: '`join`, `leftJoin` with a `KTable`', ours: ['KStream.join', 'KStream.leftJoin'] },
    { theirs: '`join`, `leftJoin` with a `GlobalKTable`', ours: ['KStream.join', 'KStream.leftJoin'] },
    {
      theirs: '`process(ProcessorSupplier, Named, stores…)`',
      ours: ['KStream.process', 'ProcessedOptions.stores'],
    },
    { theirs: '`processValues(FixedKeyProcessorSupplier, …)`', ours: ['KStream.processValues'] },
    {
      theirs: '`ValueJoiner`, `ValueJoinerWithKey`, `ValueJoinerWithStreamAndMappedKey`',
      ours: ['Joiner', 'GlobalTableJoiner'],
      remark: 'The key is the third argument, that of the row of a global table the fifth.',
    },
  ],
};

export const TABLES: ParitySection = {
  title: 'KTable, GlobalKTable, KGroupedTable',
  rows: [
    { theirs: '`KTable.filter`, `filterNot`', ours: ['KTable.filter', 'KTable.filterNot'] },
    { theirs: '`mapValues`, with and without the key', ours: ['KTable.mapValues'] },
    {
      theirs: '`transformValues(ValueTransformerWithKeySupplier, …)`',
      ours: ['KTable.transformValues', 'ValueTransformerSupplier', 'TransformValuesOptions'],
    },
    {
      theirs: '`toStream()`, `toStream(mapper)`',
      ours: ['KTable.toStream', 'KStream.selectKey'],
      remark: '`toStream().selectKey(mapper)`, which is what the mapper is.',
    },
    { theirs: '`suppress(Suppressed)`', ours: ['KTable.suppress'] },
    { theirs: '`groupBy(mapper, Grouped)`', ours: ['KTable.groupBy'] },
    {
      theirs: '`join`, `leftJoin`, `outerJoin` with a `KTable`',
      ours: ['KTable.join', 'KTable.leftJoin', 'KTable.outerJoin'],
    },
    {
      theirs: '`join`, `leftJoin` by a foreign key',
      ours: ['KTable.join', 'KTable.leftJoin', 'ForeignKeyExtractor'],
    },
    { theirs: '`KTable.queryableStoreName()`', ours: ['KTable.queryableStoreName'] },
    { theirs: '`GlobalKTable.queryableStoreName()`', ours: ['GlobalKTable.queryableStoreName'] },
    {
      theirs: '`KGroupedTable.count`, `reduce`, `aggregate`',
      ours: ['KGroupedTable.count', 'KGroupedTable.reduce', 'KGroupedTable.aggregate'],
    },
  ],
};

export const GROUPS: ParitySection = {
  title: 'Grouped and windowed streams',
  rows: [
    {
      theirs: '`KGroupedStream.count`, `reduce`, `aggregate`',
      ours: ['KGroupedStream.count', 'KGroupedStream.reduce', 'KGroupedStream.aggregate'],
      remark: 'A count is a number, written as a `Long`.',
    },
    { theirs: '`windowedBy(Windows \\| SlidingWindows \\| SessionWindows)`', ours: ['KGroupedStream.windowedBy'] },
    { theirs: '`cogroup(aggregator)`', ours: ['KGroupedStream.cogroup'] },
    {
      theirs: '`TimeWindowedKStream`: `count`, `reduce`, `aggregate`, `emitStrategy`',
      ours: [
        'TimeWindowedKStream.count',
        'TimeWindowedKStream.reduce',
        'TimeWindowedKStream.aggregate',
        'TimeWindowedKStream.emitStrategy',
      ],
    },
    {
      theirs: '`SessionWindowedKStream`: `count`, `reduce`, `aggregate`, `emitStrategy`',
      ours: [
        'SessionWindowedKStream.count',
        'SessionWindowedKStream.reduce',
        'SessionWindowedKStream.aggregate',
        'SessionWindowedKStream.emitStrategy',
      ],
    },
    {
      theirs: '`CogroupedKStream`: `cogroup`, `aggregate`, `windowedBy`',
      ours: ['CogroupedKStream.cogroup', 'CogroupedKStream.aggregate', 'CogroupedKStream.windowedBy'],
    },
    {
      theirs: '`TimeWindowedCogroupedKStream`, `SessionWindowedCogroupedKStream`',
      ours: ['TimeWindowedCogroupedKStream.aggregate', 'SessionWindowedCogroupedKStream.aggregate'],
    },
    {
      theirs: '`TimeWindows`: `ofSizeWithNoGrace`, `ofSizeAndGrace`, `advanceBy`',
      ours: ['TimeWindows.of', 'TimeWindowsOptions.advance', 'TimeWindowsOptions.grace'],
    },
    { theirs: '`SlidingWindows`', ours: ['SlidingWindows.of'] },
    { theirs: '`SessionWindows`', ours: ['SessionWindows.of'] },
    { theirs: '`UnlimitedWindows`: `of`, `startOn`', ours: ['UnlimitedWindows.of'] },
    {
      theirs: '`JoinWindows`: `ofTimeDifferenceWithNoGrace`, `ofTimeDifferenceAndGrace`, `before`, `after`',
      ours: ['JoinWindows.of'],
    },
    {
      theirs: '`JoinWindows.of(…).grace(…)`, deprecated',
      ours: ['JoinWindowsOptions.grace', 'JoinWindowsOptions.unmatched'],
      remark:
        '`formerDefault` is the grace that it has; `atOnce` emits what has no partner yet, which turns out to be wrong when one comes: Kafka Streams itself advises against it.',
    },
    { theirs: '`Windowed`, `Window`', ours: ['Windowed', 'Window'] },
    {
      theirs: '`WindowedSerdes`, `TimeWindowedSerde`, `SessionWindowedSerde`',
      ours: ['serdes.timeWindowed', 'serdes.unlimitedWindowed', 'serdes.sessionWindowed'],
    },
  ],
};

export const SUPPRESSED: ParitySection = {
  title: 'Suppressed',
  rows: [
    {
      theirs: '`Suppressed.untilTimeLimit(d, BufferConfig)`',
      ours: ['SuppressUntilTimeLimit.until', 'SuppressUntilTimeLimit.buffer'],
    },
    {
      theirs: '`Suppressed.untilWindowCloses(StrictBufferConfig)`',
      ours: ['SuppressUntilWindowCloses.until', 'SuppressUntilWindowCloses.buffer'],
    },
    {
      theirs: '`BufferConfig`: `maxRecords`, `maxBytes`, `unbounded`, `shutDownWhenFull`, `emitEarlyWhenFull`, logging',
      ours: ['BufferLimits', 'LimitedBuffer', 'StrictBuffer', 'SuppressUntilTimeLimit.logging'],
      remark: 'Unbounded is the default.',
    },
    { theirs: '`withName`', ours: ['SuppressUntilTimeLimit.name'] },
  ],
};
