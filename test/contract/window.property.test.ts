/** Window stores against a plain list with the retention rules of Kafka Streams, through commits, evictions and crashes. */
import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreEngine } from '../../src/store/spec.js';
import type { TimestampedWindowStore } from '../../src/store/window-store.js';
import { spec, StateBench } from '../store/state-bench.js';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly start: number; readonly value: number | null }
  | { readonly do: 'fetch'; readonly key: string; readonly start: number }
  | { readonly do: 'range'; readonly key: string; readonly from: number; readonly length: number }
  | { readonly do: 'scan'; readonly from: number; readonly length: number; readonly reverse: boolean }
  | { readonly do: 'seal' | 'write' | 'crash' };

const RETENTION = 100;
const SEGMENT = 50;

const key = fc.constantFrom('a', 'ab', '');
// Time moves on slowly, so that most puts are live, some are hidden, and some are too late.
const start = fc.nat(16).map((steps) => steps * 25);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, start, value: fc.option(fc.nat(9), { freq: 5 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fetch' as const), key, start }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('range' as const), key, from: start, length: fc.nat(200) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('scan' as const), from: start, length: fc.nat(300), reverse: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

interface Row {
  readonly key: string;
  readonly start: number;
  readonly value: number;
  readonly timestamp: number;
}

/** What Kafka Streams would have: all rows, with the time that the store has seen. */
class Model {
  rows = new Map<string, Row>();
  streamTime = -1;

  constructor(
    private readonly exact: boolean,
    /** A cache finds what has expired, here until its segment is gone as a whole. */
    private readonly caching: boolean,
  ) {}

  copy(): Model {
    const copy = new Model(this.exact, this.caching);
    copy.rows = new Map(this.rows);
    copy.streamTime = this.streamTime;
    return copy;
  }

  put(row: Omit<Row, 'value'> & { readonly value: number | null }): void {
    this.streamTime = Math.max(this.streamTime, row.start);
    const expired = this.exact
      ? row.start <= this.streamTime - RETENTION
      : Math.floor(row.start / SEGMENT) < Math.floor((this.streamTime - RETENTION) / SEGMENT);
    if (expired) return;
    const id = `${row.key}@${String(row.start)}`;
    if (row.value === null) this.rows.delete(id);
    else this.rows.set(id, { ...row, value: row.value });
  }

  /** By a read of one key. */
  found(key: string, from: number, to: number): Row[] {
    const expired = this.streamTime - RETENTION;
    const segment = expired < 0 ? 0 : Math.floor(expired / SEGMENT) * SEGMENT;
    const rows = this.caching
      ? [...this.rows.values()].filter(({ start }) => start >= Math.max(from, segment) && start <= to)
      : this.visible(from, to);
    return rows.filter((row) => row.key === key);
  }

  visible(from: number, to: number): Row[] {
    const first = Math.max(from, this.streamTime - RETENTION + 1);
    return [...this.rows.values()].filter((row) => row.start >= first && row.start <= to);
  }
}

function byTimeAndKey(left: Row, right: Row): number {
  return left.start - right.start || Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}

async function run(
  bench: StateBench,
  engine: StoreEngine,
  steps: readonly Step[],
  as: (value: number) => unknown,
): Promise<void> {
  await bench.open();
  const store = (): TimestampedWindowStore<string, unknown> => bench.state.timestampedWindow('w');
  const listen = (): void => {
    if (store().caching) store().setFlushListener(() => undefined, false);
  };
  listen();
  let model = new Model(engine === 'memory' && !store().caching, store().caching);
  let logged = model.copy();
  let time = 1000;
  for (const one of steps) {
    time += 1;
    bench.record(time);
    switch (one.do) {
      case 'put':
        // What came and went between two emissions leaves no trace, in Kafka Streams neither, not even of its time.
        if (store().caching && one.value === null && !logged.rows.has(`${one.key}@${String(one.start)}`)) break;
        store().put(one.key, one.value === null ? null : as(one.value), one.start, time);
        model.put({ ...one, timestamp: time });
        break;
      case 'fetch': {
        const found = store().fetch(one.key, one.start);
        const [row] = model.found(one.key, one.start, one.start);
        expect(found && { value: found.value, timestamp: found.timestamp }).toEqual(
          row === undefined ? null : { value: as(row.value), timestamp: row.timestamp },
        );
        break;
      }
      case 'range':
        expect(store().fetchRange(one.key, one.from, one.from + one.length)).toEqual(
          model
            .found(one.key, one.from, one.from + one.length)
            .sort(byTimeAndKey)
            .map((row) => ({ start: row.start, value: as(row.value), timestamp: row.timestamp })),
        );
        break;
      case 'scan': {
        const { from, length, reverse } = one;
        const scan = reverse ? store().backwardFetchAll(from, from + length) : store().fetchAll(from, from + length);
        const found = (await scan.toArray()).map(([windowed, { value, timestamp }]) => {
          expect(windowed.window.end - windowed.window.start).toBe(20);
          return { key: windowed.key, start: windowed.window.start, value, timestamp };
        });
        const wanted = model.visible(from, from + length).sort(byTimeAndKey);
        if (reverse) wanted.reverse();
        // Stores on disk go by stretches of time: the order inside of them is not that of time.
        if (engine === 'level')
          found.sort((left, right) => byTimeAndKey(left as Row, right as Row) * (reverse ? -1 : 1));
        expect(found).toEqual(
          wanted.map((row) => ({ ...row, do: undefined, value: as(row.value) })).map(({ do: _, ...row }) => row),
        );
        break;
      }
      case 'seal':
        if (bench.state.sealed) break;
        bench.state.flushCaches();
        bench.state.sealEpoch(bench.changelogs);
        logged = model.copy();
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        listen();
        model = logged.copy();
        expect(store().streamTime).toBe(model.streamTime);
        break;
    }
  }
  for (const row of model.visible(0, 10_000)) {
    expect(store().fetch(row.key, row.start)?.value).toEqual(as(row.value));
  }
}

const engines: readonly StoreEngine[] = ['memory', 'level'];
const values: readonly { name: string; serde: Serde<unknown>; as: (value: number) => unknown }[] = [
  { name: 'numbers', serde: serdes.double(), as: (value) => value },
  { name: 'JSON', serde: serdes.json<unknown>(), as: (value) => ({ value }) },
];

describe.each(engines)('a window store on %s', (engine) => {
  describe.each(values)('of $name', ({ serde, as }) => {
    it.each([false, true])('keeps what Kafka Streams keeps (caching %s)', { timeout: 120_000 }, async (caching) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 120, size: 'large' }),
          fc.constantFrom(0, 2000, 100_000),
          async (steps, cacheBytes) => {
            const bench = new StateBench(
              [
                spec({
                  name: 'w',
                  kind: 'timestampedWindow',
                  value: serde,
                  engine,
                  caching,
                  retentionMs: RETENTION,
                  windowSizeMs: 20,
                  segmentIntervalMs: SEGMENT,
                }),
              ],
              { engine, cacheBytes },
            );
            try {
              await run(bench, engine, steps, as);
            } finally {
              await bench.remove();
            }
          },
        ),
        { numRuns: engine === 'level' ? 100 : 400 },
      );
    });
  });
});
