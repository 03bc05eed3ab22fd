import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../src/errors/error.js';
import { RecordContext } from '../../../src/record/record-context.js';
import type { Serde } from '../../../src/serde/serde.js';
import { serdes } from '../../../src/serde/serdes.js';
import { MemoryBackend } from '../../../src/store/memory/memory-backend.js';
import { CacheBudget, type CacheUser } from '../../../src/store/cache-budget.js';
import { openTaskState } from '../../../src/store/overlay/overlay-task-state.js';
import type { KeyValueSpec, StoreSpec } from '../../../src/store/spec.js';
import type { TaskState } from '../../../src/store/task-state.js';
import type { BackendEntry, KeyRange, StateBackend } from '../../../src/store/backend.js';
import type { WriteBatch } from '../../../src/store/write-batch.js';
import { steppedSlice } from '../../time/stepped-slice.js';
import { Changelogs, numbers, spec, StateBench, type SpecPart } from '../state-bench.js';

/** A place in memory that outlives the state over it, writes when it is told to, and can fail. */
class Disk implements StateBackend {
  readonly location = 'disk';
  readonly persistent = true;
  readonly warnings: string[] = [];
  failure: Error | null = null;
  private waiting: (() => void)[] = [];
  private slow = false;
  private readonly bytes = new MemoryBackend();
  readonly scanSync = this.bytes.scanSync;

  get size(): number {
    const all = this.bytes.scanSync({ gte: Buffer.from([0, 0, 0, 1]), lt: Buffer.from([0xff]), reverse: false });
    return [...all].flat().length;
  }

  /** From now on writes wait for `proceed`. */
  hold(): void {
    this.slow = true;
  }

  proceed(): void {
    this.slow = false;
    for (const go of this.waiting.splice(0)) go();
  }

  async write(batch: WriteBatch): Promise<void> {
    if (this.slow) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.failure !== null) throw this.failure;
    this.bytes.write(batch);
  }

  getSync(key: Buffer): Buffer | undefined {
    return this.bytes.getSync(key);
  }

  scan(range: KeyRange): AsyncIterator<readonly BackendEntry[]> {
    return this.bytes.scan(range);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return this.bytes.destroy();
  }

  open(...specs: StoreSpec[]): TaskState {
    return this.openWith(new CacheBudget(0), ...specs);
  }

  openWith(cache: CacheBudget, ...specs: StoreSpec[]): TaskState {
    return openTaskState({
      task: '0_0',
      partition: 0,
      context: new RecordContext(),
      stores: specs.map((one) => ({
        spec: one,
        key: one.key ?? numbers.key,
        value: one.value ?? numbers.value,
        changelogTopic: `${one.name}-changelog`,
      })),
      backends: { level: this, memory: new MemoryBackend() },
      cache,
      warn: (message) => this.warnings.push(message),
    });
  }
}

async function commit(state: TaskState, offsets: Record<string, number> = {}): Promise<void> {
  state.sealEpoch(new Changelogs());
  await state.writeEpoch(new Map(Object.entries(offsets)));
}

function table(name: string, part: SpecPart = {}): KeyValueSpec {
  return spec({ name, kind: 'keyValue', format: 'timestamped', engine: 'level', ...part });
}

function valueOf(state: TaskState, store: string, key: string): unknown {
  return state.get<string, number>('keyValue', store, 'timestamped').get(key)?.value;
}

