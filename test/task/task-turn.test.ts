import { describe, expect, it } from 'vitest';
import type { KGroupedStream } from '../../src/dsl/grouped-stream.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { KTable } from '../../src/dsl/table.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import type { Processor } from '../../src/processor/api/processor.js';
import type { Record as ReceivedRecord } from '../../src/processor/api/record.js';
import type { Windowed } from '../../src/record/windowed.js';
import { serdes } from '../../src/serde/serdes.js';
import { JoinWindows, type JoinWindowsOptions } from '../../src/time/join-windows.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import type { Topology } from '../../src/topology/topology.js';
import { portions } from '../moving/inputs.js';
import { ROWS_AT_ONCE } from '../../src/store/overlay/epoch/overlay-store.js';
import { steppedSlice } from '../time/stepped-slice.js';
import { OneTask, type TextRecord } from './one-task.js';

const TEXT = { key: serdes.string(), value: serdes.string() };
const KEYS = 40;

/** What is counted in windows of 100, written by key. */
function counts(
  count: (input: KGroupedStream<string, string>) => KTable<Windowed<string>, number | null>,
): () => Topology {
  return () =>
    builtBy((builder) => {
      count(builder.stream('in', TEXT).groupByKey())
        .toStream()
        .map((found, { key }) => [key, String(found)])
        .to('out', TEXT);
    });
}

/** Two streams joined, with what has no partner. */
function leftJoined(windows: JoinWindowsOptions): () => Topology {
  return () =>
    builtBy((builder) => {
      builder
        .stream('in', TEXT)
        .leftJoin(builder.stream('other', TEXT), (left, right) => `${left}/${String(right)}`, JoinWindows.of(windows))
        .to('out', TEXT);
    });
}

function builtBy(write: (builder: StreamsBuilder) => void): Topology {
  const builder = new StreamsBuilder();
  write(builder);
  return builder.build();
}

/** Forwards each record, and once more. */
class Twice implements Processor<string, string, string, string> {
  private context!: ProcessorContext<string, string>;

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
  }

  process(record: ReceivedRecord<string, string>): void {
    this.context.forward(record);
    this.context.forward(record.withValue(`${record.value} again`));
  }
}

/** A record of each key, then one that lets much happen at once. */
function many(topic: string, then: readonly TextRecord[]): TextRecord[] {
  const records: TextRecord[] = [];
  for (let key = 0; key < KEYS; key += 1) records.push([topic, `k${String(key)}`, String(key), key]);
  return [...records, ...then];
}

/** Two streams whose records are late, out of order and often without a partner. */
function drawn(): TextRecord[] {
  return ['in', 'other'].flatMap((topic, index) =>
    portions('events', index, 7, 0)
      .flat()
      .flatMap(({ partition, key, value, timestamp }): TextRecord[] =>
        key !== null && partition === 1 ? [[topic, key, value, timestamp]] : [],
      ),
  );
}

interface Case {
  readonly topology: () => Topology;
  readonly records: readonly TextRecord[];
  readonly cacheBytes?: number;
}

const LATER: readonly TextRecord[] = [
  ['in', 'z', 'last', 1_000_000],
  ['in', 'z', 'behind it', 1_000_001],
];

/** One record of each of these brings about many results. */
const CASES: Readonly<Record<string, Case>> = {
  'suppress lets everything go': {
    topology: counts((input) =>
      input
        .windowedBy(TimeWindows.of({ size: 100, grace: 0 }))
        .count({ caching: false })
        .suppress({ until: 'windowCloses' }),
    ),
    records: many('in', LATER),
  },
  'windows close': {
    topology: counts((input) =>
      input
        .windowedBy(TimeWindows.of({ size: 100, grace: 0 }))
        .emitStrategy('onWindowClose')
        .count(),
    ),
    records: many('in', LATER),
  },
  'sessions close': {
    topology: counts((input) =>
      input
        .windowedBy(SessionWindows.of({ gap: 100, grace: 0 }))
        .emitStrategy('onWindowClose')
        .count(),
    ),
    records: many('in', LATER),
  },
  'a join gives up waiting for partners': {
    topology: leftJoined({ timeDifference: 10, grace: 0 }),
    records: many('in', LATER),
  },
  'a record finds its partners behind those that it closes': {
    topology: leftJoined({ timeDifference: '4s', before: '2s', grace: '3s' }),
    records: drawn(),
  },
  'a record finds many partners, each of which is made many': {
    topology: () =>
      builtBy((builder) => {
        builder
          .stream('in', TEXT)
          .join(
            builder.stream('other', TEXT),
            (left, right) => `${left}/${right}`,
            JoinWindows.of({ timeDifference: 100, grace: 0 }),
          )
          .flatMapValues((value) => [`${value}a`, `${value}b`, `${value}c`])
          .to('out', TEXT);
      }),
    records: [
      ...Array.from({ length: KEYS }, (_, at): TextRecord => ['in', 'k', String(at), at]),
      ['other', 'k', 'right', 50],
    ],
  },
  'two ways that meet again': {
    topology: () =>
      builtBy((builder) => {
        const input = builder.stream('in', TEXT);
        const many = input.flatMapValues((value) => [`${value}a`, `${value}b`, `${value}c`]);
        many.merge(input.mapValues((value) => `${value}!`)).to('out', TEXT);
      }),
    records: many('in', LATER),
  },
  'a processor forwards twice': {
    topology: () =>
      builtBy((builder) => {
        builder
          .stream('in', TEXT)
          .process(() => new Twice())
          .flatMapValues((value) => [`${value}a`, `${value}b`, `${value}c`])
          .to('out', TEXT);
      }),
    records: many('in', LATER),
  },
  'a cache is too small for what it holds back': {
    topology: () =>
      builtBy((builder) => {
        builder
          .stream('in', TEXT)
          .groupByKey()
          .reduce((_, value) => value)
          .toStream()
          .flatMapValues((value) => [value, `${value}'`])
          .to('out', TEXT);
      }),
    records: many('in', LATER),
    cacheBytes: 700,
  },
  'one record is made many, twice': {
    topology: () =>
      builtBy((builder) => {
        builder
          .stream('in', TEXT)
          .flatMap((value, key) =>
            Array.from({ length: 5 }, (_, at): [string, string] => [`${key}-${String(at)}`, value]),
          )
          .flatMapValues((value) => [`${value}a`, `${value}b`, `${value}c`])
          .to('out', TEXT);
      }),
    records: many('in', LATER),
  },
};

