/** Session stores against what Kafka Streams would have: a store with its retention rules, and its cache above it. */
import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import type { Windowed } from '../../src/record/windowed.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreScan } from '../../src/store/scan.js';
import type { SessionEntry, SessionStore } from '../../src/store/session-store.js';
import type { StoreEngine } from '../../src/store/spec.js';
import { spec, StateBench } from '../store/state-bench.js';

interface Bounds {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

type Step =
  | (Bounds & { readonly do: 'put'; readonly value: number | null })
  | (Bounds & { readonly do: 'remove' | 'session' })
  /** What an aggregation does: the sessions in reach are removed, and one over all of them is put. */
  | { readonly do: 'merge'; readonly key: string; readonly time: number; readonly value: number }
  | { readonly do: 'find'; readonly key: string; readonly earliestEnd: number; readonly latestStart: number }
  | { readonly do: 'fetch'; readonly key: string }
  | { readonly do: 'scan'; readonly from: number; readonly length: number }
  | { readonly do: 'all' }
  | { readonly do: 'seal' | 'write' | 'crash' };

const RETENTION = 100;
const SEGMENT = 50;
const GAP = 20;
/** Bytes of cache that nothing here fills. */
const PLENTY = 100_000;

const key = fc.constantFrom('a', 'ab', '');
const time = fc.nat(40).map((steps) => steps * 10);
const bounds = fc
  .record({ key, end: time, length: fc.constantFrom(0, 0, 10, 30, 150) })
  .map(({ key, end, length }) => ({
    key,
    start: Math.max(0, end - length),
    end,
  }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(bounds, fc.option(fc.nat(9), { freq: 5 }))
      .map(([at, value]) => ({ do: 'put' as const, ...at, value })),
  },
  { weight: 2, arbitrary: bounds.map((at) => ({ do: 'remove' as const, ...at })) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('merge' as const), key, time, value: fc.nat(9) }) },
  { weight: 2, arbitrary: bounds.map((at) => ({ do: 'session' as const, ...at })) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('find' as const), key, earliestEnd: time, latestStart: time }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fetch' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('scan' as const), from: time, length: fc.nat(300) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('all' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

interface Row extends Bounds {
  readonly value: number;
}

const idOf = ({ key, start, end }: Bounds): string => `${key}@${String(start)}/${String(end)}`;

/** The store below the cache. */
class Underlying {
  streamTime = -1;
  readonly rows: Map<string, Row>;

  constructor(
    private readonly exact: boolean,
    from?: Underlying,
  ) {
    this.rows = new Map(from?.rows);
    if (from !== undefined) this.streamTime = from.streamTime;
  }

  put(at: Bounds, value: number | null): void {
    this.streamTime = Math.max(this.streamTime, at.end);
    const oldest = this.streamTime - RETENTION;
    const expired = this.exact
      ? at.end <= oldest
      : Math.floor(at.end / SEGMENT) < Math.floor(Math.max(0, oldest) / SEGMENT);
    if (value === null) this.rows.delete(idOf(at));
    else if (!expired) this.rows.set(idOf(at), { key: at.key, start: at.start, end: at.end, value });
  }

  visible(): Row[] {
    return [...this.rows.values()].filter((row) => row.end >= this.streamTime - RETENTION + 1);
  }

  get(at: Bounds): number | null {
    return this.visible().find((row) => idOf(row) === idOf(at))?.value ?? null;
  }
}

/** The store with the cache above it, which never has to give anything up. */
class Model {
  readonly cache = new Map<string, Bounds & { readonly value: number | null }>();
  private readonly dirty = new Set<string>();
  private logged: Underlying;

  constructor(
    private readonly exact: boolean,
    private readonly caching: boolean,
    private readonly sendOldValues: boolean,
    readonly store = new Underlying(exact),
  ) {
    this.logged = new Underlying(exact);
  }

