import { Validator } from '@seriousme/openapi-schema-validator';
import type { z } from 'zod';
import { afterEach, describe, expect, it } from 'vitest';
import { answers } from '../../src/serve/rest/parameters.js';
import { storeRequests } from '../../src/serve/rest/store-requests.js';
import { serdes } from '../../src/serde/serdes.js';
import { StoreGroup, StoreTask, TOKEN } from '../query/store-instances.js';
import { spec } from '../store/state-bench.js';

const longs = { value: serdes.bigint() };
const SPECS = [
  spec({ name: 'counts', kind: 'keyValue', format: 'timestamped', ...longs }),
  spec({ name: 'numbers', kind: 'keyValue', key: serdes.long(), value: serdes.json() }),
  spec({ name: 'bigints', kind: 'keyValue', key: serdes.bigint(), value: serdes.bytes() }),
  spec({ name: 'objects', kind: 'keyValue', key: serdes.json(), value: serdes.double() }),
  spec({ name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1_000_000, windowSizeMs: 10, ...longs }),
  spec({ name: 'sessions', kind: 'session', retentionMs: 1_000_000, ...longs }),
  spec({ name: 'history', kind: 'versioned', retentionMs: 1_000_000, ...longs }),
];
const WORLD = spec({ name: 'world', kind: 'keyValue', format: 'timestamped', ...longs });
const BIG = 2n ** 62n;

let group: StoreGroup;
let url = '';
afterEach(() => group.end());

async function start(): Promise<void> {
  const world = new StoreTask('global', [WORLD], 0);
  world.state.get<string, bigint>('keyValue', 'world', 'timestamped').put('earth', BIG, 3);
  group = new StoreGroup(SPECS, 2, world, [WORLD]);
  for (const [n, key] of ['ann', 'bob', 'b/o?b', 'cy'].entries()) {
    const { state } = group.taskOf(key);
    state.get<string, bigint>('keyValue', 'counts', 'timestamped').put(key, BIG, n);
    for (const time of [10, 20]) {
      state.get<string, bigint>('window', 'windows', 'timestamped').put(key, BIG, time, n);
      state.get<string, bigint>('session', 'sessions').put(key, time, time + 3, BIG);
      state.get<string, bigint>('versioned', 'history').put(key, BigInt(time), time);
    }
  }
  for (const { state } of group.tasks) {
    state.get<number, unknown>('keyValue', 'numbers').put(7, { a: [true] });
    state.get<bigint, Buffer>('keyValue', 'bigints').put(BIG, Buffer.from([255, 0]));
    state.get<unknown, number>('keyValue', 'objects').put({ a: 1 }, 5);
  }
  const first = await group.start(group.tasks.slice(0, 1));
  await group.start(group.tasks.slice(1));
  url = first.server.url;
}

async function get(path: string, schema: z.ZodType = answers.failure): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  const body: unknown = await response.json();
  // What the document says is what comes.
  expect(schema.safeParse(body).error).toBeUndefined();
  return { status: response.status, body };
}

const ok = async (path: string, schema: z.ZodType): Promise<unknown> => {
  const { status, body } = await get(path, schema);
  expect([path, status]).toEqual([path, 200]);
  return body;
};

