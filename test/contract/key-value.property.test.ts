/** Key-value stores against a Map, through commits, evictions, crashes and restores. */
import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { TimestampedKeyValueStore } from '../../src/store/key-value-store.js';
import type { StoreEngine } from '../../src/store/spec.js';
import { spec, StateBench } from '../store/state-bench.js';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: number | null }
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'seal' | 'write' | 'crash' | 'scan' };

const keys = fc.constantFrom('a', 'b', 'aa', '', 'é', '\u{1f600}', '\uffee', 'k1', 'k2', 'k3', 'k4', 'k5');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('put' as const), key: keys, value: fc.option(fc.nat(9), { freq: 4 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('get' as const), key: keys }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const, 'scan' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

interface Modelled {
  readonly value: number;
  readonly timestamp: number;
}

function byBytes([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

async function run(bench: StateBench, steps: readonly Step[], asValue: (value: number) => unknown): Promise<void> {
  await bench.open();
  let model = new Map<string, Modelled>();
  let logged = new Map(model);
  const store = (): TimestampedKeyValueStore<string, unknown> => bench.state.get('keyValue', 'kv', 'timestamped');
  const listen = (): void => {
    if (store().caching) store().setFlushListener(() => undefined, true);
  };
  const view = (one: Modelled | undefined): unknown => one && { value: asValue(one.value), timestamp: one.timestamp };
  listen();
  let time = 0;
  for (const one of steps) {
    time += 1;
    bench.record(time);
    switch (one.do) {
      case 'put':
        store().put(one.key, one.value === null ? null : asValue(one.value), time);
        if (one.value === null) model.delete(one.key);
        else model.set(one.key, { value: one.value, timestamp: time });
        break;
      case 'get': {
        const found = store().get(one.key);
        expect(found === null ? undefined : { value: found.value, timestamp: found.timestamp }).toEqual(
          view(model.get(one.key)),
        );
        break;
      }
      case 'seal':
        if (bench.state.sealed) break;
        bench.state.flushCaches();
        bench.seal();
        logged = new Map(model);
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        listen();
        model = new Map(logged);
        break;
      case 'scan': {
        const found = await store().all().toArray();
        expect(found.map(([key, { value, timestamp }]) => [key, { value, timestamp }])).toEqual(
          [...model].sort(byBytes).map(([key, value]) => [key, view(value)]),
        );
        break;
      }
    }
  }
  for (const key of new Set([...model.keys(), 'a', 'b'])) {
    expect(store().get(key)?.value).toEqual(model.has(key) ? asValue((model.get(key) as Modelled).value) : undefined);
  }
}

const engines: readonly StoreEngine[] = ['memory', 'level'];
const values: readonly { name: string; serde: Serde<unknown>; as: (value: number) => unknown }[] = [
  { name: 'numbers', serde: serdes.double(), as: (value) => value },
  { name: 'JSON', serde: serdes.json<unknown>(), as: (value) => ({ value }) },
  { name: 'bytes', serde: serdes.bytes(), as: (value) => Buffer.alloc(value, value) },
];

describe.each(engines)('a key-value store on %s', (engine) => {
  describe.each(values)('of $name', ({ serde, as }) => {
    it.each([false, true])('is a map, whatever happens between (caching %s)', { timeout: 120_000 }, async (caching) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 120, size: 'large' }),
          fc.constantFrom(0, 700, 100_000),
          async (steps, cacheBytes) => {
            const bench = new StateBench(
              [spec({ name: 'kv', kind: 'keyValue', format: 'timestamped', value: serde, engine, caching })],
              {
                engine,
                cacheBytes,
              },
            );
            try {
              await run(bench, steps, as);
            } finally {
              await bench.remove();
            }
          },
        ),
        { numRuns: engine === 'level' ? 60 : 300 },
      );
    });
  });
});
