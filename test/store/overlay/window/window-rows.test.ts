/** Rows that grow large, rows that expire, and rows that are not looked for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Serde } from '../../../../src/serde/serde.js';
import { serdes } from '../../../../src/serde/serdes.js';
import type { StateBackend } from '../../../../src/store/backend.js';
import { MemoryBackend } from '../../../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { openTaskState } from '../../../../src/store/overlay/overlay-task-state.js';
import type { StoreSpec } from '../../../../src/store/spec.js';
import type { TaskState } from '../../../../src/store/task-state.js';
import type { WriteBatch } from '../../../../src/store/write-batch.js';
import { RecordContext } from '../../../../src/record/record-context.js';
import { Changelogs, spec } from '../../state-bench.js';

/** Counts what a store asks of its backend. */
class CountingBackend extends MemoryBackend {
  reads = 0;
  written: number[] = [];

  override getSync(key: Buffer): Buffer | undefined {
    this.reads += 1;
    return super.getSync(key);
  }

  override write(batch: WriteBatch): void {
    this.written = batch.values.map((value) => value?.length ?? 0);
    super.write(batch);
  }

  takeReads(): number {
    const { reads } = this;
    this.reads = 0;
    return reads;
  }
}

const SEGMENT = 60_000;
let backend: CountingBackend;
let state: TaskState;

function open(over: StateBackend, one: StoreSpec, cacheBytes = 0): TaskState {
  return openTaskState({
    task: '0_0',
    partition: 0,
    context: new RecordContext(),
    stores: [{ spec: one, key: one.key as Serde<unknown>, value: one.value as Serde<unknown>, changelogTopic: 'log' }],
    backends: { level: over, memory: over },
    cache: new CacheBudget(cacheBytes),
    warn: (message) => {
      throw new Error(message);
    },
  });
}

function commit(): void {
  state.sealEpoch(new Changelogs());
  void state.writeEpoch(new Map());
}

const windows = spec({
  name: 'w',
  kind: 'window',
  format: 'timestamped',
  engine: 'level',
  retentionMs: 2 * SEGMENT,
  windowSizeMs: 1000,
});
const join = spec({
  name: 'w',
  kind: 'window',
  value: serdes.string(),
  engine: 'level',
  retentionMs: 2 * SEGMENT,
  windowSizeMs: 10_000,
  retainDuplicates: true,
});

beforeEach(() => {
  backend = new CountingBackend();
});

afterEach(async () => {
  await state.close();
});

