import { afterEach, describe, expect, it } from 'vitest';
import type { StateStore } from '../../../src/store/state-store.js';
import type { StoreSpec } from '../../../src/store/spec.js';
import { spec, StateBench } from '../state-bench.js';

const SPECS: StoreSpec[] = [
  spec({ name: 'keys', kind: 'keyValue', format: 'timestamped', engine: 'level', caching: true }),
  spec({
    name: 'windows',
    kind: 'window',
    format: 'timestamped',
    engine: 'level',
    retentionMs: 1000,
    windowSizeMs: 10,
  }),
  spec({ name: 'sessions', kind: 'session', engine: 'level', retentionMs: 1000 }),
  spec({ name: 'history', kind: 'versioned', engine: 'level', retentionMs: 100_000 }),
];

let bench: StateBench;

afterEach(() => bench.remove());

/** Everything that can be read of all stores. */
async function read(of: (name: string) => StateStore): Promise<unknown> {
  const keys = of('keys') as never as { get(k: string): unknown; all(): AsyncIterable<unknown> };
  const rows: unknown[] = [];
  for await (const row of keys.all()) rows.push(row);
  const windows = of('windows') as never as {
    fetchRange(k: string, f: number, t: number): readonly { start: number }[];
  };
  const sessions = of('sessions') as never as { fetch(k: string): readonly { end: number }[] };
  const history = of('history') as never as {
    versions(k: string, f: number, t: number): readonly { timestamp: number }[];
  };
  return {
    key: keys.get('a'),
    rows,
    windows: windows.fetchRange('a', 0, 1e9).map(({ start }) => start),
    sessions: sessions.fetch('a').map(({ end }) => end),
    versions: history.versions('a', 0, 1e9).map(({ timestamp }) => timestamp),
  };
}

function put(time: number): void {
  const { state } = bench;
  bench.record(time);
  state.get<string, number>('keyValue', 'keys', 'timestamped').put('a', time, time);
  state.get<string, number>('window', 'windows', 'timestamped').put('a', 1, time, time);
  state.get<string, number>('session', 'sessions').put('a', time, time, 1);
  state.get<string, number>('versioned', 'history').put('a', time, time);
}

describe('a store as it was last written', () => {
  it.each(['memory', 'level'] as const)('does not show what was put since (%s)', async (engine) => {
    bench = await new StateBench(SPECS, { engine }).open();
    await bench.state.prepare();
    const written = (name: string): StateStore => bench.state.written(name);
    const nothing = { key: null, rows: [], windows: [], sessions: [], versions: [] };
    put(5);
    expect(await read(written)).toEqual(nothing);
    bench.state.flushCaches();
    bench.state.sealEpoch(bench.changelogs);
    put(20);
    expect(await read(written)).toEqual(nothing);
    await bench.state.writeEpoch(bench.ends());
    const five = {
      ...{ key: { value: 5, timestamp: 5 }, rows: [['a', { value: 5, timestamp: 5 }]] },
      ...{ windows: [5], sessions: [5], versions: [5] },
    };
    expect(await read(written)).toEqual(five);
    // What has expired by what was put since is still there.
    put(5_000);
    expect(await read(written)).toEqual(five);
    expect(await read((name) => bench.state.stores.find((store) => store.name === name) as StateStore)).toMatchObject({
      ...{ key: { value: 5_000 }, windows: [5_000], sessions: [5_000], versions: [5, 20, 5_000] },
    });
    await bench.commit();
    expect(await read(written)).toMatchObject({ key: { value: 5_000 }, windows: [5_000], versions: [5, 20, 5_000] });
    expect(() => bench.state.written('none')).toThrow(/is not connected/);
  });
});
