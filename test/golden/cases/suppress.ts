import { TimeWindowedSerde } from '../../../src/serde/time-windowed.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import type { KTable } from '../../../src/dsl/table.js';
import type { Windowed } from '../../../src/record/windowed.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream } from './streams.js';
import { table } from './tables.js';

const tumbling = TimeWindows.of({ size: '10s', grace: '5s' });
const limited = { until: { timeLimit: '5m' }, buffer: { maxRecords: 1000, whenFull: 'emitEarly' } } as const;
const yes = (): boolean => true;
const value = (given: string): string => given;
const same = (given: string, key: string): [string, string] => [key, given];
const pair = (left: string, right: string | null): string => `${left}${String(right)}`;

function counted(builder: StreamsBuilder, topic = 'input'): KTable<Windowed<string>, number> {
  return stream(builder, topic).groupByKey().windowedBy(tumbling).count();
}

export const suppressCases: readonly GoldenCase[] = [
  {
    name: 'suppress-windows',
    write: (builder) => counted(builder).suppress({ until: 'windowCloses' }).toStream().to('output'),
  },
  {
    name: 'suppress-windows-named',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value)
        .windowedBy(tumbling)
        .count({ store: 'counts' })
        .suppress({ until: 'windowCloses', buffer: { maxBytes: 1_000_000 }, name: 'final' })
        .toStream()
        .to('output'),
  },
  {
    name: 'suppress-windows-repartitioned',
    write: (builder) =>
      stream(builder, 'input')
        .groupBy(value)
        .windowedBy(tumbling)
        .count()
        .suppress({ until: 'windowCloses' })
        .toStream()
        .to('output'),
  },
  {
    name: 'suppress-not-logged',
    write: (builder) => counted(builder).suppress({ until: 'windowCloses', logging: false }).toStream().to('output'),
  },
  {
    name: 'suppress-logged-with-config',
    write: (builder) =>
      counted(builder)
        .suppress({ until: 'windowCloses', logging: { 'segment.bytes': '1000' }, name: 'kept' })
        .toStream()
        .to('output'),
  },
  { name: 'suppress-table', write: (builder) => table(builder, 'users').suppress(limited).toStream().to('output') },
  {
    name: 'suppress-derived-table',
    write: (builder) => table(builder, 'users').mapValues(value).filter(yes).suppress(limited).toStream().to('output'),
  },
  {
    name: 'suppress-then-derive',
    write: (builder) =>
      table(builder, 'users').suppress(limited).filter(yes).mapValues(value, { store: 'mapped' }).toStream().to('out'),
  },
  {
    name: 'suppress-then-group',
    write: (builder) => table(builder, 'users').suppress(limited).groupBy(same).count().toStream().to('output'),
  },
  {
    name: 'suppress-then-join',
    write: (builder) => stream(builder, 'input').join(table(builder, 'users').suppress(limited), pair).to('output'),
    // The JVM knows no sources of a suppressed table.
    copartitionGroups: ['input,users'],
  },
  {
    name: 'suppress-derived-then-join',
    write: (builder) =>
      stream(builder, 'input')
        .leftJoin(
          table(builder, 'users')
            .mapValues(value)
            .suppress({ ...limited, name: 'calm' })
            .filter(yes),
          pair,
        )
        .to('output'),
    copartitionGroups: ['input,users'],
  },
  {
    name: 'suppress-twice',
    write: (builder) =>
      counted(builder).suppress(limited).mapValues(String).suppress({ until: 'windowCloses' }).toStream().to('output'),
  },
  {
    name: 'suppress-merged-windows',
    write: (builder) =>
      counted(builder, 'one')
        .toStream()
        .merge(counted(builder, 'two').toStream())
        .toTable({ key: new TimeWindowedSerde(serdes.string(), 10_000), value: serdes.long() })
        .suppress({ until: 'windowCloses' })
        .toStream()
        .to('output'),
  },
  {
    name: 'suppress-cogroup',
    write: (builder) =>
      stream(builder, 'one')
        .groupByKey()
        .cogroup((all: string, given) => all + given)
        .cogroup(stream(builder, 'two').groupByKey(), (all, given) => all + given)
        .windowedBy(tumbling)
        .aggregate(() => '')
        .suppress({ until: 'windowCloses' })
        .toStream()
        .to('output'),
  },
  {
    name: 'suppress-without-windows',
    write: (builder) =>
      builder
        .table('input', { key: new TimeWindowedSerde(serdes.string(), 10_000), value: serdes.string() })
        .suppress({ until: 'windowCloses' })
        .toStream()
        .to('output'),
    refused: 'TOPOLOGY_INVALID',
  },
];
