/** Stores that keep headers beside their values, of every kind and engine. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Headers } from '../../../src/record/headers.js';
import type { StoreEngine, StoreSpec } from '../../../src/store/spec.js';
import { spec, StateBench } from '../state-bench.js';

const HEADERS: Headers = [
  ['trace', Buffer.from('1')],
  ['trace', null],
];
const WINDOW = { retentionMs: 1_000_000, windowSizeMs: 10 };

const benches: StateBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.remove();
});

async function open(store: StoreSpec, engine: StoreEngine): Promise<StateBench> {
  const bench = new StateBench([{ ...store, engine }], { engine });
  benches.push(bench);
  return await bench.open();
}

const logged = (bench: StateBench): unknown[] =>
  bench.changelogs.of('app-s-changelog').map(({ value, headers, timestamp }) => ({
    value: value?.readDoubleBE() ?? null,
    headers,
    timestamp,
  }));

describe.each(['level', 'memory'] as const)('on %s', (engine) => {
  it('one value a key', async () => {
    const bench = await open(spec({ name: 's', kind: 'keyValue', format: 'headers' }), engine);
    const store = () => bench.state.get<string, number>('keyValue', 's', 'headers');
    bench.record(1, 100, [['of the record', null]]);
    store().put('a', 1.5, 7, HEADERS);
    store().put('b', 2, 8);
    expect(store().get('a')).toEqual({ value: 1.5, timestamp: 7, headers: HEADERS });
    expect(store().get('b')).toEqual({ value: 2, timestamp: 8, headers: [] });
    expect(store().putIfAbsent('a', 9, 9)).toMatchObject({ value: 1.5 });
    await bench.commit();
    // The value as a store without headers would have it; headers and time are those of the record.
    expect(logged(bench)).toEqual([
      { value: 1.5, headers: HEADERS, timestamp: 7 },
      { value: 2, headers: [], timestamp: 8 },
    ]);
    await bench.crash();
    expect(store().get('a')).toEqual({ value: 1.5, timestamp: 7, headers: HEADERS });
    const rows = [];
    for await (const row of store().range('a', 'b')) rows.push(row);
    expect(rows).toEqual([
      ['a', { value: 1.5, timestamp: 7, headers: HEADERS }],
      ['b', { value: 2, timestamp: 8, headers: [] }],
    ]);
    bench.record(2, 200, [['of the record', null]]);
    expect(store().delete('a', 9)).toEqual({ value: 1.5, timestamp: 7, headers: HEADERS });
    await bench.commit();
    expect(logged(bench).at(-1)).toEqual({ value: null, headers: [['of the record', null]], timestamp: 9 });
  });

  it('one value a key and window', async () => {
    const bench = await open(spec({ name: 's', kind: 'window', format: 'headers', ...WINDOW }), engine);
    const store = () => bench.state.get<string, number>('window', 's', 'headers');
    bench.record(1, 100, [['of the record', null]]);
    store().put('a', 1.5, 10, 17, HEADERS);
    store().put('a', 2, 20, 28);
    await bench.commit();
    expect(logged(bench)).toEqual([
      { value: 1.5, headers: HEADERS, timestamp: 17 },
      { value: 2, headers: [], timestamp: 28 },
    ]);
    await bench.crash();
    expect(store().fetch('a', 10)).toEqual({ value: 1.5, timestamp: 17, headers: HEADERS });
    expect(store().fetchRange('a', 0, 100)).toEqual([
      { start: 10, value: 1.5, timestamp: 17, headers: HEADERS },
      { start: 20, value: 2, timestamp: 28, headers: [] },
    ]);
    expect(store().fetchLatest('a', 0, 15)).toMatchObject({ start: 10, headers: HEADERS });
    const rows = [];
    for await (const [, row] of store().all()) rows.push(row);
    expect(rows.map(({ headers }) => headers)).toEqual([HEADERS, []]);
    bench.record(2, 200, [['of the record', null]]);
    store().put('a', null, 10, 18);
    await bench.commit();
    expect(logged(bench).at(-1)).toEqual({ value: null, headers: [['of the record', null]], timestamp: 18 });
  });

  it('one value a key and session', async () => {
    const bench = await open(spec({ name: 's', kind: 'session', format: 'headers', retentionMs: 1000 }), engine);
    const store = () => bench.state.get<string, number>('session', 's', 'headers');
    bench.record(1, 100, [['of the record', null]]);
    store().put('a', 10, 20, 1.5, HEADERS);
    store().put('a', 40, 50, 2);
    await bench.commit();
    expect(logged(bench)).toEqual([
      { value: 1.5, headers: HEADERS, timestamp: 100 },
      { value: 2, headers: [], timestamp: 100 },
    ]);
    await bench.crash();
    expect(store().fetchSession('a', 10, 20)).toBe(1.5);
    expect(store().fetchSessionWithHeaders('a', 10, 20)).toEqual({ value: 1.5, headers: HEADERS });
    expect(store().fetchSessionWithHeaders('a', 10, 21)).toBeNull();
    expect(store().fetch('a')).toEqual([
      { start: 10, end: 20, value: 1.5, headers: HEADERS },
      { start: 40, end: 50, value: 2, headers: [] },
    ]);
    bench.record(2, 200, [['of the record', null]]);
    store().remove('a', 10, 20);
    await bench.commit();
    expect(logged(bench).at(-1)).toEqual({ value: null, headers: [['of the record', null]], timestamp: 200 });
  });
});

it('headers are the store’s own, whatever becomes of the bytes that were given', () => {
  const bench = new StateBench([spec({ name: 's', kind: 'keyValue', format: 'headers' })]).openSync();
  benches.push(bench);
  const store = bench.state.get<string, number>('keyValue', 's', 'headers');
  const bytes = Buffer.from('x');
  store.put('a', 1, 1, [['h', bytes]]);
  bytes.fill(0);
  expect(store.get('a')?.headers).toEqual([['h', Buffer.from('x')]]);
});

it('what is no header is refused', () => {
  const bench = new StateBench([spec({ name: 's', kind: 'keyValue', format: 'headers' })]).openSync();
  benches.push(bench);
  const store = bench.state.get<string, number>('keyValue', 's', 'headers');
  expect(() => store.put('a', 1, 1, [['h', 'text']] as never)).toThrow(/header/);
  expect(store.get('a')).toBeNull();
});

it('a store restores what another format has written, and its folder is rebuilt', async () => {
  const bench = await open(spec({ name: 's', kind: 'keyValue', format: 'timestamped' }), 'level');
  bench.state.get<string, number>('keyValue', 's', 'timestamped').put('a', 1.5, 7);
  await bench.commit();
  bench.specs = [spec({ name: 's', kind: 'keyValue', format: 'headers', engine: 'level' })];
  await bench.crash();
  expect(bench.warnings.join()).toMatch(/rebuilt from app-s-changelog/);
  expect(bench.state.get('keyValue', 's', 'headers').get('a')).toEqual({ value: 1.5, timestamp: 7, headers: [] });
  // And operators find it as the store that they know.
  expect(bench.state.get('keyValue', 's', 'timestamped').peek('a')).toEqual({ value: 1.5, timestamp: 7 });
  expect(() => bench.state.get('keyValue', 's')).toThrow(/format headers/);
});
