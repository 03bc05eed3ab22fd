/** Epochs that are not written to disk one by one: what is in memory, on disk and in the changelog meanwhile, and after a crash. */
import { afterEach, describe, expect, it } from 'vitest';
import type { StoreSpec } from '../../../src/store/spec.js';
import { serdes } from '../../../src/serde/serdes.js';
import { spec, StateBench, type SpecPart } from '../state-bench.js';

const INTERVAL = 1_000;
const SEGMENT = 60_000;

let bench: StateBench;

afterEach(() => bench.remove());

function windows(name: string, part: SpecPart = {}): StoreSpec {
  const times = { retentionMs: SEGMENT, windowSizeMs: SEGMENT, segmentIntervalMs: SEGMENT };
  return spec({ name, kind: 'window', format: 'timestamped', engine: 'level', ...times, ...part });
}

const table = spec({ name: 'table', kind: 'keyValue', format: 'timestamped', engine: 'level' });

async function open(specs: readonly StoreSpec[], maxDirtyBytes?: number): Promise<void> {
  bench = new StateBench(specs, {
    engine: 'level',
    cacheBytes: 0,
    writeIntervalMs: INTERVAL,
    ...(maxDirtyBytes === undefined ? {} : { maxDirtyBytes }),
  });
  await bench.open();
  await bench.state.prepare();
}

function put(key: string, start: number, value: number, store = 'one'): void {
  bench.record(start);
  bench.state.get<string, number>('window', store, 'timestamped').put(key, value, start, start);
}

function get(key: string, start: number, store = 'one'): number | undefined {
  return bench.state.get<string, number>('window', store, 'timestamped').fetch(key, start)?.value;
}

function logged(store = 'one'): number {
  return bench.changelogs.of(`app-${store}-changelog`).length;
}

/** Rows on disk, without what is kept of the stores themselves. */
async function rowsOnDisk(): Promise<number> {
  let rows = 0;
  const scan = bench.disk.scan({ gte: Buffer.from([0, 0, 0, 1]), lt: Buffer.from([0xff]), reverse: false });
  for (let next = await scan.next(); next.done !== true; next = await scan.next()) rows += next.value.length;
  return rows;
}

