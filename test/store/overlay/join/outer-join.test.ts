/** The store of what waits in an outer join, against a plain list, through commits, evictions, crashes and restores. */
import { fc } from '../../../property.js';
import { describe, expect, it } from 'vitest';
import { serdes } from '../../../../src/serde/serdes.js';
import type { OuterJoinStore } from '../../../../src/store/outer-join-store.js';
import type { StoreEngine } from '../../../../src/store/spec.js';
import { spec, StateBench, type BenchOptions } from '../../state-bench.js';

type Store = OuterJoinStore<string, string | number>;

interface Row {
  readonly timestamp: number;
  readonly left: boolean;
  readonly key: string;
  readonly values: readonly (string | number)[];
}

function benchOf(options: BenchOptions = {}): StateBench {
  const { engine = 'memory' } = options;
  return new StateBench(
    [spec({ name: 'w', kind: 'outerJoin', value: serdes.string(), rightValue: serdes.long(), engine })],
    options,
  );
}

function storeOf(bench: StateBench): Store {
  return bench.state.get<string, string | number>('outerJoin', 'w');
}

/** All rows in the order of the walk; `removed` picks those that are removed on the way. */
function rowsOf(store: Store, removed: (row: Row) => boolean = () => false): Row[] {
  const rows: Row[] = [];
  store.walk({
    visitWaiting(timestamp, left, row) {
      const found = { timestamp, left, key: store.keyOf(row), values: store.valuesOf(row) };
      rows.push(found);
      if (removed(found)) store.removeRow(row);
      return true;
    },
  });
  return rows;
}

describe('the store of an outer join', () => {
  it('is walked by time, then right before left, then by the bytes of the key', () => {
    const store = storeOf(benchOf().openSync());
    store.add(20, true, 'a', 'later');
    store.add(10, true, '\u{1f600}', 'four bytes');
    store.add(10, true, '\uffee', 'three bytes');
    store.add(10, true, 'b', 'first');
    store.add(10, false, 'c', 1);
    store.add(10, true, 'b', 'second');
    expect(rowsOf(store).map(({ timestamp, left, key, values }) => [timestamp, left, key, values])).toEqual([
      [10, false, 'c', [1]],
      [10, true, 'b', ['first', 'second']],
      [10, true, '\uffee', ['three bytes']],
      [10, true, '\u{1f600}', ['four bytes']],
      [20, true, 'a', ['later']],
    ]);
  });

  it('ends a walk when told to', () => {
    const store = storeOf(benchOf().openSync());
    for (const time of [1, 2, 3]) store.add(time, true, 'a', 'x');
    const seen: number[] = [];
    store.walk({ visitWaiting: (timestamp) => seen.push(timestamp) < 2 });
    expect(seen).toEqual([1, 2]);
  });

  it('removes what is there, and logs nothing for what is not', () => {
    const bench = benchOf().openSync();
    const store = storeOf(bench);
    bench.record(1, 100, [['trace', Buffer.from('1')]]);
    store.add(10, true, 'a', 'x');
    store.add(10, true, 'a', 'y');
    store.add(10, false, 'a', 258);
    bench.commitSync();
    bench.record(2, 200);
    store.remove(10, true, 'b');
    store.remove(11, true, 'a');
    store.remove(10, true, 'a');
    bench.commitSync();
    expect(rowsOf(store)).toEqual([{ timestamp: 10, left: false, key: 'a', values: [258] }]);
    const logged = bench.changelogs.of('app-w-changelog');
    expect(logged.map(({ key, value, timestamp }) => [key.toString('hex'), value?.toString('hex'), timestamp])).toEqual(
      [
        ['000000000000000a0161', '010000000200000002017800000002' + '0179', 100],
        ['000000000000000a0061', '0100000001' + '00000009' + '000000000000000102', 100],
        ['000000000000000a0161', undefined, 200],
      ],
    );
  });

  it('writes nothing of what came and went between two commits', () => {
    const bench = benchOf().openSync();
    const store = storeOf(bench);
    const logged = (): (string | undefined)[] =>
      bench.changelogs.of('app-w-changelog').map(({ value }) => value?.toString('hex'));
    store.add(10, true, 'a', 'x');
    store.remove(10, true, 'a');
    store.add(11, true, 'a', 'x');
    store.remove(11, true, 'a');
    store.add(11, true, 'a', 'y');
    bench.commitSync();
    expect(logged()).toEqual(['0100000001000000020179']);
    // What was written before has a deletion to be written, however often it comes back in between.
    store.remove(11, true, 'a');
    store.add(11, true, 'a', 'z');
    store.remove(11, true, 'a');
    bench.commitSync();
    expect(logged().slice(1)).toEqual([undefined]);
    expect(rowsOf(store)).toEqual([]);
    expect(bench.budget.dirtyBytes).toBe(0);
  });

  it('gives all rows to a scan', async () => {
    const bench = await benchOf({ engine: 'level' }).open();
    const store = storeOf(bench);
    store.add(10, true, 'a', 'x');
    await bench.commit();
    store.add(9, false, 'b', 2);
    store.add(10, true, 'a', 'y');
    expect(await store.all().toArray()).toEqual([
      [{ timestamp: 9, left: false, key: 'b' }, [2]],
      [{ timestamp: 10, left: true, key: 'a' }, ['x', 'y']],
    ]);
    await bench.remove();
  });
});