describe('stores over HTTP', () => {
  it('are listed', async () => {
    await start();
    const { stores } = (await ok('/stores', answers.stores)) as { stores: unknown[] };
    expect(stores).toContainEqual({ name: 'counts', kind: 'keyValue', format: 'timestamped', global: false });
    expect(stores).toContainEqual({ name: 'world', kind: 'keyValue', format: 'timestamped', global: true });
  });

  it('give a key, whichever instance has it', async () => {
    await start();
    for (const [n, key] of ['ann', 'bob', 'b/o?b', 'cy'].entries()) {
      const row = { key, value: String(BIG), timestamp: n, headers: null };
      expect(await ok(`/stores/counts/keys/${encodeURIComponent(key)}`, answers.key)).toEqual({ row, position: '' });
    }
    expect(await ok('/stores/counts/keys/none', answers.key)).toEqual({ row: null, position: '' });
    expect(await ok('/stores/world/keys/earth', answers.key)).toMatchObject({ row: { value: String(BIG) } });
  });

  it('take keys of any serde', async () => {
    await start();
    expect(await ok('/stores/numbers/keys/7', answers.key)).toMatchObject({ row: { key: 7, value: { a: [true] } } });
    expect(await ok(`/stores/bigints/keys/${String(BIG)}`, answers.key)).toMatchObject({
      row: { key: String(BIG), value: '/wA=' },
    });
    const json = encodeURIComponent('{"a":1}');
    expect(await ok(`/stores/objects/keys/${json}?keyFormat=json`, answers.key)).toMatchObject({ row: { value: 5 } });
    const bytes = Buffer.from('ann').toString('base64url');
    expect(await ok(`/stores/counts/keys/${bytes}?keyFormat=base64`, answers.key)).toMatchObject({
      row: { key: 'ann' },
    });
  });

  it('give ranges page by page', async () => {
    await start();
    const keys: string[] = [];
    for (let after = ''; ;) {
      const page = (await ok(`/stores/counts/keys?limit=3${after}`, answers.keys)) as {
        rows: { key: string }[];
        next: string | null;
      };
      keys.push(...page.rows.map(({ key }) => key));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(keys).toEqual(['ann', 'b/o?b', 'bob', 'cy']);
    const of = async (asked: string): Promise<string[]> => {
      const { rows } = (await ok(`/stores/counts/keys?${asked}`, answers.keys)) as { rows: { key: string }[] };
      return rows.map(({ key }) => key);
    };
    expect(await of('from=b&to=bob&order=descending')).toEqual(['bob', 'b/o?b']);
    expect(await of('prefix=b')).toEqual(['b/o?b', 'bob']);
  });

  it('give windows, sessions and versions', async () => {
    await start();
    const starts = (body: unknown): number[] => (body as { rows: { start: number }[] }).rows.map((row) => row.start);
    expect(starts(await ok('/stores/windows/windows/ann', answers.windowsOfKey))).toEqual([10, 20]);
    expect(starts(await ok('/stores/windows/windows/ann?from=11&to=20', answers.windowsOfKey))).toEqual([20]);
    expect(await ok('/stores/windows/windows/ann/10', answers.window)).toMatchObject({ row: { start: 10, end: 20 } });
    expect(starts(await ok('/stores/windows/windows?order=descending', answers.windows))).toEqual([
      20, 20, 20, 20, 10, 10, 10, 10,
    ]);
    expect(starts(await ok('/stores/sessions/sessions/ann', answers.windowsOfKey))).toEqual([10, 20]);
    expect(starts(await ok('/stores/sessions/sessions?from=14', answers.windows))).toEqual([20, 20, 20, 20]);
    expect(await ok('/stores/history/versions/ann', answers.versions)).toMatchObject({
      rows: [
        { value: '10', validTo: 20 },
        { value: '20', validTo: null },
      ],
    });
    expect(await ok('/stores/history/version/ann?asOf=15', answers.version)).toMatchObject({ row: { value: '10' } });
    expect(await ok('/stores/history/version/ann', answers.version)).toMatchObject({ row: { value: '20' } });
  });

  it('give the history of a key, the newest first and page by page', async () => {
    await start();
    const task = group.taskOf('ann');
    const commit = (value: bigint | null): void => {
      task.state.get<string, bigint>('keyValue', 'counts', 'timestamped').put('ann', value, 50);
      task.commit();
    };
    for (const value of [1n, null, 3n]) commit(value);
    const of = { key: 'ann', problem: null, headers: null, start: null, end: null };
    const page = (await ok('/stores/counts/history/ann?limit=2', answers.history)) as { rows: unknown[]; next: string };
    expect(page).toMatchObject({ topic: 'app-counts-changelog', partition: group.tasks.indexOf(task) });
    expect(page.rows).toMatchObject([
      { ...of, value: '3', deleted: false, timestamp: 50 },
      { ...of, value: null, deleted: true },
    ]);
    const rest = (await ok(`/stores/counts/history/ann?after=${page.next}`, answers.history)) as { rows: unknown[] };
    expect(rest).toMatchObject({ rows: [{ ...of, value: '1' }], next: null });
    expect(await ok('/stores/counts/history/nobody', answers.history)).toMatchObject({ rows: [], next: null });
    expect(await ok('/stores/windows/history/ann', answers.history)).toMatchObject({
      rows: [
        { start: 20, end: 30, value: String(BIG) },
        { start: 10, end: 20, value: String(BIG) },
      ],
    });
    expect(await ok('/stores/sessions/history/ann', answers.history)).toMatchObject({
      rows: [
        { start: 20, end: 23 },
        { start: 10, end: 13 },
      ],
    });
    expect(await ok('/stores/history/history/ann', answers.history)).toMatchObject({
      rows: [
        { value: '20', timestamp: 20 },
        { value: '10', timestamp: 10 },
      ],
    });
    // Whoever is asked reads it itself, and closes what it opened.
    expect(group.changelogs.open).toBe(0);
    expect(await get('/stores/counts/history/ann?partition=7')).toMatchObject({ status: 404 });
    expect(await get('/stores/counts/history/ann?limit=0')).toMatchObject({ status: 400 });
    expect(await get('/stores/counts/history/ann?after=-1')).toMatchObject({ status: 400 });
    expect((await fetch(`${url}/stores/counts/history/ann`)).status).toBe(401);
  });

  it('give their position, and wait for one', async () => {
    await start();
    for (const task of group.tasks) task.processed = 5;
    const { position } = (await ok('/stores/counts/keys', answers.keys)) as { position: string };
    expect(position).toBe('input:0-4.1-4');
    await ok(`/stores/counts/keys/ann?atLeast=${position}`, answers.key);
    const ahead = await get('/stores/counts/keys/ann?atLeast=input:0-5.1-5&timeout=20');
    expect(ahead).toMatchObject({ status: 412, body: { reason: 'NOT_UP_TO_BOUND' } });
    const committed = await ok('/stores/counts/keys?isolation=readCommitted', answers.keys);
    expect(committed).toEqual({ rows: [], next: null, position: '' });
  });

  it.each([
    ['/stores/none/keys/a', 404, 'DOES_NOT_EXIST'],
    ['/stores/counts/keys/a?partition=9', 404, 'DOES_NOT_EXIST'],
    ['/stores/windows/keys/a', 400, 'UNKNOWN_QUERY_TYPE'],
    ['/stores/counts/keys/a?isolation=dirty', 400, 'INVALID'],
    ['/stores/counts/keys/a?order=ascending', 400, 'INVALID'],
    ['/stores/counts/keys/a?timeout=1&timeout=2', 400, 'INVALID'],
    ['/stores/counts/keys/a?timeout=99999999', 400, 'INVALID'],
    ['/stores/counts/keys/a?atLeast=x', 400, 'INVALID'],
    ['/stores/counts/keys/null?keyFormat=json', 400, 'INVALID'],
    ['/stores/counts/keys/%7B?keyFormat=json', 400, 'INVALID'],
    ['/stores/numbers/keys/a', 400, 'INVALID'],
    ['/stores/numbers/keys/a?keyFormat=base64', 400, 'INVALID'],
    ['/stores/counts/keys?limit=0', 400, 'INVALID'],
    ['/stores/counts/keys?limit=1001', 400, 'INVALID'],
    ['/stores/counts/keys?after=x', 400, 'INVALID'],
    ['/stores/counts/keys?prefix=a&from=b', 400, 'INVALID'],
    ['/stores/a%2Fb/keys/a', 400, 'INVALID'],
    ['/stores/windows/windows/a/soon', 400, 'INVALID'],
    ['/stores/counts', 404, undefined],
    ['/stores/..%2f..%2fetc/keys/passwd', 400, 'INVALID'],
  ])('refuse %s with %i', async (path, status, reason) => {
    await start();
    const answer = await get(path);
    expect(answer).toMatchObject({ status, body: reason === undefined ? {} : { reason } });
  });

  it('are described by a valid OpenAPI document', async () => {
    await start();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const document = (await (await fetch(`${url}/openapi.json`, { headers })).json()) as { paths: object };
    const { valid, errors } = await new Validator().validate(document);
    expect([valid, errors]).toEqual([true, undefined]);
    expect(Object.keys(document.paths)).toEqual(['/stores', ...storeRequests.map(({ path }) => path)]);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(401);
  });
});
