import { afterEach, expect, it } from 'vitest';
import { StoreSizes } from '../../../src/worker/state/store-sizes.js';
import { spec, StateBench } from '../../store/state-bench.js';

const SPECS = [spec({ name: 'small', kind: 'keyValue' }), spec({ name: 'large', kind: 'keyValue' })];
const benches: StateBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.state.close();
});

function bench(): StateBench {
  const made = new StateBench(SPECS).openSync();
  benches.push(made);
  return made;
}

function fill({ state }: StateBench, store: string, rows: number): void {
  for (let n = 0; n < rows; n += 1) state.get<string, number>('keyValue', store).put(`key-${String(n)}`, n);
}

it('adds up what all tasks have of a store, in memory at once and written once a minute', async () => {
  const [one, two] = [bench(), bench()];
  const warnings: string[] = [];
  let now = 0;
  const keepers: StateBench[] = [];
  const sizes = new StoreSizes(() => keepers, { now: () => now }, { warn: (line) => warnings.push(line) });
  // Nobody has stores yet: that is no look.
  sizes.poll();
  expect(sizes.measure()).toEqual([]);
  keepers.push(one, two);
  fill(one, 'small', 1);
  fill(one, 'large', 50);
  fill(two, 'large', 50);
  const [small, large] = sizes.measure();
  expect([small, large]).toMatchObject([{ store: 'small', written: null }, { store: 'large' }]);
  expect(large?.resident).toBeGreaterThan(50 * (small?.resident ?? 0));
  expect(large?.uncommitted).toBeGreaterThan(0);
  expect(large?.uncommitted).toBeLessThanOrEqual(large?.resident ?? 0);
  for (const task of keepers) task.commitSync();
  expect(sizes.measure()[1]).toMatchObject({ uncommitted: 0 });
  sizes.poll();
  await sizes.idle();
  const written = (): (number | null | undefined)[] => sizes.measure().map((each) => each.written);
  // Prefix of the store, key and value: 4, 5 or 6, and 8 bytes.
  const first = [4 + 5 + 8, 2 * (10 * 17 + 40 * 18)];
  expect(written()).toEqual(first);

  fill(two, 'small', 3);
  two.commitSync();
  now += 59_000;
  sizes.poll();
  await sizes.idle();
  expect(written()).toEqual(first);
  now += 1_000;
  sizes.poll();
  await sizes.idle();
  expect(written()).toEqual([4 * 17, first[1]]);
  keepers.pop();
  expect(sizes.measure()[0]?.resident).toBe(small?.resident);
  expect(warnings).toEqual([]);
});

it('says once that a size is not known, and has none', async () => {
  const { state } = bench();
  const warnings: string[] = [];
  const failing = { memory: () => state.memory(), writtenBytes: () => Promise.reject(new Error('the disk is away')) };
  let now = 0;
  const sizes = new StoreSizes(() => [{ state: failing }], { now: () => now }, { warn: (line) => warnings.push(line) });
  for (; now < 120_000; now += 60_000) {
    sizes.poll();
    await sizes.idle();
  }
  expect(sizes.measure()).toMatchObject([{ written: null }, { written: null }]);
  expect(warnings).toEqual(['the size of a store is not known']);
});
