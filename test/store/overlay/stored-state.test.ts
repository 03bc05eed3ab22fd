/** Rows read from disk by who knows nothing of the topology are those that the stores hold. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { openSnapshot } from '../../../src/store/level/open-snapshot.js';
import { MemoryBackend } from '../../../src/store/memory/memory-backend.js';
import { shapeOf } from '../../../src/store/overlay/open-store.js';
import { readShape } from '../../../src/store/overlay/stored-shape.js';
import { hasRows, storedRows, storedStores, type KeyBounds } from '../../../src/store/overlay/stored-state.js';
import { spec, StateBench } from '../state-bench.js';

const EVERYTHING: KeyBounds = { from: null, before: null };
const WINDOW = { retentionMs: 1_000_000, windowSizeMs: 10 };
const benches: StateBench[] = [];

afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.remove()));
});

async function filled(): Promise<StateBench> {
  const disk = { engine: 'level' } as const;
  const bench = await new StateBench(
    [
      spec({ name: 'plain', kind: 'keyValue', ...disk, value: serdes.string() }),
      spec({ name: 'timed', kind: 'keyValue', format: 'timestamped', ...disk }),
      spec({ name: 'headed', kind: 'keyValue', format: 'headers', ...disk }),
      spec({ name: 'windows', kind: 'window', format: 'timestamped', ...WINDOW, ...disk }),
      spec({ name: 'sessions', kind: 'session', retentionMs: 1_000_000, sessionGapMs: 10, ...disk }),
      spec({ name: 'versions', kind: 'versioned', retentionMs: 1_000, ...disk } as never),
      spec({ name: 'joined', kind: 'window', ...WINDOW, retainDuplicates: true, ...disk }),
    ],
    { engine: 'level' },
  ).open();
  benches.push(bench);
  bench.record(3, 500);
  const { state } = bench;
  const plain = state.get<string, string>('keyValue', 'plain');
  for (const key of ['a', 'b', 'bc', 'c']) plain.put(key, `value of ${key}`);
  plain.delete('c');
  state.get<string, number>('keyValue', 'timed', 'timestamped').put('a', 1.5, 77);
  state.get<string, number>('keyValue', 'headed', 'headers').put('a', 2.5, 78, [['h', Buffer.from('x')]]);
  const windows = state.get<string, number>('window', 'windows', 'timestamped');
  for (let n = 0; n < 2_000; n += 1) windows.put('a', n, n * 10, n * 10 + 3);
  windows.put('b', 7, 20, 25);
  state.get<string, number>('session', 'sessions').put('a', 100, 105, 2.5);
  await bench.commit();
  return bench;
}

async function rowsOf(bench: StateBench, name: string, bounds: KeyBounds = EVERYTHING): Promise<unknown[]> {
  const opened = await openSnapshot(join(bench.folder, 'task'));
  if (opened === null) throw new Error('there is nothing');
  const store = storedStores(opened.backend).stores.find((one) => one.name === name);
  if (store === undefined) throw new Error(`there is no ${name}`);
  const rows: unknown[] = [];
  for await (const { key, value, timestamp, start, end, headers } of storedRows(opened.backend, store, bounds)) {
    const decoded = name === 'plain' ? value.toString() : value.readDoubleBE();
    const shown = headers.map(([one, content]) => `${one}=${String(content)}`);
    rows.push([key.toString(), decoded, timestamp, start, end, ...shown]);
  }
  return rows;
}

describe('rows on disk', () => {
  it('are those of each store', async () => {
    const bench = await filled();
    expect(await rowsOf(bench, 'plain')).toEqual(
      ['a', 'b', 'bc'].map((key) => [key, `value of ${key}`, null, null, null]),
    );
    expect(await rowsOf(bench, 'timed')).toEqual([['a', 1.5, 77, null, null]]);
    expect(await rowsOf(bench, 'headed')).toEqual([['a', 2.5, 78, null, null, 'h=x']]);
    expect(await rowsOf(bench, 'sessions')).toEqual([['a', 2.5, null, 100, 105]]);
    const windows = await rowsOf(bench, 'windows');
    expect(windows).toHaveLength(2_001);
    expect(windows).toContainEqual(['a', 1_999, 19_993, 19_990, null]);
    expect(windows).toContainEqual(['b', 7, 25, 20, null]);
  });

  it('are found by their keys', async () => {
    const bench = await filled();
    const bounds = (from: string, before: string): KeyBounds => ({
      from: Buffer.from(from),
      before: Buffer.from(before),
    });
    expect(await rowsOf(bench, 'plain', bounds('b', 'c'))).toHaveLength(2);
    expect(await rowsOf(bench, 'plain', bounds('b', 'b\0'))).toEqual([['b', 'value of b', null, null, null]]);
    expect(await rowsOf(bench, 'windows', bounds('b', 'b\0'))).toEqual([['b', 7, 25, 20, null]]);
  });

  it('are listed with how far each store had come', async () => {
    const bench = await filled();
    const opened = await openSnapshot(join(bench.folder, 'task'));
    if (opened === null) throw new Error('there is nothing');
    const { stores } = storedStores(opened.backend);
    expect(stores.map((one) => [one.name, one.is?.kind, one.is?.format, one.progress?.offset, hasRows(one)])).toEqual([
      ['plain', 'keyValue', 'plain', 4, true],
      ['timed', 'keyValue', 'timestamped', 1, true],
      ['headed', 'keyValue', 'headers', 1, true],
      ['windows', 'window', 'timestamped', 2_001, true],
      ['sessions', 'session', 'plain', 1, true],
      ['versions', 'versioned', 'plain', 0, false],
      ['joined', 'window', 'plain', 0, false],
    ]);
    expect(stores.find(({ name }) => name === 'windows')?.progress?.streamTime).toBe(19_990);
  });
});

it('knows every shape that a store can have', () => {
  const sizes = [1, 7, 60_000, 3_600_001, 86_400_000, 31_536_000_000];
  for (const retentionMs of sizes) {
    for (const windowSizeMs of sizes) {
      for (const segmentIntervalMs of [undefined, 60_000, 123_457]) {
        const times = { retentionMs, windowSizeMs, ...(segmentIntervalMs === undefined ? {} : { segmentIntervalMs }) };
        for (const retainDuplicates of [false, true]) {
          const shape = shapeOf(spec({ name: 's', kind: 'window', format: 'timestamped', ...times, retainDuplicates }));
          expect([shape, readShape(shape)]).toEqual([
            shape,
            { kind: 'window', format: 'timestamped', duplicates: retainDuplicates },
          ]);
        }
        const session = shapeOf(spec({ name: 's', kind: 'session', ...times, sessionGapMs: windowSizeMs }));
        expect(readShape(session)).toEqual({ kind: 'session', format: 'plain', duplicates: false });
      }
    }
  }
  for (const kind of ['suppressBuffer', 'joinBuffer', 'outerJoin', 'subscription'] as const) {
    expect(readShape(shapeOf(spec({ name: 's', kind, retentionMs: 1 })))).toMatchObject({ kind });
  }
  expect(readShape('treeOfTomorrow,leaf=7')).toBeNull();
});

it('finds no stores in an empty place', () => {
  expect(storedStores(new MemoryBackend())).toEqual({ stores: [], mark: '' });
});
