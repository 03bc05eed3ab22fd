/** What a versioned store asks of its backend, what it leaves there, and what it counts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { RecordContext } from '../../../../src/record/record-context.js';
import { serdes } from '../../../../src/serde/serdes.js';
import type { Serde } from '../../../../src/serde/serde.js';
import { MemoryBackend } from '../../../../src/store/memory/memory-backend.js';
import { CacheBudget } from '../../../../src/store/cache-budget.js';
import { shapeOf } from '../../../../src/store/overlay/open-store.js';
import { openTaskState } from '../../../../src/store/overlay/overlay-task-state.js';
import type { TaskState } from '../../../../src/store/task-state.js';
import type { VersionedKeyValueStore } from '../../../../src/store/versioned-store.js';
import type { WriteBatch } from '../../../../src/store/write-batch.js';
import { Changelogs, spec, StateBench } from '../../state-bench.js';

/** Counts what a store asks for, and shows what is there. */
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

  /** Entries of the store: all but the catalog's. */
  get stored(): number {
    const all = { gte: Buffer.from([0, 0, 0, 1]), lt: Buffer.from([255]), reverse: false };
    return [...this.scanSync(all)].flat().length;
  }

  takeReads(): number {
    const { reads } = this;
    this.reads = 0;
    return reads;
  }
}

const RETENTION = 1000;
const history = spec({
  name: 'v',
  kind: 'versioned',
  value: serdes.string(),
  engine: 'level',
  retentionMs: RETENTION,
  segmentIntervalMs: 100,
});

let backend: CountingBackend;
let budget: CacheBudget;
let state: TaskState;

function open(cacheBytes = 0): VersionedKeyValueStore<string, string> {
  budget = new CacheBudget(cacheBytes);
  state = openTaskState({
    task: '0_0',
    partition: 0,
    context: new RecordContext(),
    stores: [
      {
        spec: history,
        key: history.key as Serde<unknown>,
        value: history.value as Serde<unknown>,
        changelogTopic: 'log',
      },
    ],
    backends: { level: backend, memory: backend },
    cache: budget,
    warn: (message) => {
      throw new Error(message);
    },
  });
  expect(state.prepare()).toBeUndefined();
  return state.get('versioned', 'v');
}

function commit(): void {
  state.sealEpoch(new Changelogs());
  void state.writeEpoch(new Map());
}

beforeEach(() => {
  backend = new CountingBackend();
});

