import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeEvent, ChangeFeed } from '../../../src/query/change-feed.js';
import type { Position } from '../../../src/query/position.js';
import type { StoreSpec } from '../../../src/store/spec.js';
import { StoreGroup, TOKEN, type StoreInstance } from '../../query/store-instances.js';
import { countingStore } from '../../store/counting-store.js';
import { spec } from '../../store/state-bench.js';

const SPECS: StoreSpec[] = [
  spec({ name: 'counts', kind: 'keyValue', format: 'timestamped' }),
  spec({ name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1000, windowSizeMs: 10 }),
  spec({ name: 'sessions', kind: 'session', retentionMs: 1000 }),
  spec({ name: 'history', kind: 'versioned', retentionMs: 1000 }),
  countingStore('own'),
];

let group: StoreGroup;
let instance: StoreInstance;
afterEach(() => group.end());

async function start(): Promise<void> {
  group = new StoreGroup(SPECS, 1);
  instance = await group.start(group.tasks);
}

function put(key: string, value: number | null, time: number): void {
  const { state, context } = group.tasks[0]!.bench;
  context.set('input', 0, time, time, []);
  state.get<string, number>('keyValue', 'counts', 'timestamped').put(key, value, time);
}

async function take(feed: ChangeFeed<unknown, unknown>, count: number): Promise<ChangeEvent<unknown, unknown>[]> {
  const events: ChangeEvent<unknown, unknown>[] = [];
  while (events.length < count) events.push((await feed.next()).value as ChangeEvent<unknown, unknown>);
  return events;
}

const here = { type: 'partitions', partitions: [0] };

describe('the changes of a store', () => {
  it('are told as they are made, with their position', async () => {
    await start();
    put('a', 1, 1);
    const feed = instance.queries.subscribe('counts');
    put('a', 2, 5);
    put('a', null, 6);
    const [first, second, third] = await take(feed, 3);
    expect(first).toEqual(here);
    const none = { start: null, end: null };
    expect(second).toMatchObject({ type: 'change', key: 'a', value: 2, timestamp: 5, ...none });
    expect(third).toMatchObject({ type: 'change', key: 'a', value: null, timestamp: 6, ...none });
    expect(String((second as { position: Position }).position)).toBe('input:0-5');
    feed.close();
    put('a', 3, 7);
    expect(await feed.next()).toEqual({ done: true, value: undefined });
  });

  it('are those of a key, or of a range of keys', async () => {
    await start();
    const one = instance.queries.subscribe('counts', { key: 'b' });
    const some = instance.queries.subscribe('counts', { from: 'b', to: 'c' });
    for (const [n, key] of ['a', 'b', 'c', 'd', 'b'].entries()) put(key, n, n);
    const keys = (events: ChangeEvent<unknown, unknown>[]): unknown[] =>
      events.map((event) => (event.type === 'change' ? event.value : event.type));
    expect(keys(await take(one, 3))).toEqual(['partitions', 1, 4]);
    expect(keys(await take(some, 4))).toEqual(['partitions', 1, 2, 4]);
  });

  it('have the times of windows, sessions and versions', async () => {
    await start();
    const feeds = ['windows', 'sessions', 'history'].map((name) => instance.queries.subscribe(name));
    const { state } = group.tasks[0]!;
    state.get<string, number>('window', 'windows', 'timestamped').put('a', 1, 10, 12);
    state.get<string, number>('session', 'sessions').put('a', 10, 15, 2);
    state.get<string, number>('session', 'sessions').remove('a', 10, 15);
    state.get<string, number>('versioned', 'history').put('a', 3, 20);
    const [windows, sessions, versions] = feeds as [(typeof feeds)[0], (typeof feeds)[0], (typeof feeds)[0]];
    expect(await take(windows, 2)).toMatchObject([here, { value: 1, timestamp: 12, start: 10, end: null }]);
    expect(await take(sessions, 3)).toMatchObject([
      here,
      { value: 2, start: 10, end: 15 },
      { value: null, start: 10, end: 15 },
    ]);
    expect(await take(versions, 2)).toMatchObject([here, { value: 3, timestamp: 20 }]);
  });

  it('say what they are of when tasks come and go', async () => {
    await start();
    const feed = instance.queries.subscribe('counts');
    instance.tasks.clear();
    instance.followed().tasksChanged();
    put('a', 1, 1);
    for (const task of group.tasks) instance.tasks.add(task);
    instance.followed().tasksChanged();
    put('a', 2, 2);
    expect(await take(feed, 4)).toMatchObject([here, { partitions: [] }, here, { value: 2 }]);
    instance.followed().end();
    expect((await feed.next()).done).toBe(true);
  });

  it('have reasons for what cannot be followed', async () => {
    await start();
    const failing = (run: () => unknown, reason: string): void => {
      expect(run).toThrow(expect.objectContaining({ code: 'QUERY_FAILED', reason }));
    };
    failing(() => instance.queries.subscribe('none'), 'DOES_NOT_EXIST');
    failing(() => instance.queries.subscribe('own'), 'UNKNOWN_QUERY_TYPE');
    failing(() => instance.queries.subscribe('counts', { key: 5 }), 'INVALID');
    failing(() => instance.queries.subscribe('counts', { most: 0 }), 'INVALID');
  });
});

describe('over HTTP', () => {
  const headers = { authorization: `Bearer ${TOKEN}` };

  it('they are server-sent events', async () => {
    await start();
    const gone = new AbortController();
    const response = await fetch(`${instance.server.url}/stores/counts/changes?key=a`, {
      headers,
      signal: gone.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    put('b', 1, 1);
    put('a', 2, 2);
    let text = '';
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(part).toString();
      if (text.includes('event: change')) break;
    }
    gone.abort();
    expect(text).toContain('event: partitions\ndata: {"partitions":[0]}\n');
    const [, data = '{}', id] = /event: change\ndata: (.*)\nid: (.*)\n/.exec(text) ?? [];
    expect([JSON.parse(data), id]).toMatchObject([
      { key: 'a', value: 2, timestamp: 2, position: 'input:0-2' },
      'input:0-2',
    ]);
  });

  it('need the token, a store and a key', async () => {
    await start();
    const status = async (path: string, init: RequestInit = { headers }): Promise<number> =>
      (await fetch(instance.server.url + path, init)).status;
    expect(await status('/stores/counts/changes', {})).toBe(401);
    expect(await status('/stores/none/changes')).toBe(404);
    expect(await status('/stores/counts/changes?kay=a')).toBe(400);
    expect(await status('/stores/counts/changes?key=a&keyFormat=base32')).toBe(400);
  });
});