type Step =
  | { readonly do: 'add' | 'remove'; readonly time: number; readonly left: boolean; readonly key: string }
  | { readonly do: 'emit'; readonly before: number }
  | { readonly do: 'seal' | 'write' | 'crash' };

const place = {
  time: fc.integer({ min: 0, max: 30 }),
  left: fc.boolean(),
  key: fc.constantFrom('a', 'b', '', 'é', '\u{1f600}', '\uffee'),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), ...place }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), ...place }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'write' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('emit' as const), before: fc.integer({ min: 0, max: 31 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

function inOrder(one: Row, other: Row): number {
  if (one.timestamp !== other.timestamp) return one.timestamp - other.timestamp;
  if (one.left !== other.left) return one.left ? 1 : -1;
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
}

async function run(bench: StateBench, steps: readonly Step[]): Promise<void> {
  await bench.open();
  await bench.state.prepare();
  let model = new Map<string, Row>();
  let logged = new Map(model);
  const expected = (): Row[] => [...model.values()].sort(inOrder);
  for (const [index, one] of steps.entries()) {
    bench.record(index);
    switch (one.do) {
      case 'add': {
        const { time: timestamp, left, key } = one;
        const value = left ? `v${String(index)}` : index;
        storeOf(bench).add(timestamp, left, key, value);
        const at = JSON.stringify([timestamp, left, key]);
        model.set(at, { timestamp, left, key, values: [...(model.get(at)?.values ?? []), value] });
        break;
      }
      case 'remove':
        storeOf(bench).remove(one.time, one.left, one.key);
        model.delete(JSON.stringify([one.time, one.left, one.key]));
        break;
      case 'emit': {
        expect(rowsOf(storeOf(bench), ({ timestamp }) => timestamp < one.before)).toEqual(expected());
        for (const [at, { timestamp }] of model) if (timestamp < one.before) model.delete(at);
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
    }
  }
  expect(rowsOf(storeOf(bench))).toEqual(expected());
}

describe.each<StoreEngine>(['memory', 'level'])('the store of an outer join on %s', (engine) => {
  it('is what was put in and not taken out, whatever happens between', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 100, size: 'large' }),
        fc.constantFrom(0, 700, 100_000),
        async (steps, cacheBytes) => {
          const bench = benchOf({ engine, cacheBytes });
          try {
            await run(bench, steps);
          } finally {
            await bench.remove();
          }
        },
      ),
      { numRuns: engine === 'level' ? 60 : 200 },
    );
  });
});
