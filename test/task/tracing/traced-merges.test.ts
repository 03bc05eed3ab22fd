import { afterEach, expect, it } from 'vitest';
import type { KGroupedTable } from '../../../src/dsl/grouped-table.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import type { KTable } from '../../../src/dsl/table.js';
import { openTelemetry } from '../../../src/observe/opentelemetry/open-telemetry.js';
import type { ProcessorWrapper } from '../../../src/processor/api/processor-wrapper.js';
import { serdes } from '../../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../../src/testing/test-driver.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { recorded, sampled } from '../../observe/opentelemetry/recorded-spans.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
let driver: TopologyTestDriver | null = null;
afterEach(async () => {
  await driver?.close();
});

const traceOf = (n: number): string => String(n).padStart(32, '0');

/** Numbers of the traces that each merge brings together: the one it belongs to, then those that it is linked to. */
function merges(
  build: (builder: StreamsBuilder) => void,
  records: readonly (readonly [key: string, trace: number, timestamp: number])[],
  options: TestDriverOptions = {},
  processorWrapper?: ProcessorWrapper,
): number[][] {
  const builder = new StreamsBuilder();
  build(builder);
  const { provider, spans } = recorded();
  const made = new TopologyTestDriver(builder.build({ processorWrapper }), {
    telemetry: openTelemetry({ tracerProvider: provider, batchesPerSecond: 0 }),
    ...options,
  });
  driver = made;
  const input = made.inputTopic('in', STRINGS);
  for (const [key, trace, timestamp] of records) {
    input.pipe(key, 'x', { timestamp, headers: trace === 0 ? [] : sampled(traceOf(trace)) });
  }
  if (options.commit === 'manual') made.commit();
  return spans()
    .filter(({ name }) => name.startsWith('merge'))
    .map((span) => [span.spanContext().traceId, ...span.links.map(({ context }) => context.traceId)].map(Number));
}

/** Around each operator stands one that adds nothing. */
const PASSING: ProcessorWrapper = {
  wrapProcessorSupplier: (_name, supplier) => ({
    ...supplier,
    get: () => {
      const inner = supplier.get();
      return { init: (context) => inner.init?.(context), process: (record) => inner.process(record) };
    },
  }),
  wrapFixedKeyProcessorSupplier: (_name, supplier) => supplier,
};

it('a window is linked to the records that are in it', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s' }))
        .count()
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['b', 2, 1_000],
      ['a', 3, 9_999],
      ['a', 4, 10_000],
    ],
  );
  expect(found).toEqual([[3, 1]]);
});

it('what a record that nobody follows brings about belongs to no trace, whatever was followed of its key before', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', advance: '5s', grace: '1m' }))
        .count()
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 11_000],
      ['a', 0, 12_000],
      ['a', 0, 12_001],
      ['a', 2, 16_000],
      ['a', 0, 17_000],
    ],
  );
  // 2 is in the window of 1 from 10 s on, and alone in the one from 15 s on.
  expect(found).toEqual([[2, 1]]);
});

it('a result that a cache held back belongs to the trace in it, though a record that nobody follows came last', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .count()
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 4, 1_000],
      ['a', 0, 2_000],
    ],
    { commit: 'manual' },
  );
  expect(found).toEqual([[4]]);
});

it('a session is linked to the records that it brings together', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: '10s', grace: '1m' }))
        .count()
        .toStream()
        .filter((value) => value !== null)
        .foreach(() => undefined);
    },
    [
      ['a', 1, 0],
      ['a', 2, 15_000],
      ['a', 3, 8_000],
    ],
  );
  expect(found.at(-1)).toEqual([3, 1, 2]);
});

it('what was held back until its window closed is linked to all that it is made of, though another record lets it go', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: 0 }))
        .emitStrategy('onWindowClose')
        .count()
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['a', 2, 2_000],
      ['b', 3, 30_000],
    ],
  );
  expect(found).toEqual([[3, 1, 2]]);
});

it('a suppressed result is linked to the changes that it stands for', () => {
  const found = merges(
    (builder) => {
      builder
        .table('in', STRINGS)
        .suppress({ until: { timeLimit: '1s' } })
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['a', 2, 1_500],
      ['b', 3, 5_000],
      ['b', 4, 5_500],
      ['c', 5, 9_000],
    ],
  );
  expect(found).toEqual([
    [2, 1],
    [4, 3],
  ]);
});