describe('a versioned store', () => {
  it('reads one entry for the latest version, and few for one of long ago', () => {
    let store = open();
    for (let time = 0; time <= 1000; time += 10) store.put('k', `v${String(time)}`, time);
    commit();
    store = open();
    backend.takeReads();
    expect(store.get('k')?.value).toBe('v1000');
    expect(backend.takeReads()).toBe(1);
    expect(store.getAsOf('k', 5)).toEqual({ value: 'v0', timestamp: 0, validTo: 10 });
    expect(store.getAsOf('k', 555)).toEqual({ value: 'v550', timestamp: 550, validTo: 560 });
    expect(store.getAsOf('k', 999)).toEqual({ value: 'v990', timestamp: 990, validTo: 1000 });
    expect(backend.takeReads()).toBeLessThanOrEqual(5);
    expect(store.getAsOf('nobody', 999)).toBeNull();
    expect(backend.takeReads()).toBe(1);
  });

  it('writes only the last part of a long row when a version is added', () => {
    let store = open();
    for (let at = 0; at < 90; at += 1) store.put('k', 'x'.repeat(1000), at);
    commit();
    store = open(10_000_000);
    store.put('k', 'y', 91);
    commit();
    expect(Math.max(...backend.written)).toBeLessThan(12_000);
    store = open();
    expect(store.getAsOf('k', 50)?.timestamp).toBe(50);
    expect(store.get('k')?.value).toBe('y');
    // One in the middle of the row, and one in place of another.
    expect(store.put('k', 'new', 50)).toBe(51);
    commit();
    store = open();
    expect([49, 50, 51].map((at) => store.getAsOf('k', at)?.value.length)).toEqual([1000, 3, 1000]);
  });

  it('keeps the latest version for ever, and removes history when its segment has expired', () => {
    const store = open();
    for (let at = 0; at < 500; at += 50) store.put('k', `v${String(at)}`, at);
    store.put('old', 'x', 7);
    commit();
    const before = backend.stored;
    store.put('other', 'x', 5000);
    commit();
    // The latest version of each key is left.
    expect(before).toBeGreaterThan(3);
    expect(backend.stored).toBe(3);
    expect(store.get('k')).toEqual({ value: 'v450', timestamp: 450, validTo: null });
    expect(store.getAsOf('old', 8)?.value).toBe('x');
    expect(store.getAsOf('k', 449)).toBeNull();
    expect(store.put('k', 'late', 3999)).toBe('expired');
    expect(store.expiredPuts).toBe(1);
    expect(store.put('k', 'on time', 4000)).toBe('latest');
  });

  it.each([true, false])('forgets keys deleted longer ago than the retention (reopened: %s)', (reopen) => {
    let store = open();
    for (const name of ['a', 'b', 'c']) store.put(name, 'x', 100);
    store.put('a', null, 200);
    store.put('b', null, 200);
    commit();
    // Back in time: no longer deleted.
    store.put('b', 'again', 300);
    commit();
    if (reopen) store = open();
    store.put('c', 'y', 2200);
    commit();
    store.put('c', 'z', 2300);
    commit();
    const entries = new Set(['b latest', 'c latest', 'c history of 2200', 'c history of 2300']);
    expect(backend.stored).toBe(entries.size);
    expect(store.get('a')).toBeNull();
    expect(store.get('b')?.value).toBe('again');
    expect(store.put('a', 'back', 1500)).toBe('latest');
    commit();
    expect(open().get('a')).toEqual({ value: 'back', timestamp: 1500, validTo: null });
  });

  it('is not told by the disk of what was deleted and forgotten since', () => {
    const store = open();
    store.put('a', 'x', 100);
    commit();
    store.put('a', null, 200);
    store.put('b', 'x', 3000);
    state.sealEpoch(new Changelogs());
    // Not written yet.
    expect(store.get('a')).toBeNull();
    expect(store.getAsOf('a', 150)).toBeNull();
    void state.writeEpoch(new Map());
    expect(store.get('a')).toBeNull();
  });

  it('is not told by the disk of an earlier deletion once a later one is forgotten', () => {
    let store = open();
    store.put('a', null, 100);
    commit();
    // Deleted anew and forgotten within one epoch.
    store.put('a', null, 200);
    store.put('b', 'x', 1250);
    commit();
    store = open();
    store.put('a', 'back', 260);
    commit();
    expect(store.get('a')?.value).toBe('back');
    expect(open().get('a')?.value).toBe('back');
  });

  it('gives all memory back', () => {
    const store = open();
    for (let at = 0; at < 3000; at += 7) {
      store.put(`k${String(at % 5)}`, at % 3 === 0 ? null : 'x'.repeat(at % 11), at);
      store.put(`k${String(at % 4)}`, 'late', Math.max(0, at - 300));
      if (at % 4 === 0) commit();
      if (at % 5 === 0) store.getAsOf('k1', at - 500);
    }
    commit();
    expect(budget.dirtyBytes).toBe(0);
    expect(budget.residentBytes).toBe(0);
  });

  it('starts over when it is wiped', () => {
    const store = open(100_000);
    store.put('a', 'x', 100);
    store.put('a', 'y', 200);
    commit();
    state.wipe('v');
    expect(store.get('a')).toBeNull();
    expect(store.streamTime).toBe(-1);
    expect(store.put('a', 'z', 5)).toBe('latest');
    commit();
    expect(open().get('a')?.value).toBe('z');
  });

  it('has the segments of Kafka Streams, and is rebuilt when they change', () => {
    const of = (retentionMs: number): string => shapeOf(spec({ name: 'v', kind: 'versioned', retentionMs }));
    expect([3000, 60_000, 300_000, 600_000, 3_600_000, 86_400_000].map(of)).toEqual([
      'versioned,segment=2000',
      'versioned,segment=20000',
      'versioned,segment=60000',
      'versioned,segment=60000',
      'versioned,segment=300000',
      'versioned,segment=3600000',
    ]);
  });
});

describe('the changelog of a versioned store', () => {
  it('has each put with the time of its version, also those that are too old, and deletions', () => {
    const bench = new StateBench([spec({ name: 'v', kind: 'versioned', retentionMs: 10 })]).openSync();
    bench.record(1, 500, [['h', null]]);
    const store = bench.state.get<string, number>('versioned', 'v');
    store.put('é', 1.5, 100);
    store.put('é', 2.5, 100);
    store.put('é', 3.5, 95);
    expect(store.put('é', 4.5, 89)).toBe('expired');
    store.delete('gone', 120);
    bench.commitSync();
    expect(
      bench.changelogs
        .of('app-v-changelog')
        .map(({ key, value, timestamp, headers }) => [
          key.toString('hex'),
          value?.toString('hex') ?? null,
          timestamp,
          headers,
        ]),
    ).toEqual([
      ['c3a9', '3ff8000000000000', 100, []],
      ['c3a9', '4004000000000000', 100, []],
      ['c3a9', '400c000000000000', 95, []],
      ['c3a9', '4012000000000000', 89, []],
      ['676f6e65', null, 120, []],
    ]);
  });

  it('brings back what was put, in its order, without what was too old', async () => {
    const bench = new StateBench([spec({ name: 'v', kind: 'versioned', retentionMs: 10 })]).openSync();
    const store = bench.state.get<string, number>('versioned', 'v');
    store.put('a', 1, 100);
    store.put('b', 2, 50);
    bench.commitSync();
    bench.openSync();
    await bench.restore();
    const restored = bench.state.get<string, number>('versioned', 'v');
    expect(restored.get('b')).toBeNull();
    expect(restored.get('a')?.value).toBe(1);
    expect(restored.streamTime).toBe(100);
    // Neither logged again nor counted.
    expect(bench.changelogs.of('app-v-changelog')).toHaveLength(2);
    expect(restored.expiredPuts).toBe(0);
  });
});