describe('rows', () => {
  it('hold several windows of a key: a fetch over time is one or two reads', () => {
    state = open(backend, windows);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    for (let start = 0; start < 8000; start += 1000) store.put('a', start, start, start);
    commit();
    state = open(backend, windows);
    backend.takeReads();
    const fetched = state.get<string, number>('window', 'w', 'timestamped').fetchRange('a', 1000, 6000);
    expect(fetched.map(({ start }) => start)).toEqual([1000, 2000, 3000, 4000, 5000, 6000]);
    expect(backend.takeReads()).toBe(2);
  });

  it('give the last window of a stretch of time, passing over what is deleted, gone or in other rows', () => {
    state = open(backend, windows);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    for (const start of [0, 1000, 9000, SEGMENT, SEGMENT + 500]) store.put('a', start, start, start + 1);
    store.put('a', null, SEGMENT + 500, 0);
    const latest = (from: number, to: number): number | undefined => store.fetchLatest('a', from, to)?.start;
    expect(store.fetchLatest('a', 0, 2 * SEGMENT)).toEqual({ start: SEGMENT, value: SEGMENT, timestamp: SEGMENT + 1 });
    expect([latest(0, SEGMENT - 1), latest(1001, 8999), latest(1000, 8999), latest(5, 4)]).toEqual([
      9000,
      undefined,
      1000,
      undefined,
    ]);
    expect(store.fetchLatest('b', 0, SEGMENT)).toBeNull();
    // Stream time moves: what started up to 1000 is not seen any more.
    store.put('b', 1, 2 * SEGMENT + 1000, 1);
    expect([latest(0, 8999), latest(0, 9000)]).toEqual([undefined, 9000]);
  });

  it('are not looked for on disk above the highest ever written', () => {
    state = open(backend, windows);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    store.put('a', 1, 0, 0);
    commit();
    backend.takeReads();
    expect(store.fetch('b', 50_000)).toBeNull();
    store.put('b', 1, 50_000, 50_000);
    expect(backend.takeReads()).toBe(0);
  });

  it('are not looked for on disk where none was written since the store was opened', () => {
    state = open(backend, windows);
    state.get<string, number>('window', 'w', 'timestamped').put('a', 1, 0, 0);
    commit();
    backend.takeReads();
    const store = state.get<string, number>('window', 'w', 'timestamped');
    expect(store.fetch('c', 0)).toBeNull();
    expect(backend.takeReads()).toBe(0);
    expect(store.fetch('a', 0)).toMatchObject({ value: 1 });
    expect(backend.takeReads()).toBe(1);
    state = open(backend, windows);
    const again = state.get<string, number>('window', 'w', 'timestamped');
    backend.takeReads();
    again.fetch('c', 0);
    expect(backend.takeReads()).toBe(1);
    again.fetch('c', 0);
    expect(backend.takeReads()).toBe(0);
  });

  it('that grow large are written in parts: a put costs the last part only', () => {
    state = open(backend, join);
    const store = state.get<string, string>('window', 'w');
    const value = 'x'.repeat(100);
    for (let put = 0; put < 1000; put += 1) store.put('hot', value, put);
    commit();
    expect(backend.written.length).toBeGreaterThan(10);
    store.put('hot', value, 1001);
    commit();
    expect(Math.max(...backend.written)).toBeLessThan(20_000);
    expect(backend.written.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(20_000);
    store.put('hot', 'early', 0);
    commit();
    state = open(backend, join);
    const read = state.get<string, string>('window', 'w').fetchRange('hot', 0, 5000);
    expect(read).toHaveLength(1002);
    expect(read[1]).toEqual({ start: 0, value: 'early' });
    expect(read.at(-1)).toEqual({ start: 1001, value });
  });

  it('in parts lose what is deleted, and are found by scans', () => {
    const large = {
      ...windows,
      value: serdes.string() as Serde<unknown>,
      windowSizeMs: 10_000,
      segmentIntervalMs: 40_000,
    };
    state = open(backend, large);
    const store = state.get<string, string>('window', 'w', 'timestamped');
    const value = 'x'.repeat(500);
    for (let start = 0; start < 100; start += 1) store.put('a', value, start, start);
    commit();
    for (let start = 0; start < 100; start += 2) store.put('a', null, start, start);
    store.put('a', 'changed', 51, 51);
    commit();
    state = open(backend, large);
    const odd = Array.from({ length: 50 }, (_, index) => 2 * index + 1);
    const again = state.get<string, string>('window', 'w', 'timestamped');
    expect([...again.all()].map(([key]) => key.window.start)).toEqual(odd);
    expect(again.fetchRange('a', 0, 99).map(({ start }) => start)).toEqual(odd);
    expect(again.fetch('a', 51)).toMatchObject({ value: 'changed' });
    expect(again.fetch('a', 52)).toBeNull();
  });

  it('in parts are written again where a window was changed', () => {
    const large = { ...windows, value: serdes.string(), windowSizeMs: 10_000, segmentIntervalMs: 40_000 };
    state = open(backend, large);
    const store = state.get<string, string>('window', 'w', 'timestamped');
    for (let start = 0; start < 100; start += 1) store.put('a', 'x'.repeat(500), start, start);
    commit();
    store.put('a', 'changed', 3, 3);
    commit();
    expect(backend.written.filter((bytes) => bytes > 1000)).toHaveLength(1);
    state = open(backend, large);
    expect(state.get('window', 'w', 'timestamped').fetch('a', 3)).toMatchObject({ value: 'changed' });
  });

  it('take a window again that was deleted and committed', () => {
    state = open(backend, windows, 100_000);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    store.put('a', 1, 0, 0);
    store.put('a', null, 0, 0);
    commit();
    store.put('a', 2, 0, 0);
    expect(store.fetchRange('a', 0, 10)).toHaveLength(1);
    commit();
    state = open(backend, windows);
    expect(state.get('window', 'w', 'timestamped').fetch('a', 0)).toMatchObject({ value: 2 });
  });

  it('that left memory are read again before they are changed', () => {
    state = open(backend, windows);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    store.put('b', 1, 0, 0);
    store.put('a', 1, 0, 0);
    // Without any cache both leave memory here.
    commit();
    store.put('a', 2, 1000, 1000);
    store.put('b', 2, 1000, 1000);
    store.put('b', 3, 1000, 1000);
    expect(store.fetchRange('a', 0, 5000).map(({ value }) => value)).toEqual([1, 2]);
    expect(store.fetch('a', 1000)).toMatchObject({ value: 2 });
  });

  it('leave the disk with their segment, whatever they consist of', () => {
    state = open(backend, join);
    const store = state.get<string, string>('window', 'w');
    for (let put = 0; put < 300; put += 1) store.put('a', 'x'.repeat(100), put);
    store.put('b', 'kept', 2 * SEGMENT);
    commit();
    const entries = (): number =>
      [...backend.scanSync({ gte: Buffer.from([0, 0, 0, 1]), lt: Buffer.from([0xff]), reverse: false })].flat().length;
    expect(entries()).toBeGreaterThan(3);
    store.put('b', 'now', 3 * SEGMENT);
    commit();
    expect(entries()).toBe(2);
    expect(store.fetchRange('a', 0, 10_000)).toEqual([]);
    expect(store.fetchRange('b', 0, 4 * SEGMENT).map(({ value }) => value)).toEqual(['kept', 'now']);
  });
});

describe('retention', () => {
  it('on disk: hides to the millisecond, takes puts as long as their segment lives', () => {
    state = open(backend, { ...windows, retentionMs: 100_000 });
    const store = state.get<string, number>('window', 'w', 'timestamped');
    store.put('a', 1, 70_000, 1);
    store.put('b', 1, 170_000, 1);
    expect(store.streamTime).toBe(170_000);
    expect(store.fetch('a', 70_000)).toBeNull();
    store.put('a', 2, 70_001, 1);
    expect(store.fetch('a', 70_001)).toMatchObject({ value: 2 });
    // 170,000 - 100,000 lies in segment 1, which begins at 60,000.
    store.put('a', 3, 60_000, 1);
    expect(store.expiredPuts).toBe(0);
    store.put('a', 3, 59_999, 1);
    expect(store.expiredPuts).toBe(1);
  });

  it('in memory: takes and shows nothing as old as the retention', () => {
    state = open(backend, { ...windows, engine: 'memory', retentionMs: 100 });
    const store = state.get<string, number>('window', 'w', 'timestamped');
    store.put('b', 1, 1000, 1);
    store.put('a', 1, 900, 1);
    expect(store.expiredPuts).toBe(1);
    store.put('a', 1, 901, 1);
    expect(store.fetch('a', 901)).toMatchObject({ value: 1 });
    store.put('b', 1, 1001, 1);
    expect(store.fetch('a', 901)).toBeNull();
  });

  it('goes on after a restart with the time that the store had', () => {
    state = open(backend, { ...windows, retentionMs: 100_000 });
    state.get<string, number>('window', 'w', 'timestamped').put('a', 1, 0, 1);
    state.get<string, number>('window', 'w', 'timestamped').put('b', 1, 99_999, 1);
    commit();
    state = open(backend, { ...windows, retentionMs: 100_000 });
    const store = state.get<string, number>('window', 'w', 'timestamped');
    expect(store.streamTime).toBe(99_999);
    expect(store.fetch('a', 0)).toMatchObject({ value: 1 });
    store.put('b', 1, 100_000, 1);
    expect(store.fetch('a', 0)).toBeNull();
  });
});

describe('scans over keys', () => {
  it('take key bounds and times, both ends included', () => {
    state = open(backend, windows);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    for (const key of ['a', 'b', 'c']) for (const start of [0, 1000]) store.put(key, start, start, start);
    commit();
    store.put('b', 7, 1000, 1000);
    store.put('bb', 1, 500, 500);
    const shown = (
      found: Iterable<readonly [{ key: string; window: { start: number } }, { value: number }]>,
    ): string[] => [...found].map(([{ key, window }, { value }]) => `${key}@${String(window.start)}=${String(value)}`);
    expect(shown(store.fetchKeys('b', 'c', 0, 999))).toEqual(['b@0=0', 'bb@500=1', 'c@0=0']);
    expect(shown(store.backwardFetchKeys('b', null, 0, 999))).toEqual(['c@0=0', 'bb@500=1', 'b@0=0']);
    expect(shown(store.fetchKeys(null, 'a', 0, 5000))).toEqual(['a@0=0', 'a@1000=1000']);
    expect(shown(store.fetchKeys('c', 'a', 0, 5000))).toEqual([]);
    expect(shown(store.fetchAll(1000, 0))).toEqual([]);
    expect(shown(store.fetchAll(1000, 1000))).toEqual(['a@1000=1000', 'b@1000=7', 'c@1000=1000']);
    expect(shown(store.all())).toHaveLength(7);
    expect(shown(store.backwardAll())).toEqual(shown(store.all()).reverse());
  });
});