describe('an epoch that is not written', () => {
  it('is in the changelog and in memory, and not on disk', async () => {
    await open([windows('one')]);
    put('a', 5, 1);
    bench.state.flushCaches();
    bench.seal();
    expect(bench.state.sealed).toBe(true);
    await bench.state.writeEpoch(bench.ends(), 'mark 1');
    expect([bench.state.sealed, bench.state.behind, bench.state.mark]).toEqual([false, true, '']);
    expect([logged(), await rowsOnDisk(), get('a', 5)]).toEqual([1, 0, 1]);
  });

  it('is written with a later one when the interval is over', async () => {
    await open([windows('one'), windows('two')]);
    put('a', 5, 1);
    await bench.commit();
    put('a', 5, 2);
    put('b', 5, 2, 'two');
    await bench.commit();
    expect([bench.state.behind, await rowsOnDisk()]).toEqual([true, 0]);
    bench.time += INTERVAL;
    put('c', 5, 3);
    await bench.commit();
    expect([bench.state.behind, await rowsOnDisk(), logged(), logged('two')]).toEqual([false, 3, 3, 1]);
    expect(await contents()).toEqual([2, 3, 2]);
  });

  it('is written by the next one when that changes nothing, so that there is always a next one', async () => {
    await open([windows('one')]);
    put('a', 5, 1);
    await bench.commit();
    expect(bench.state.dirty).toBe(true);
    await bench.commit();
    expect([bench.state.dirty, bench.state.behind, await rowsOnDisk(), logged()]).toEqual([false, false, 1, 1]);
  });

  it('stays in memory, however short that is', async () => {
    await open([windows('one')]);
    for (let key = 0; key < 100; key += 1) put(`key ${String(key)}`, 5, key);
    await bench.commit();
    put('one more', 5, 1);
    expect([get('key 0', 5), get('key 99', 5), await rowsOnDisk()]).toEqual([0, 99, 0]);
    expect(bench.state.memory()[0]?.uncommitted).toBeGreaterThan(100 * 240);
  });

  it('is restored from the changelog after a crash', async () => {
    await open([windows('one')]);
    put('a', 5, 1);
    put('b', 5, 1);
    bench.time += INTERVAL;
    await bench.commit();
    put('a', 5, 2);
    await bench.commit();
    put('c', 5, 3);
    await bench.commit();
    await bench.state.close();
    await bench.open();
    expect(bench.state.changelog('one').offset).toBe(2);
    expect(await bench.restore()).toBe(2);
    await bench.state.prepare();
    expect([get('a', 5), get('b', 5), get('c', 5)]).toEqual([2, 1, 3]);
  });

  it('gives what it changed to a row in chunks, with what a later one changed', async () => {
    const long = (part: string): string => part.repeat(3_000);
    const text = { value: serdes.string() as never };
    await open([windows('one', text)]);
    const store = bench.state.get<string, string>('window', 'one', 'timestamped');
    for (let start = 0; start < 8; start += 1) store.put('a', long('x'), start, start);
    bench.time += INTERVAL;
    await bench.commit();
    expect(await rowsOnDisk()).toBeGreaterThan(2);
    store.put('a', long('y'), 0, 0);
    await bench.commit();
    store.put('a', long('z'), 7, 7);
    bench.time += INTERVAL;
    await bench.commit();
    await bench.state.close();
    await bench.open();
    const again = bench.state.get<string, string>('window', 'one', 'timestamped');
    const firsts = [0, 1, 6, 7].map((start) => again.fetch('a', start)?.value[0]);
    expect(firsts).toEqual(['y', 'x', 'x', 'z']);
  });

  /** One, three and two values as they are found by a state that begins anew. */
  async function contents(): Promise<unknown[]> {
    await bench.state.close();
    await bench.open();
    await bench.state.prepare();
    return [get('a', 5), get('c', 5), get('b', 5, 'two')];
  }
});

describe('an epoch is written', () => {
  it('when what is written has been read', async () => {
    await open([windows('one')]);
    bench.state.written('one');
    put('a', 5, 1);
    await bench.commit();
    expect([bench.state.behind, await rowsOnDisk()]).toEqual([false, 1]);
    bench.time += 10_000;
    await bench.commit();
    put('a', 5, 2);
    bench.time += INTERVAL;
    await bench.commit();
    put('a', 5, 3);
    await bench.commit();
    expect(bench.state.behind).toBe(true);
  });

  it('when the state is about to be closed', async () => {
    await open([windows('one')]);
    put('a', 5, 1);
    bench.state.writeNext();
    await bench.commit();
    expect([bench.state.behind, await rowsOnDisk()]).toEqual([false, 1]);
  });

  it('when memory is short that only a commit can free', async () => {
    await open([windows('one')], 10_000);
    for (let key = 0; key < 20; key += 1) put(`few ${String(key)}`, 5, key);
    await bench.commit();
    expect([bench.state.behind, bench.state.wantsCommit]).toEqual([true, false]);
    for (let key = 0; key < 100; key += 1) put(`many ${String(key)}`, 5, key);
    expect(bench.state.wantsCommit).toBe(true);
    await bench.commit();
    expect([bench.state.behind, bench.state.wantsCommit, await rowsOnDisk()]).toEqual([false, false, 120]);
  });

  it.each([
    ['another kind of store', [windows('one'), table]],
    ['a store without a changelog', [windows('one', { logging: false }), windows('two')]],
  ])('beside %s', async (_what, specs) => {
    await open(specs);
    put('a', 5, 1);
    await bench.commit();
    expect([bench.state.behind, await rowsOnDisk()]).toEqual([false, 1]);
  });
});
