/** Versioned stores against plain lists with the rules of Kafka Streams, through commits, evictions and crashes. */
import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreEngine } from '../../src/store/spec.js';
import type { VersionedKeyValueStore, VersionedPut } from '../../src/store/versioned-store.js';
import { spec, StateBench } from '../store/state-bench.js';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly time: number; readonly value: number | null }
  | { readonly do: 'asOf' | 'get' | 'delete'; readonly key: string; readonly time: number }
  | { readonly do: 'seal' | 'write' | 'crash' };

const RETENTION = 100;

const key = fc.constantFrom('a', 'b', '');
// Most times are within the retention of each other, some puts come too late.
const time = fc.nat(60).map((steps) => steps * 3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, time, value: fc.option(fc.nat(9), { freq: 3 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('asOf' as const, 'get' as const, 'delete' as const), key, time }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

interface Interval {
  readonly from: number;
  to: number;
  value: number | null;
}

/** One key: what is on record, a stretch of time each, and the latest value behind it, unless it is deleted. */
class ModelledKey {
  intervals: Interval[] = [];
  latest: { readonly from: number; value: number } | null = null;

  put(at: number, value: number | null): VersionedPut {
    const { latest, intervals } = this;
    const end = intervals[intervals.length - 1]?.to ?? -1;
    if (latest !== null && at === latest.from) {
      this.latest = value === null ? null : { from: at, value };
      return 'latest';
    }
    if (latest !== null ? at > latest.from : at >= end) {
      if (latest !== null) intervals.push({ ...latest, to: at });
      if (value !== null) this.latest = { from: at, value };
      else {
        this.latest = null;
        // Marks when the key was deleted, unless what came before ends there.
        if (latest === null && end < at) intervals.push({ from: at, to: at, value: null });
      }
      return 'latest';
    }
    return this.putBefore(at, value);
  }

  private putBefore(at: number, value: number | null): number {
    const found = this.intervals.find(({ from, to }) => from <= at && at < to);
    if (found?.from === at) {
      found.value = value;
      return found.to;
    }
    // Inside of what is on record, or before or between.
    const to = found?.to ?? this.intervals.find(({ from }) => from > at)?.from ?? this.latest?.from ?? -1;
    if (found !== undefined) found.to = at;
    this.intervals = [...this.intervals.filter((one) => one.from !== at), { from: at, to, value }];
    this.intervals.sort((left, right) => left.from - right.from);
    return to;
  }

  at(asked: number): { value: number; timestamp: number; validTo: number | null } | null {
    if (this.latest !== null && this.latest.from <= asked) {
      return { value: this.latest.value, timestamp: this.latest.from, validTo: null };
    }
    const found = this.intervals.find(({ from, to }) => from <= asked && asked < to);
    if (found === undefined || found.value === null) return null;
    return { value: found.value, timestamp: found.from, validTo: found.to };
  }
}

class Model {
  streamTime = -1;
  expired = 0;
  readonly keys = new Map<string, ModelledKey>();

  copy(): Model {
    const copy = new Model();
    copy.streamTime = this.streamTime;
    for (const [name, one] of this.keys) {
      const copied = new ModelledKey();
      copied.intervals = one.intervals.map((interval) => ({ ...interval }));
      copied.latest = one.latest;
      copy.keys.set(name, copied);
    }
    return copy;
  }

  put(name: string, at: number, value: number | null): VersionedPut {
    if (at < this.streamTime - RETENTION) return 'expired';
    this.streamTime = Math.max(this.streamTime, at);
    const one = this.keys.get(name) ?? new ModelledKey();
    this.keys.set(name, one);
    return one.put(at, value);
  }

  at(name: string, asked: number): ReturnType<ModelledKey['at']> {
    const found = this.keys.get(name)?.at(asked) ?? null;
    return found === null || found.validTo === null || asked >= this.streamTime - RETENTION ? found : null;
  }
}

async function run(bench: StateBench, steps: readonly Step[], as: (value: number) => unknown): Promise<void> {
  await bench.open();
  let model = new Model();
  let logged = model.copy();
  const store = (): VersionedKeyValueStore<string, unknown> => bench.state.get('versioned', 'v');
  const expectAt = (name: string, asked: number): void => {
    const wanted = model.at(name, asked);
    expect(store().getAsOf(name, asked), `${name} at ${String(asked)}`).toEqual(
      wanted === null ? null : { ...wanted, value: as(wanted.value) },
    );
  };
  for (const one of steps) {
    switch (one.do) {
      case 'put': {
        const put = store().put(one.key, one.value === null ? null : as(one.value), one.time);
        expect(put).toBe(model.put(one.key, one.time, one.value));
        break;
      }
      case 'delete': {
        const before = model.at(one.key, one.time);
        const wanted = model.put(one.key, one.time, null) === 'expired' ? null : before;
        expect(store().delete(one.key, one.time)).toEqual(
          wanted === null ? null : { ...wanted, value: as(wanted.value) },
        );
        break;
      }
      case 'get': {
        const latest = model.keys.get(one.key)?.latest ?? null;
        expect(store().get(one.key)).toEqual(
          latest === null ? null : { value: as(latest.value), timestamp: latest.from, validTo: null },
        );
        break;
      }
      case 'asOf':
        expectAt(one.key, one.time);
        break;
      case 'seal':
        if (bench.state.sealed) break;
        bench.seal();
        logged = model.copy();
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        model = logged.copy();
        expect(store().streamTime).toBe(model.streamTime);
        break;
    }
  }
  for (const name of model.keys.keys()) for (let asked = 0; asked <= 200; asked += 2) expectAt(name, asked);
}

const engines: readonly StoreEngine[] = ['memory', 'level'];
const values: readonly { name: string; serde: Serde<unknown>; as: (value: number) => unknown }[] = [
  { name: 'numbers', serde: serdes.double(), as: (value) => value },
  { name: 'JSON', serde: serdes.json<unknown>(), as: (value) => ({ value }) },
  { name: 'bytes', serde: serdes.bytes(), as: (value) => Buffer.alloc(value, value) },
];

describe.each(engines)('a versioned store on %s', (engine) => {
  it.each(values)('of $name knows what was valid when', { timeout: 120_000 }, async ({ serde, as }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 120, size: 'large' }),
        fc.constantFrom(0, 2000, 100_000),
        fc.constantFrom(7, 33, 100, 1000),
        async (steps, cacheBytes, segmentIntervalMs) => {
          const bench = new StateBench(
            [spec({ name: 'v', kind: 'versioned', value: serde, engine, retentionMs: RETENTION, segmentIntervalMs })],
            { engine, cacheBytes },
          );
          try {
            await run(bench, steps, as);
          } finally {
            await bench.remove();
          }
        },
      ),
      { numRuns: engine === 'level' ? 30 : 150 },
    );
  });
});
