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
  /** Nothing that was put was forgotten: a cache with room for all finds it, expired or not. */
  whole = true;

  constructor(
    private readonly exact: boolean,
    /** A cache finds what has expired for as long as it has it. */
    readonly caching: boolean,
  ) {}

  copy(): Model {
    const copy = new Model(this.exact, this.caching);
    copy.rows = new Map(this.rows);
    copy.streamTime = this.streamTime;
    return copy;
  }

  put(row: Omit<Row, 'value'> & { readonly value: number | null }): void {
    this.streamTime = Math.max(this.streamTime, row.start);
    if (!this.caching && row.start < this.firstLive) return;
    const id = `${row.key}@${String(row.start)}`;
    if (row.value === null) this.rows.delete(id);
    else this.rows.set(id, { ...row, value: row.value });
  }

  /** What a read must find. */
  visible(from: number, to: number): Row[] {
    const first = this.caching && this.whole ? 0 : this.streamTime - RETENTION + 1;
    return this.all(Math.max(from, first), to);
  }

  /** What a read may find. */
  all(from: number, to: number): Row[] {
    return [...this.rows.values()].filter((row) => row.start >= from && row.start <= to);
  }

  private get firstLive(): number {
    const expired = this.streamTime - RETENTION;
    return this.exact ? expired + 1 : Math.floor(expired / SEGMENT) * SEGMENT;
  }
}

function byTimeAndKey(left: Row, right: Row): number {
  return left.start - right.start || Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}

interface Kind {
  readonly name: string;
  readonly serde: Serde<unknown>;
  readonly as: (value: number) => unknown;
  readonly of: (value: unknown) => number;
}

/** What must be found is, and what else is found was put. */
function expectRows(
  model: Model,
  found: readonly Row[],
  from: number,
  to: number,
  wanted: (row: Row) => boolean,
): void {
  const ids = (rows: readonly Row[]): string[] =>
    rows.map(({ key, start, value, timestamp }) => JSON.stringify([start, key, value, timestamp])).sort();
  const must = ids(model.visible(from, to).filter(wanted));
  if (!model.caching || model.whole) {
    expect(ids(found)).toEqual(must);
    return;
  }
  expect(ids(found)).toEqual(expect.arrayContaining(must));
  expect(ids(model.all(from, to))).toEqual(expect.arrayContaining(ids(found)));
}

async function run(
  bench: StateBench,
  engine: StoreEngine,
  steps: readonly Step[],
  { as, of }: Kind,
  roomForAll: boolean,
): Promise<void> {
  await bench.open();
  const store = (): TimestampedWindowStore<string, unknown> => bench.state.get('window', 'w', 'timestamped');
  const listen = (): void => {
    if (store().caching) store().setFlushListener(() => undefined, false);
  };
  listen();
  let model = new Model(engine === 'memory', store().caching);
  model.whole = roomForAll;
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
        const rows = found === null ? [] : [{ ...one, value: of(found.value), timestamp: found.timestamp }];
        expectRows(model, rows, one.start, one.start, (row) => row.key === one.key);
        break;
      }
      case 'range': {
        const [from, to] = [one.from, one.from + one.length];
        const found = store().fetchRange(one.key, from, to);
        expect(found.map(({ start }) => start)).toEqual(found.map(({ start }) => start).sort((a, b) => a - b));
        const rows = found.map((row) => ({ ...row, key: one.key, value: of(row.value) }));
        expectRows(model, rows, from, to, (row) => row.key === one.key);
        // What has expired may have to make room at each read.
        if (model.caching && !model.whole) break;
        const latest = store().fetchLatest(one.key, from, to);
        expect(latest?.start).toBe(found[found.length - 1]?.start);
        break;
      }
      case 'scan': {
        const { from, length, reverse } = one;
        const scan = reverse ? store().backwardFetchAll(from, from + length) : store().fetchAll(from, from + length);
        const found = (await scan.toArray()).map(([windowed, { value, timestamp }]) => {
          expect(windowed.window.end - windowed.window.start).toBe(20);
          return { key: windowed.key, start: windowed.window.start, value: of(value), timestamp };
        });
        // Stores on disk go by stretches of time: the order inside of them is not that of time.
        if (engine === 'memory') {
          expect(found).toEqual([...found].sort((left, right) => byTimeAndKey(left, right) * (reverse ? -1 : 1)));
        }
        expectRows(model, found, from, from + length, () => true);
        break;
      }
      case 'seal':
        if (bench.state.sealed) break;
        bench.state.flushCaches();
        bench.seal();
        logged = model.copy();
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        listen();
        model = logged.copy();
        model.whole = false;
        expect(store().streamTime).toBe(model.streamTime);
        break;
    }
  }
  for (const row of model.visible(0, 10_000)) {
    expect(of(store().fetch(row.key, row.start)?.value)).toEqual(row.value);
  }
}

const engines: readonly StoreEngine[] = ['memory', 'level'];
const values: readonly Kind[] = [
  { name: 'numbers', serde: serdes.double(), as: (value) => value, of: (value) => value as number },
  {
    name: 'JSON',
    serde: serdes.json<unknown>(),
    as: (value) => ({ value }),
    of: (value) => (value as { readonly value: number }).value,
  },
];

describe.each(engines)('a window store on %s', (engine) => {
  describe.each(values)('of $name', (kind) => {
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
                  kind: 'window',
                  format: 'timestamped',
                  value: kind.serde,
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
              await run(bench, engine, steps, kind, cacheBytes === 100_000);
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
