/** Memory: what may be dropped is, what may not be is not. */
import { describe, expect, it } from 'vitest';
import { spec, StateBench } from '../state-bench.js';

const windows = { kind: 'window', format: 'timestamped', retentionMs: 60_000, windowSizeMs: 1000 } as const;

describe('clean entries', () => {
  it('stay within the budget, whatever is read', () => {
    const bench = new StateBench(
      [spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' }), spec({ name: 'w', ...windows })],
      {
        cacheBytes: 20_000,
      },
    ).openSync();
    const keys = bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
    const times = bench.state.get<string, number>('window', 'w', 'timestamped');
    for (let index = 0; index < 1000; index += 1) {
      keys.put(`k${String(index)}`, index, index);
      times.put(`k${String(index)}`, index, 0, index);
    }
    bench.commitSync();
    expect(bench.budget.residentBytes).toBeLessThanOrEqual(20_000);
    for (let index = 0; index < 1000; index += 1) {
      expect(keys.get(`k${String(index)}`)?.value).toBe(index);
      expect(times.fetch(`k${String(index)}`, 0)?.value).toBe(index);
    }
    expect(bench.budget.residentBytes).toBeLessThanOrEqual(21_000);
  });

  it('that are used stay longer than those that are not', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' })], {
      cacheBytes: 5_000,
    }).openSync();
    const store = bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
    store.put('hot', 0, 0);
    bench.commitSync();
    const hot = store.peek('hot');
    for (let index = 0; index < 200; index += 1) {
      store.get(`cold${String(index)}`);
      // The same object as long as it was not dropped and read again.
      expect(store.peek('hot')).toBe(hot);
    }
  });

  it('of one store make room for another', () => {
    const bench = new StateBench(
      [
        spec({ name: 'idle', kind: 'keyValue', format: 'timestamped' }),
        spec({ name: 'busy', kind: 'keyValue', format: 'timestamped' }),
      ],
      { cacheBytes: 10_000 },
    ).openSync();
    for (let index = 0; index < 50; index += 1)
      bench.state.get('keyValue', 'idle', 'timestamped').get(`k${String(index)}`);
    const before = bench.budget.residentBytes;
    expect(before).toBeGreaterThan(8_000);
    const busy = bench.state.get<string, number>('keyValue', 'busy', 'timestamped');
    for (let index = 0; index < 500; index += 1) busy.put(`k${String(index)}`, index, index);
    // What busy has put cannot go before the commit, so what idle holds had to.
    const dirty = bench.budget.dirtyBytes;
    expect(bench.budget.residentBytes - dirty).toBeLessThan(500);
    bench.commitSync();
    expect(bench.budget.residentBytes).toBeLessThanOrEqual(10_000);
  });

  it('give their memory back when the state is closed', async () => {
    const bench = new StateBench(
      [spec({ name: 'kv', kind: 'keyValue', format: 'timestamped', caching: true }), spec({ name: 'w', ...windows })],
      {},
    ).openSync();
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').setFlushListener(() => undefined, false);
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('a', 1, 1);
    bench.state.get<string, number>('window', 'w', 'timestamped').put('a', 1, 1, 1);
    expect(bench.budget.pendingBytes).toBeGreaterThan(0);
    await bench.remove();
    const { residentBytes, pendingBytes, dirtyBytes, sealedBytes } = bench.budget;
    expect([residentBytes, pendingBytes, dirtyBytes, sealedBytes]).toEqual([0, 0, 0, 0]);
  });

  it('are counted down when their time is over before they were ever committed', () => {
    const bench = new StateBench([spec({ name: 'w', ...windows })]).openSync();
    const store = bench.state.get<string, number>('window', 'w', 'timestamped');
    for (let index = 0; index < 100; index += 1) store.put(`k${String(index)}`, index, index * 10, 0);
    store.put('late', 1, 10 * 60_000, 0);
    const left = bench.budget.residentBytes;
    bench.commitSync();
    expect(bench.budget.residentBytes).toBe(left);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(1000);
  });

  it('are not made of records that are restored too late', async () => {
    const bench = new StateBench([spec({ name: 'w', ...windows })]).openSync();
    const store = bench.state.get<string, number>('window', 'w', 'timestamped');
    for (let index = 0; index < 10; index += 1) store.put('k', index, index * 1000, 0);
    bench.commitSync();
    const before = bench.budget.residentBytes;
    for (let start = 0; start < 10; start += 1) {
      const key = Buffer.concat([Buffer.from('k'), Buffer.alloc(12)]);
      key.writeBigInt64BE(BigInt(start === 0 ? 3_600_000 : start), 1);
      bench.state.restore('w', key, Buffer.alloc(8), 0, []);
    }
    await bench.state.commitRestored(new Map());
    expect(store.streamTime).toBe(3_600_000);
    expect(bench.budget.residentBytes).toBeLessThan(before / 2);
  });

  it('do not keep windows that were deleted', () => {
    const bench = new StateBench([spec({ name: 'w', ...windows, windowSizeMs: 60_000 })]).openSync();
    const store = bench.state.get<string, number>('window', 'w', 'timestamped');
    for (let start = 0; start < 50; start += 1) store.put('k', start, start, 0);
    const full = bench.budget.residentBytes;
    for (let start = 0; start < 50; start += 1) store.put('k', null, start, 0);
    bench.commitSync();
    expect(bench.budget.residentBytes).toBeLessThan(full / 10);
  });

  it('are counted down to nothing when their time is over', () => {
    const bench = new StateBench([spec({ name: 'w', ...windows, value: undefined })]).openSync();
    const store = bench.state.get<string, number>('window', 'w', 'timestamped');
    for (let index = 0; index < 100; index += 1) store.put(`k${String(index)}`, index, index * 10, 0);
    bench.commitSync();
    store.put('late', 1, 10 * 60_000, 0);
    bench.commitSync();
    expect(bench.budget.residentBytes).toBeLessThan(1000);
    expect(bench.budget.dirtyBytes + bench.budget.sealedBytes).toBe(0);
  });
});

describe('dirty entries', () => {
  it('stay until they are on disk, and ask for a commit when they are too many', async () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', format: 'timestamped', engine: 'level' })], {
      engine: 'level',
      cacheBytes: 0,
      maxDirtyBytes: 50_000,
    });
    await bench.open();
    const store = bench.state.get<string, number>('keyValue', 'kv', 'timestamped');
    let puts = 0;
    while (!bench.state.wantsCommit) {
      store.put(`k${String(puts)}`, puts, puts);
      puts += 1;
    }
    expect(puts).toBeGreaterThan(100);
    expect(puts).toBeLessThan(1000);
    bench.state.sealEpoch(bench.changelogs);
    expect(bench.state.wantsCommit).toBe(false);
    for (let index = 0; index < puts; index += 1) expect(store.get(`k${String(index)}`)?.value).toBe(index);
    await bench.state.writeEpoch(bench.ends());
    for (let index = 0; index < puts; index += 1) expect(store.get(`k${String(index)}`)?.value).toBe(index);
    await bench.remove();
  });

  it('ask for a commit in tasks that have something to commit only', () => {
    const bench = new StateBench([spec({ name: 'kv', kind: 'keyValue', format: 'timestamped' })], {
      maxDirtyBytes: 10,
    }).openSync();
    bench.budget.dirtyBytes += 1000;
    expect(bench.state.wantsCommit).toBe(false);
    bench.state.get<string, number>('keyValue', 'kv', 'timestamped').put('a', 1, 1);
    expect(bench.state.wantsCommit).toBe(true);
  });
});