describe('the order of a commit', () => {
  it('puts nothing on disk before writeEpoch, and all of it then', async () => {
    const disk = new Disk();
    const state = disk.open(table('a'), table('b'));
    expect(state.dirty).toBe(false);
    state.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    expect(state.dirty).toBe(true);
    state.sealEpoch(new Changelogs());
    expect([state.dirty, state.sealed, disk.size]).toEqual([false, true, 0]);
    await state.writeEpoch(new Map([['a', 1]]));
    expect([state.sealed, disk.size]).toEqual([false, 1]);
  });

  it('lets the next epoch go on while one is written, without its changes getting into it', async () => {
    const disk = new Disk();
    const state = disk.open(table('a'));
    const store = state.get<string, number>('keyValue', 'a', 'timestamped');
    store.put('k', 1, 1);
    state.sealEpoch(new Changelogs());
    store.put('k', 2, 2);
    store.put('other', 2, 2);
    disk.hold();
    const written = state.writeEpoch(new Map([['a', 1]]));
    store.put('k', 3, 3);
    expect(valueOf(state, 'a', 'k')).toBe(3);
    disk.proceed();
    await written;
    expect(valueOf(disk.open(table('a')), 'a', 'k')).toBe(1);
    expect(valueOf(disk.open(table('a')), 'a', 'other')).toBeUndefined();
    await commit(state, { a: 3 });
    expect(valueOf(disk.open(table('a')), 'a', 'k')).toBe(3);
  });

  it('keeps the time of the next epoch from the disk too', async () => {
    const disk = new Disk();
    const windows = spec({
      name: 'w',
      kind: 'window',
      format: 'timestamped',
      engine: 'level',
      retentionMs: 60_000,
      windowSizeMs: 1000,
    });
    const state = disk.open(windows);
    const store = state.get<string, number>('window', 'w', 'timestamped');
    store.put('k', 1, 1000, 1000);
    state.sealEpoch(new Changelogs());
    store.put('k', 2, 900_000, 900_000);
    await state.writeEpoch(new Map([['w', 1]]));
    const again = disk.open(windows).get('window', 'w', 'timestamped');
    expect(again.streamTime).toBe(1000);
    expect(again.fetch('k', 1000)).toMatchObject({ value: 1 });
  });

  it('seals a few rows at a time, as time allows, and is changed until the last row is sealed', async () => {
    const bench = new StateBench([
      spec({ name: 'a', kind: 'keyValue', format: 'timestamped' }),
      spec({ name: 'b', kind: 'window', format: 'timestamped', retentionMs: 60_000, windowSizeMs: 10 }),
    ]).openSync();
    for (let at = 0; at < 20; at += 1) {
      bench.state.get<string, number>('keyValue', 'a', 'timestamped').put(`k${String(at)}`, at, at);
      bench.state.get<string, number>('window', 'b', 'timestamped').put(`k${String(at)}`, at, 0, at);
    }
    bench.whilePaused = () => {
      expect([bench.state.dirty, bench.state.sealed]).toEqual([true, false]);
    };
    // Twenty rows of one store, twenty rows and as many entries of the other: eight at a time.
    expect(bench.seal()).toBeGreaterThanOrEqual(9);
    expect([bench.state.dirty, bench.state.sealed]).toEqual([false, true]);
    for (const name of ['a', 'b']) expect(bench.changelogs.of(`app-${name}-changelog`)).toHaveLength(20);
    await bench.state.writeEpoch(bench.ends());
    expect(bench.budget.dirtyBytes + bench.budget.sealedBytes).toBe(0);
  });

  it('cannot be sealed to its end when it was closed meanwhile', () => {
    const bench = new StateBench([spec({ name: 'a', kind: 'keyValue' })]).openSync();
    bench.state.get<string, number>('keyValue', 'a').put('k', 1);
    bench.whilePaused = () => void bench.state.close();
    expect(() => bench.seal()).toThrow(/closed while it was being sealed/);
  });

  it('refuses what is out of order', async () => {
    const state = new Disk().open(table('a'));
    expect(() => void state.writeEpoch(new Map())).toThrow('no epoch is sealed');
    state.sealEpoch(new Changelogs());
    expect(() => {
      state.sealEpoch(new Changelogs());
    }).toThrow('an epoch is sealed already');
    expect(() => void state.commitRestored(new Map())).toThrow('await writeEpoch before restoring');
    await state.writeEpoch(new Map());
  });

  it('keeps the epoch when the disk fails: it can be written again', async () => {
    const disk = new Disk();
    const state = disk.open(table('a'));
    state.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    state.sealEpoch(new Changelogs());
    disk.failure = new MillraceError('STORE_FAILED', 'the disk is full');
    await expect(state.writeEpoch(new Map([['a', 7]]))).rejects.toThrow('the disk is full');
    expect(state.sealed).toBe(true);
    expect(valueOf(state, 'a', 'k')).toBe(1);
    disk.failure = null;
    await state.writeEpoch(new Map([['a', 7]]));
    const again = disk.open(table('a'));
    expect([valueOf(again, 'a', 'k'), again.changelog('a').offset]).toEqual([1, 7]);
  });

  it('names the store whose value its serde cannot write, when that is found out only now', () => {
    let refuses = false;
    const fickle: Serde<number> = {
      immutable: true,
      serialize: (value) => {
        if (refuses) throw new Error('not any more');
        return Buffer.of(value);
      },
      deserialize: (bytes) => bytes[0] as number,
    };
    const state = new Disk().open(table('a', { value: fickle }));
    state.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    refuses = true;
    let error: unknown;
    try {
      state.sealEpoch(new Changelogs());
    } catch (reason) {
      error = reason;
    }
    expect(error).toMatchObject({ code: 'SERIALIZATION_FAILED', store: 'a', task: '0_0' });
    expect(String(error)).toContain('store a holds something that its serde cannot write');
  });

  it('is synchronous when everything is in memory', () => {
    const bench = new StateBench([spec({ name: 'a', kind: 'keyValue', format: 'timestamped' })]).openSync();
    bench.state.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    bench.commitSync();
    expect(bench.state.sealed).toBe(false);
  });

  it('waits for a write under way before it closes', async () => {
    const disk = new Disk();
    const state = disk.open(table('a'));
    state.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    state.sealEpoch(new Changelogs());
    disk.hold();
    const written = state.writeEpoch(new Map([['a', 1]]));
    let closed = false;
    const closing = state.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    disk.proceed();
    await written;
    await closing;
    expect(valueOf(disk.open(table('a')), 'a', 'k')).toBe(1);
  });
});