async function writtenIn(slices: number | null, { topology, records, cacheBytes = 0 }: Case): Promise<string[]> {
  const slice = slices === null ? undefined : steppedSlice(slices);
  const one = new OneTask(topology(), { ...(slice && { slice }), cacheBytes });
  one.offer(records);
  while (one.turn(slice) > 0);
  await one.commit();
  return one.written();
}

describe('a task whose records bring about much', () => {
  for (const [name, one] of Object.entries(CASES)) {
    it(`writes the same when it is cut off anywhere: ${name}`, async () => {
      const whole = await writtenIn(null, one);
      expect(whole.length).toBeGreaterThan(KEYS);
      for (const steps of [1, 2, 3, 7, 50]) expect(await writtenIn(steps, one)).toEqual(whole);
    });
  }

  it('stops within one record, and takes no other before that is done', () => {
    const slice = steppedSlice(4);
    const one = new OneTask((CASES['suppress lets everything go'] as Case).topology(), { slice });
    one.offer(many('in', LATER));
    for (let at = 0; at < 100 && one.written().filter((text) => text.startsWith('out')).length === 0; at += 1) {
      one.turn(slice);
    }
    expect(one.task.unfinished).toBe(true);
    expect(one.task.needsCommit).toBe(true);
    expect(() => one.task.sealEpoch()).toThrow(/not finished/);
    expect(one.task.queue('in', 0)?.committableOffset).toBe(KEYS + 1);
    one.turn(slice);
    expect(one.task.unfinished).toBe(true);
    expect(one.task.queue('in', 0)?.committableOffset).toBe(KEYS + 1);
  });

  it('flushes its caches in slices before a commit', async () => {
    const slice = steppedSlice(3);
    const { topology, records } = CASES['a cache is too small for what it holds back'] as Case;
    const one = new OneTask(topology(), { slice, cacheBytes: 1_000_000 });
    one.offer(records);
    while (one.turn(slice) > 0);
    expect(one.written()).toEqual([]);
    await one.commit();
    expect(one.written().filter((text) => text.startsWith('out'))).toHaveLength(2 * (KEYS + 1));
    expect(slice.pauses).toBeGreaterThan(KEYS / 3);
  });

  it('seals its changes in slices, and takes no record until that is done', async () => {
    const slice = steppedSlice(3);
    const { topology } = CASES['windows close'] as Case;
    const one = new OneTask(topology(), { slice });
    one.offer(many('in', []));
    while (one.turn(slice) > 0);
    await one.task.flush();
    one.written();
    slice.begin();
    let pieces = 1;
    let offsets = one.task.sealEpoch();
    one.offer([['in', 'later', 'x', 5]]);
    for (; offsets === null; offsets = one.task.sealEpoch()) {
      pieces += 1;
      expect(one.turn(slice)).toBe(0);
      expect(one.task.standing(0)).toBe('it waits for a commit');
      expect(one.task.punctuate(1_000_000)).toBe(false);
    }
    expect(pieces).toBeGreaterThan(KEYS / ROWS_AT_ONCE / 3);
    expect(one.written()).toHaveLength(KEYS);
    expect(offsets).toMatchObject([{ topic: 'in', offset: KEYS }]);
    expect(one.turn(slice)).toBe(1);
  });

  it('finishes what it has begun when it is given up', async () => {
    const slice = steppedSlice(2);
    const one = new OneTask((CASES['windows close'] as Case).topology(), { slice });
    one.offer(many('in', LATER.slice(0, 1)));
    while (!one.task.unfinished) one.turn(slice);
    await one.task.finishPending(10_000);
    expect(one.task.unfinished).toBe(false);
    expect(one.written().filter((text) => text.startsWith('out'))).toHaveLength(KEYS);
  });
});
