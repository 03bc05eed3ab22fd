/** The store of foreign-key joins against Maps, through commits, evictions, crashes and restores. */
import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreEngine } from '../../src/store/spec.js';
import { spec, StateBench } from '../store/state-bench.js';

type Step =
  | { readonly do: 'put'; readonly foreign: string; readonly primary: number; readonly size: number | null }
  | { readonly do: 'visit'; readonly foreign: string }
  | { readonly do: 'fill' | 'empty'; readonly foreign: string }
  | { readonly do: 'seal' | 'write' | 'crash' | 'scan' };

const foreign = fc.constantFrom('a', '', 'ab', 'ü');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      foreign,
      primary: fc.nat(60),
      // Now and then larger than a chunk.
      size: fc.option(fc.oneof({ weight: 9, arbitrary: fc.nat(600) }, fc.constant(9_000)), { freq: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('visit' as const), foreign }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fill' as const, 'empty' as const), foreign }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'scan' as const) }) },
);

interface Modelled {
  readonly foreign: Buffer;
  readonly primary: Buffer;
  readonly value: string;
  readonly timestamp: number;
}

function changelogKey(foreignKey: Buffer, primaryKey: Buffer): string {
  const length = Buffer.alloc(4);
  length.writeInt32BE(foreignKey.length);
  return Buffer.concat([length, foreignKey, primaryKey]).toString('hex');
}

async function run(bench: StateBench, steps: readonly Step[]): Promise<void> {
  await bench.open();
  let model = new Map<string, Modelled>();
  let logged = new Map(model);
  let time = 0;
  const change = (foreignText: string, number: number, size: number | null): void => {
    const store = bench.state.get('subscription', 's');
    const key = Buffer.from(foreignText);
    const primary = Buffer.from(`é${String(number)}`);
    const name = changelogKey(key, primary);
    time += 1;
    bench.record(time);
    if (size === null) {
      store.delete(key, primary, time);
      model.delete(name);
    } else {
      const value = Buffer.alloc(size, time % 256);
      store.put(key, primary, value, time);
      model.set(name, { foreign: key, primary, value: value.toString('hex'), timestamp: time });
    }
  };
  const sorted = (): [string, Modelled][] => [...model].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const one of steps) {
    switch (one.do) {
      case 'put':
        change(one.foreign, one.primary, one.size);
        break;
      case 'fill':
        for (let number = 0; number < 60; number += 1) change(one.foreign, number, 150);
        break;
      case 'empty':
        for (let number = 0; number <= 60; number += 1) change(one.foreign, number, null);
        break;
      case 'visit': {
        const found: [string, string][] = [];
        const key = Buffer.from(one.foreign);
        bench.state.get('subscription', 's').visit(key, (primary, value) => {
          found.push([primary.toString(), value.toString('hex')]);
        });
        const expected = sorted().filter(([, { foreign: of }]) => of.equals(key));
        expect(found).toEqual(expected.map(([, { primary, value }]) => [primary.toString(), value]));
        break;
      }
      case 'seal':
        if (bench.state.sealed) break;
        bench.seal();
        logged = new Map(model);
        break;
      case 'write':
        if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
        break;
      case 'crash':
        await bench.crash();
        model = new Map(logged);
        break;
      case 'scan': {
        const found = await bench.state.get('subscription', 's').all().toArray();
        expect(
          found.map(([key, { value, timestamp }]) => [key.toString('hex'), value.toString('hex'), timestamp]),
        ).toEqual(sorted().map(([key, { value, timestamp }]) => [key, value, timestamp]));
        break;
      }
    }
  }
  const left = await bench.state.get('subscription', 's').all().toArray();
  expect(left.map(([key]) => key.toString('hex'))).toEqual(sorted().map(([key]) => key));
  await bench.state.close();
  expect([bench.budget.residentBytes, bench.budget.dirtyBytes, bench.budget.sealedBytes]).toEqual([0, 0, 0]);
}

describe.each<StoreEngine>(['memory', 'level'])('a store of subscriptions on %s', (engine) => {
  it('is a sorted map of sorted maps, whatever happens between', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 100, size: 'large' }),
        fc.constantFrom(0, 3_000, 1_000_000),
        async (steps, cacheBytes) => {
          const store = spec({
            name: 's',
            kind: 'subscription',
            key: serdes.bytes(),
            value: serdes.bytes(),
            engine,
          });
          const bench = new StateBench([store], { engine, cacheBytes });
          try {
            await run(bench, steps);
          } finally {
            await bench.remove();
          }
        },
      ),
      { numRuns: engine === 'level' ? 60 : 300 },
    );
  });
});