it('what a cache makes of several updates is linked to all of them', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .count()
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['a', 2, 2_000],
      ['a', 3, 3_000],
    ],
    { commit: 'manual' },
  );
  expect(found).toEqual([[3, 1, 2]]);
});

const joined = (left: string, right: string): string => left + right;

it.each<[string, (builder: StreamsBuilder) => KStream<unknown, unknown>]>([
  ['reduce()', (builder) => builder.stream('in', STRINGS).groupByKey().reduce(joined).toStream()],
  [
    'reduce() of windows',
    (builder) =>
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '1m' }))
        .reduce(joined)
        .toStream(),
  ],
  [
    'reduce() of sessions',
    (builder) =>
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: '10s', grace: '1m' }))
        .reduce(joined)
        .toStream()
        .filter((value) => value !== null),
  ],
  [
    'sliding windows',
    (builder) =>
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(SlidingWindows.of({ timeDifference: '10s', grace: '1m' }))
        .count()
        .toStream()
        // Of the windows of the second record this is the one that holds the first one as well.
        .filter((_value, { window }) => window.end === 2_000),
  ],
])('%s', (_what, build) => {
  const records = [
    ['a', 1, 1_000],
    ['a', 2, 2_000],
  ] as const;
  const found = merges((builder) => {
    build(builder).foreach(() => undefined);
  }, records);
  expect(found).toContainEqual([2, 1]);
});

it.each<[string, (grouped: KGroupedTable<string, string>) => KTable<string, unknown>]>([
  ['count() of a table', (grouped) => grouped.count()],
  ['reduce() of a table', (grouped) => grouped.reduce(joined, joined)],
])('%s is linked through its repartition topic', (_what, build) => {
  const found = merges(
    (builder) => {
      const table = builder.table('in', STRINGS).groupBy((value) => [value, value], STRINGS);
      build(table)
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['b', 2, 2_000],
    ],
  );
  expect(found).toEqual([[2, 1]]);
});

it('both inputs of a cogroup are in the result', () => {
  const found = merges(
    (builder) => {
      const left = builder.stream('in', STRINGS);
      const one = left.filter((_value, _key, record) => record.offset % 2 === 0).groupByKey();
      const two = left.filter((_value, _key, record) => record.offset % 2 === 1).groupByKey();
      const add = (sum: string, value: string): string => sum + value;
      one
        .cogroup(add)
        .cogroup(two, add)
        .aggregate(() => '', { value: serdes.string() })
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['a', 2, 2_000],
    ],
  );
  expect(found).toEqual([[2, 1]]);
});

it.each([1, 2])(
  'an operator inside of a wrapper is linked once, whatever goes on behind it (%i followers)',
  (followers) => {
    const headers: number[] = [];
    const found = merges(
      (builder) => {
        const counted = builder.stream('in', STRINGS).groupByKey().count().toStream();
        for (let at = 0; at < followers; at++) {
          counted.process(() => ({
            init: () => undefined,
            process: (record) => {
              headers.push(record.headers.length);
            },
          }));
        }
      },
      [
        ['a', 1, 1_000],
        ['a', 2, 2_000],
        ['a', 0, 3_000],
      ],
      {},
      PASSING,
    );
    expect(found).toEqual([[2, 1]]);
    expect(headers).toEqual([1, 1, 0].flatMap((count) => Array.from({ length: followers }, () => count)));
  },
);

it('what was told once is news again with the next record of its key', () => {
  const found = merges(
    (builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '1m' }))
        .count()
        .toStream()
        .foreach(() => undefined);
    },
    [
      ['a', 1, 1_000],
      ['b', 2, 1_000],
      ['a', 0, 2_000],
      ['a', 3, 3_000],
      ['b', 4, 3_000],
      ['a', 5, 13_000],
    ],
  );
  expect(found).toEqual([
    [3, 1],
    [4, 2],
  ]);
});

it('only so many are remembered: the latest of a key', () => {
  const records = Array.from({ length: 40 }, (_, at) => ['a', at + 1, at] as const);
  const found = merges((builder) => {
    builder
      .stream('in', STRINGS)
      .groupByKey()
      .count()
      .toStream()
      .foreach(() => undefined);
  }, records);
  expect(found.at(-1)).toEqual([40, ...Array.from({ length: 15 }, (_, at) => at + 25)]);
});