  put(at: Bounds, value: number | null): void {
    if (!this.caching) {
      this.store.put(at, value);
      return;
    }
    const id = idOf(at);
    this.cache.set(id, { key: at.key, start: at.start, end: at.end, value });
    this.dirty.delete(id);
    this.dirty.add(id);
  }

  flush(): string[] {
    const emitted: string[] = [];
    for (const id of this.dirty) {
      const entry = this.cache.get(id) as Row;
      const old = this.store.get(entry);
      if ((entry.value as number | null) === null && old === null) continue;
      this.store.put(entry, entry.value);
      emitted.push(`${id}: ${String(entry.value)} for ${String(this.sendOldValues ? old : null)}`);
    }
    this.dirty.clear();
    return emitted;
  }

  seal(): void {
    this.logged = new Underlying(this.exact, this.store);
  }

  crashed(): Model {
    const after = new Model(this.exact, this.caching, this.sendOldValues, new Underlying(this.exact, this.logged));
    after.seal();
    return after;
  }

  visible(): Row[] {
    const rows = new Map(this.store.visible().map((row) => [idOf(row), row]));
    for (const [id, entry] of this.cache) {
      rows.delete(id);
      if (entry.value !== null) rows.set(id, entry as Row);
    }
    return [...rows.values()].sort(byEnd);
  }
}

function byEnd(left: Bounds, right: Bounds): number {
  return (
    left.end - right.end || Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)) || left.start - right.start
  );
}

async function scanned(
  scan: StoreScan<readonly [Windowed<string>, unknown]>,
): Promise<(Bounds & { readonly value: unknown })[]> {
  return (await scan.toArray()).map(([{ key, window }, value]) => ({ key, ...window, value }));
}

/** Stores on disk go by stretches of time, and inside of them by key. */
function inOrder<T extends Bounds>(found: T[], engine: StoreEngine): T[] {
  return engine === 'level' ? found.sort(byEnd) : found;
}

interface Variant {
  readonly engine: StoreEngine;
  readonly caching: boolean;
  readonly sendOldValues: boolean;
  readonly as: (value: number) => unknown;
}