describe('changelog offsets', () => {
  it('are found again, each store its own; one that is not named stays', async () => {
    const disk = new Disk();
    const state = disk.open(table('a'), table('b'));
    expect(state.changelogs().map(({ store, topic, offset }) => [store, topic, offset])).toEqual([
      ['a', 'a-changelog', -1],
      ['b', 'b-changelog', -1],
    ]);
    await commit(state, { a: 5, b: 6 });
    await commit(state, { a: 9 });
    const again = disk.open(table('a'), table('b'));
    expect(again.changelogs().map(({ offset }) => offset)).toEqual([9, 6]);
  });

  it('of stores in memory start over', async () => {
    const disk = new Disk();
    const memory = table('a', { engine: 'memory' });
    await commit(disk.open(memory), { a: 5 });
    expect(disk.open(memory).changelog('a').offset).toBe(-1);
  });
});

describe('what is found on disk', () => {
  it('stays apart when stores come and go: those that went are removed, with a warning', async () => {
    const disk = new Disk();
    const both = disk.open(table('a'), table('b'));
    both.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    both.get<string, number>('keyValue', 'b', 'timestamped').put('k', 2, 1);
    await commit(both, { a: 1, b: 1 });
    expect(disk.size).toBe(2);

    const one = disk.open(table('b'), table('c'));
    expect(disk.warnings).toEqual([
      'store a of task 0_0: it is not in the topology any more: what disk holds of it is removed',
    ]);
    expect([valueOf(one, 'b', 'k'), valueOf(one, 'c', 'k')]).toEqual([2, undefined]);
    await commit(one, { c: 1 });
    expect(disk.size).toBe(1);

    const back = disk.open(table('a'), table('b'));
    expect([valueOf(back, 'a', 'k'), back.changelog('a').offset, valueOf(back, 'b', 'k')]).toEqual([undefined, -1, 2]);
  });

  it('that cannot be opened leaves the memory to the others', () => {
    const left: CacheUser[] = [];
    class Cache extends CacheBudget {
      override leave(user: CacheUser): void {
        left.push(user);
        super.leave(user);
      }
    }
    const disk = new Disk();
    disk.getSync = () => {
      throw new Error('the disk is gone');
    };
    const memory = table('kept', { engine: 'memory' });
    expect(() => disk.openWith(new Cache(0), memory, table('lost'))).toThrow('the disk is gone');
    expect(left).toHaveLength(1);
  });

  it('is given up when the store has another shape now, with a warning that tells both', async () => {
    const disk = new Disk();
    const minutes = spec({
      name: 'w',
      kind: 'window',
      format: 'timestamped',
      engine: 'level',
      retentionMs: 60_000,
      windowSizeMs: 1000,
    });
    const state = disk.open(minutes);
    state.get<string, number>('window', 'w', 'timestamped').put('k', 1, 0, 0);
    await commit(state, { w: 1 });
    const changed = disk.open({ ...minutes, retentionMs: 600_000 });
    expect(changed.changelog('w').offset).toBe(-1);
    expect(changed.get('window', 'w', 'timestamped').fetch('k', 0)).toBeNull();
    expect(disk.warnings).toHaveLength(1);
    expect(disk.warnings[0]).toMatch(/store w of task 0_0.*segment=60000.*segment=300000.*rebuilt from w-changelog/);
  });

  it('of an epoch that was never finished is not used', async () => {
    const disk = new Disk();
    const state = disk.open(table('a'));
    state.get<string, number>('keyValue', 'a', 'timestamped').put('k', 1, 1);
    await state.close();
    const again = disk.open(table('a'));
    expect([valueOf(again, 'a', 'k'), again.changelog('a').offset]).toEqual([undefined, -1]);
  });
});

