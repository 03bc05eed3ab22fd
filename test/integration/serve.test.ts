/** The server of an application on a real broker, from its start to its end. */
import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };

const { start } = applications();

it('is there while the application is, and tells how it is', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .mapValues((text) => text.toUpperCase())
    .to(output, STRINGS);
  const token = 'correct-horse-battery';
  const streams = start(builder.build(), { applicationId: uniqueName('served'), server: { port: 0, token } });
  expect(streams.serverUrl).toBeNull();
  await streams.start();
  const url = streams.serverUrl ?? '';
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const get = (path: string): Promise<Response> =>
    fetch(url + path, { headers: { authorization: `Bearer ${token}`, connection: 'close' } });
  expect(await (await get('/health/live')).json()).toMatchObject({ status: 'up' });
  await until(async () => (await get('/health/ready')).status === 200);
  expect(streams.state).toBe('RUNNING');

  await produce(input, [['a', 'x']]);
  await until(async () => / ?millrace_records_processed_total\{[^}]*\} 1\n/.test(await (await get('/metrics')).text()));
  expect(await (await get('/topology?format=text')).text()).toContain(`(topics: [${input}])`);
  expect((await fetch(`${url}/metrics`)).status).toBe(401);

  streams.pause();
  expect(await (await get('/health/ready')).json()).toMatchObject({ reasons: ['the application is paused'] });
  streams.resume();
  expect((await get('/health/ready')).status).toBe(200);

  await streams.close();
  await expect(get('/health/live')).rejects.toThrow();
});

it('ends the start of an application whose port is taken', async () => {
  const builder = new StreamsBuilder();
  builder.stream(await createTopic('in'), STRINGS).foreach(() => undefined);
  const first = start(builder.build(), { applicationId: uniqueName('served'), server: { port: 0 } });
  await first.start();
  const port = Number(new URL(first.serverUrl ?? '').port);
  const second = start(builder.build(), { applicationId: uniqueName('served'), server: { port } });
  await expect(second.start()).rejects.toMatchObject({ code: 'SERVER_FAILED' });
  expect(second.state).toBe('ERROR');
  expect(second.error).toMatchObject({ code: 'SERVER_FAILED' });
});

it('tells what a key was before, from the changelog', async () => {
  const input = await createTopic('in', { partitions: 2 });
  const builder = new StreamsBuilder();
  builder.stream(input, STRINGS).groupByKey().count({ store: 'counts' });
  const streams = start(builder.build(), {
    applicationId: uniqueName('history'),
    server: { port: 0 },
    // Each update reaches the changelog.
    stateStoreCacheMaxBytes: 0,
    processingGuarantee: 'exactly_once_v2',
    commitInterval: '100ms',
  });
  await streams.start();
  for (let n = 0; n < 3; n += 1) {
    await produce(input, [
      ['ann', 'x'],
      ['bob', 'x'],
    ]);
    await until(async () => (await streams.history<string, number>('counts', 'ann')).rows[0]?.value === n + 1);
  }
  const { rows, next, topic } = await streams.history<string, number>('counts', 'ann');
  expect(rows.map(({ value, deleted }) => [value, deleted])).toEqual([
    [3, false],
    [2, false],
    [1, false],
  ]);
  expect(rows[0]?.timestamp).toBeGreaterThan(Date.now() - 600_000);
  expect([next, topic.endsWith('-counts-changelog')]).toEqual([null, true]);

  const page = async (path: string): Promise<{ rows: { value: number }[]; next: string | null }> =>
    (await (await fetch(`${streams.serverUrl ?? ''}/stores/counts/history/${path}`)).json()) as never;
  const first = await page('bob?limit=2');
  expect(first.rows.map(({ value }) => value)).toEqual([3, 2]);
  const rest = await page(`bob?after=${first.next ?? ''}`);
  expect([rest.rows.map(({ value }) => value), rest.next]).toEqual([[1], null]);
  expect((await page('nobody')).rows).toEqual([]);
  // It was read without a group, and nothing of it is left.
  expect(streams.state).toBe('RUNNING');
});