async function run(bench: StateBench, steps: readonly Step[], variant: Variant): Promise<void> {
  const { engine, as } = variant;
  await bench.open();
  const caching = variant.caching && bench.budget.maxBytes > 0;
  let model = new Model(engine === 'memory', caching, variant.sendOldValues);
  let emitted: string[] = [];
  const store = (): SessionStore<string, unknown> => bench.state.get('session', 's');
  const listen = (): void => {
    expect(store().caching).toBe(caching);
    if (!caching) return;
    const show = (value: unknown): string => {
      const number = Array.from({ length: 10 }, (_, index) => index).find(
        (index) => JSON.stringify(as(index)) === JSON.stringify(value),
      );
      return String(number ?? null);
    };
    store().setFlushListener((key, start, end, now, old) => {
      emitted.push(`${idOf({ key, start, end })}: ${show(now)} for ${show(old)}`);
    }, variant.sendOldValues);
  };
  listen();
  const told = (): void => {
    if (emitted.length === 0) return;
    expect(emitted).toEqual(model.flush());
    emitted = [];
  };
  // What has expired is found for as long as it is in the cache: with a small one nobody knows how long that is.
  const forgetful = caching && bench.budget.maxBytes < PLENTY;
  const check = (found: readonly (Bounds & { readonly value: unknown })[], asked: (row: Row) => boolean): void => {
    const surely = new Set(model.store.visible().map(idOf));
    const shown = new Set(found.map(idOf));
    const wanted = model
      .visible()
      .filter(asked)
      .filter((row) => !forgetful || shown.has(idOf(row)) || surely.has(idOf(row)));
    expect(found).toEqual(wanted.map((row) => ({ ...row, value: as(row.value) })));
  };
  const of = (key: string, found: readonly SessionEntry<unknown>[]): (Bounds & { readonly value: unknown })[] =>
    found.map(({ start, end, value }) => ({ key, start, end, value }));
  let now = 1000;
  for (const one of steps) {
    now += 1;
    bench.record(now);
    switch (one.do) {
      case 'put':
        store().put(one.key, one.start, one.end, one.value === null ? null : as(one.value));
        model.put(one, one.value);
        told();
        break;
      case 'remove':
        store().remove(one.key, one.start, one.end);
        model.put(one, null);
        told();
        break;
      case 'merge': {
        const found = of(one.key, store().findSessions(one.key, one.time - GAP, one.time + GAP));
        check(found, ({ key, start, end }) => key === one.key && end >= one.time - GAP && start <= one.time + GAP);
        for (const { key, start, end } of found) {
          store().remove(key, start, end);
          model.put({ key, start, end }, null);
          told();
        }
        const at = {
          key: one.key,
          start: Math.min(one.time, ...found.map(({ start }) => start)),
          end: Math.max(one.time, ...found.map(({ end }) => end)),
        };
        store().put(at.key, at.start, at.end, as(one.value));
        model.put(at, one.value);
        told();
        break;
      }
      case 'session': {
        const { key, start, end } = one;
        const value = store().fetchSession(key, start, end);
        check(value === null ? [] : [{ key, start, end, value }], (row) => idOf(row) === idOf(one));
        break;
      }
      case 'find': {
        const { key, earliestEnd, latestStart } = one;
        const found = of(key, store().findSessions(key, earliestEnd, latestStart));
        check(found, (row) => row.key === key && row.end >= earliestEnd && row.start <= latestStart);
        break;
      }
      case 'fetch':
        check(of(one.key, store().fetch(one.key)), ({ key }) => key === one.key);
        break;
      case 'scan': {
        const last = one.from + one.length;
        const found = await scanned(store().findSessionsByEnd(one.from, last));
        check(inOrder(found, engine), ({ end }) => end >= one.from && end <= last);
        break;
      }
      case 'all':
        check(inOrder((await scanned(store().backwardAll())).reverse(), engine), () => true);
        break;
      case 'seal':
        if (bench.state.sealed) break;
        bench.state.flushCaches();
        expect(emitted).toEqual(model.flush());
        emitted = [];
        bench.seal();
        model.seal();
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        listen();
        model = model.crashed();
        expect(store().streamTime).toBe(model.store.streamTime);
        break;
    }
  }
  for (const name of ['a', 'ab', '']) {
    check(of(name, store().fetch(name)), ({ key }) => key === name);
  }
}

const engines: readonly StoreEngine[] = ['memory', 'level'];
const values: readonly { name: string; serde: Serde<unknown>; as: (value: number) => unknown }[] = [
  { name: 'numbers', serde: serdes.double(), as: (value) => value },
  { name: 'JSON', serde: serdes.json<unknown>(), as: (value) => ({ value }) },
];

describe.each(engines)('a session store on %s', (engine) => {
  describe.each(values)('of $name', ({ serde, as }) => {
    it.each([
      [false, false],
      [true, false],
      [true, true],
    ])(
      'has what Kafka Streams has (caching %s, old values %s)',
      { timeout: 120_000 },
      async (caching, sendOldValues) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(step, { maxLength: 120, size: 'large' }),
            fc.constantFrom(0, 2000, PLENTY),
            async (steps, cacheBytes) => {
              const bench = new StateBench(
                [
                  spec({
                    name: 's',
                    kind: 'session',
                    value: serde,
                    engine,
                    caching,
                    retentionMs: RETENTION,
                    sessionGapMs: GAP,
                    segmentIntervalMs: SEGMENT,
                  }),
                ],
                { engine, cacheBytes },
              );
              try {
                await run(bench, steps, { engine, caching, sendOldValues, as });
              } finally {
                await bench.remove();
              }
            },
          ),
          { numRuns: engine === 'level' ? 40 : 200 },
        );
      },
    );
  });
});