describe('restoring', () => {
  const windows = spec({ name: 'w', kind: 'window', retentionMs: 60_000, windowSizeMs: 10, engine: 'level' });

  function restoredWindows(disk: Disk, rows: number): TaskState {
    const state = disk.open(windows);
    for (let n = 0; n < rows; n++) {
      const start = Buffer.alloc(12);
      start.writeUInt32BE(10 * n, 4);
      const key = Buffer.concat([Buffer.from(`k${String(n)}`), start]);
      state.restore('w', key, serdes.double().serialize(n, 't'), n, []);
    }
    return state;
  }

  it('writes what was restored with its offset, logs and tells nothing', async () => {
    const disk = new Disk();
    const state = disk.open(table('a', { caching: true }));
    const told: unknown[] = [];
    state.get('keyValue', 'a', 'timestamped').setFlushListener((...change) => told.push(change), true);
    const value = serdes.double().serialize(1.5, 't');
    state.restore('a', Buffer.from('k'), value, 11, []);
    state.restore('a', null, value, 11, []);
    state.restore('a', Buffer.from('gone'), value, 11, []);
    state.restore('a', Buffer.from('gone'), null, 11, []);
    value.fill(0);
    await state.commitRestored(new Map([['a', 4]]));
    state.flushCaches();
    expect(told).toEqual([]);
    expect(state.dirty).toBe(false);
    const again = disk.open(table('a'));
    expect(again.get('keyValue', 'a', 'timestamped').get('k')).toMatchObject({ value: 1.5, timestamp: 11 });
    expect(valueOf(again, 'a', 'gone')).toBeUndefined();
    expect(again.changelog('a').offset).toBe(4);
    expect(disk.size).toBe(1);
  });

  it('is written in slices of time, all of it with its offset', async () => {
    const [disk, slice] = [new Disk(), steppedSlice(1)];
    await restoredWindows(disk, 95).commitRestored(new Map([['w', 95]]), slice);
    expect(slice.pauses).toBeGreaterThanOrEqual(9);
    const again = disk.open(windows);
    const store = again.get<string, number>('window', 'w');
    expect([store.fetch('k0', 0), store.fetch('k94', 940)]).toEqual([0, 94]);
    expect(again.changelog('w').offset).toBe(95);
  });

  it('leaves nothing on disk when the state is closed between two slices', async () => {
    const disk = new Disk();
    const state = restoredWindows(disk, 95);
    const pause = (): Promise<void> => state.close();
    const written = state.commitRestored(new Map([['w', 95]]), { ...steppedSlice(10), pause });
    await expect(written).rejects.toThrow('closed while it was being sealed');
    expect(disk.open(windows).changelog('w').offset).toBe(-1);
  });

  it('takes the place of what was read before', async () => {
    const state = new Disk().open(table('a'));
    expect(valueOf(state, 'a', 'k')).toBeUndefined();
    state.restore('a', Buffer.from('k'), serdes.double().serialize(2, 't'), 1, []);
    await state.commitRestored(new Map([['a', 1]]));
    expect(valueOf(state, 'a', 'k')).toBe(2);
  });

  it('from the start, after a wipe, leaves nothing behind of what was there', async () => {
    const disk = new Disk();
    const specs = [table('a'), table('b')];
    const state = disk.open(...specs);
    state.get<string, number>('keyValue', 'a', 'timestamped').put('old', 1, 1);
    state.get<string, number>('keyValue', 'b', 'timestamped').put('old', 1, 1);
    await commit(state, { a: 50, b: 50 });
    state.wipe('a');
    expect([valueOf(state, 'a', 'old'), state.changelog('a').offset]).toEqual([undefined, -1]);
    // Not yet written: a crash here finds everything as it was.
    expect(disk.open(...specs).changelog('a').offset).toBe(50);
    state.restore('a', Buffer.from('new'), serdes.double().serialize(2, 't'), 1, []);
    await state.commitRestored(new Map([['a', 3]]));
    const again = disk.open(...specs);
    expect([valueOf(again, 'a', 'old'), valueOf(again, 'a', 'new'), valueOf(again, 'b', 'old')]).toEqual([
      undefined,
      2,
      1,
    ]);
    expect(again.changelogs().map(({ offset }) => offset)).toEqual([3, 50]);
    expect(disk.size).toBe(2);
  });
});

describe('stores by name', () => {
  const state = new Disk().open(table('a'));

  it('are refused under a name that the task does not have', () => {
    expect(() => state.get('keyValue', 'x', 'timestamped')).toThrow(
      'store x is not connected to this task, which has a (of task 0_0)',
    );
  });

  it('are refused as another kind', () => {
    expect(() => state.get('window', 'a')).toThrow(
      'store a is of kind keyValue and format timestamped, not of kind window and format plain',
    );
  });

  it('come in the order of the topology', () => {
    expect(new Disk().open(table('b'), table('a')).stores.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});
