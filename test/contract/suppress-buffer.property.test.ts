/** The buffer of suppress against a plain list, through commits, crashes and restores. */
import { fc } from '../property.js';
import { describe, expect, it } from 'vitest';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreEngine } from '../../src/store/spec.js';
import type { SuppressBuffer } from '../../src/store/suppress-buffer.js';
import { spec, StateBench } from '../store/state-bench.js';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: number | null; readonly time: number }
  | { readonly do: 'emit' | 'seal' | 'write' | 'crash' | 'wipe' };

const keys = fc.constantFrom('a', 'b', 'aa', '', 'é', '\u{1f600}', '\uffee', 'k1', 'k2');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key: keys,
      value: fc.option(fc.nat(9), { freq: 4 }),
      time: fc.nat(20),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('emit' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'wipe' as const) }) },
);

/** What is held of a key. */
interface Held {
  readonly key: string;
  readonly time: number;
  readonly prior: number | null;
  readonly newValue: number | null;
  readonly oldValue: number | null;
  readonly timestamp: number;
}

function order(one: Held, other: Held): number {
  return one.time - other.time || Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
}

/** As Kafka Streams counts it; values have 8 bytes, as JSON one. */
function sizeOf(held: readonly Held[], value: (value: number) => number): number {
  return held.reduce((sum, { key, prior, newValue, oldValue }) => {
    const length = (one: number | null): number => (one === null ? 0 : value(one));
    const old = prior === oldValue ? 0 : length(oldValue);
    return sum + 28 + Buffer.byteLength(key) + 'input'.length + length(prior) + old + length(newValue);
  }, 0);
}

async function run(bench: StateBench, steps: readonly Step[], bytes: (value: number) => number): Promise<void> {
  await bench.open();
  await bench.state.prepare();
  let model: Held[] = [];
  /** What reached the changelog, and so comes back after a crash. */
  let logged: Held[] = [];
  const buffer = (): SuppressBuffer<string, number> => bench.state.get('suppressBuffer', 'b');
  let now = 0;
  for (const one of steps) {
    now += 1;
    bench.record(now);
    if (one.do === 'put') {
      const before = model.find(({ key }) => key === one.key);
      const oldValue = before === undefined ? now % 3 : before.newValue;
      buffer().put(one.key, one.value, oldValue, one.time);
      const { time, prior } = before ?? { time: one.time, prior: oldValue };
      model = model.filter((held) => held !== before);
      model.push({ key: one.key, time, prior, newValue: one.value, oldValue, timestamp: now });
      model.sort(order);
    } else if (one.do === 'emit') {
      const expected = model.shift();
      let emitted = 0;
      buffer().emitEarliest((key, newValue, oldValue) => {
        emitted += 1;
        expect({ key, newValue, oldValue, timestamp: bench.context.timestamp }).toEqual({
          key: expected?.key,
          newValue: expected?.newValue,
          oldValue: expected?.oldValue,
          timestamp: expected?.timestamp,
        });
      });
      expect(emitted).toBe(expected === undefined ? 0 : 1);
    } else if (one.do === 'seal') {
      if (bench.state.sealed) continue;
      bench.seal();
      logged = [...model];
    } else if (one.do === 'write') {
      if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
    } else if (one.do === 'crash') {
      await bench.crash();
      await bench.state.prepare();
      model = [...logged];
    } else {
      // Restored from the start, as after an offset that is not in the changelog any more.
      if (bench.state.sealed) await bench.state.writeEpoch(bench.ends());
      bench.state.wipe('b');
      await bench.restore();
      await bench.state.prepare();
      model = [...logged];
    }
    expect([buffer().records, buffer().earliest]).toEqual([model.length, model[0]?.time ?? Infinity]);
    expect(buffer().bytes).toBe(sizeOf(model, bytes));
    for (const { key, prior } of model) expect(buffer().prior(key)).toBe(prior);
    expect(buffer().prior('none')).toBeUndefined();
  }
}

describe('the buffer of suppress holds what a list holds', () => {
  const values: readonly [name: string, serde: Serde<unknown>, bytes: (value: number) => number][] = [
    ['numbers', serdes.double(), () => 8],
    ['JSON', serdes.json<unknown>(), (value) => String(value).length],
  ];
  it.each(
    values.flatMap(([name, serde, bytes]) =>
      (['memory', 'level'] as const).map((engine) => ({ name, serde, bytes, engine })),
    ),
  )('$name, $engine', { timeout: 120_000 }, async ({ serde, bytes, engine }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const bench = new StateBench(
          [spec({ name: 'b', kind: 'suppressBuffer', key: serdes.string(), value: serde, engine })],
          {
            engine: engine satisfies StoreEngine,
          },
        );
        try {
          await run(bench, steps, bytes);
        } finally {
          await bench.remove();
        }
      }),
      { numRuns: engine === 'level' ? 30 : 100 },
    );
  });
});
