/** What `SmokeTestClient` of Kafka Streams runs, written here: windows, suppression, tables, joins, a regrouped table. */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KTable } from '../../src/dsl/table.js';
import type { Windowed } from '../../src/record/windowed.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import type { Topology } from '../../src/topology/topology.js';

const INT = { key: serdes.string(), value: serdes.int() };
const LONG = { key: serdes.string(), value: serdes.long() };
const DOUBLE = { key: serdes.string(), value: serdes.double() };
/** Ends the input, as a value; as a key, closes all windows. */
const END = 2_147_483_647;
const FLUSH = 'flush';

const TWO_DAYS = TimeWindows.of({ size: '2d', grace: 0 });

/** The topics that the test's driver reads and writes. */
export const STREAMS_TOPICS = [
  ...['data', 'fk', 'echo', 'max', 'min', 'min-suppressed', 'min-raw', 'dif', 'sum', 'sws-raw', 'sws-suppressed'],
  ...['cnt', 'avg', 'tagg'],
];

export function streamsTopology(): Topology {
  const builder = new StreamsBuilder();
  const source = builder.stream('data', INT);
  source.filterNot((_, key) => key === FLUSH).to('echo', INT);
  const grouped = source.filter((value) => value !== END).groupByKey(INT);

  const min = grouped.windowedBy(TimeWindows.of({ size: '1d', grace: '1m' })).aggregate(
    () => END,
    (least, value) => Math.min(least, value),
    { store: 'uwin-min', value: serdes.int(), retention: '25h' },
  );
  byWindow(min, 'min-raw');
  byWindow(min.suppress({ until: 'windowCloses' }), 'min-suppressed');
  byKey(min, 'min', INT);

  const sums = grouped
    .windowedBy(TimeWindows.of({ size: '2s', advance: '1s', grace: '30s' }))
    .reduce((sum, value) => sum + value);
  byWindow(sums, 'sws-raw');
  byWindow(sums.suppress({ until: 'windowCloses' }), 'sws-suppressed');

  const max = grouped.windowedBy(TWO_DAYS).aggregate(
    () => -END - 1,
    (most, value) => Math.max(most, value),
    { store: 'uwin-max', value: serdes.int() },
  );
  byKey(max, 'max', INT);
  const sum = grouped.windowedBy(TWO_DAYS).aggregate(
    () => 0,
    (total, value) => total + value,
    { store: 'win-sum', value: serdes.long() },
  );
  byKey(sum, 'sum', LONG);
  byKey(grouped.windowedBy(TWO_DAYS).count({ store: 'uwin-cnt' }), 'cnt', LONG);

  const minTable = builder.table('min', { ...INT, store: 'minStoreName' });
  const maxTable = builder.table('max', { ...INT, store: 'maxStoreName' });
  const sumTable = builder.table('sum', LONG);
  const cntTable = builder.table('cnt', { ...LONG, store: 'cntStoreName' });
  maxTable
    .join(minTable, (most, least) => most - least)
    .toStream()
    .filterNot((_, key) => key === FLUSH)
    .to('dif', INT);
  sumTable
    .join(cntTable, (total, count) => total / count)
    .toStream()
    .filterNot((_, key) => key === FLUSH)
    .to('avg', DOUBLE);

  cntTable
    .groupBy((count) => [String(count), 1], LONG)
    .aggregate(
      () => 0,
      (total, value) => total + value,
      (total, value) => total - value,
      { store: 'cntByCnt', engine: 'memory', ...LONG },
    )
    .toStream()
    .to('tagg', LONG);
  return builder.build();
}

/** The windows of a table, under their names. */
function byWindow(table: KTable<Windowed<string>, number | null>, topic: string): void {
  table
    .toStream()
    .filterNot((_, windowed) => windowed.key === FLUSH)
    .map((value, windowed) => [windowed.toString(), value])
    .to(topic, { key: serdes.string(), value: serdes.int() });
}

/** The values of a table by key, of whichever window. */
function byKey(table: KTable<Windowed<string>, number | null>, topic: string, types: typeof INT): void {
  table
    .toStream()
    .selectKey((_, windowed) => windowed.key)
    .filterNot((_, key) => key === FLUSH)
    .to(topic, types);
}
