/** `millrace state` on an application: asked while it runs, read from its folder once it is stopped. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { program } from '../../src/cli/program.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { applications, until } from './application-fixture.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const TOKEN = 'correct-horse-battery';
const NOON = Date.UTC(2026, 4, 1, 12);

const { start, stateDir } = applications();

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function state(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    await program().parseAsync(['state', ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return written.join('');
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await state(...args, '--json')) as Record<string, unknown>;
}

function counting(input: string): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream(input, STRINGS).groupByKey();
  words.count({ store: 'counted' });
  words.windowedBy(TimeWindows.of({ size: '1m' })).count({ store: 'per-minute' });
  return builder.build();
}

async function produce(topic: string, keys: readonly string[]): Promise<void> {
  const producer = plainClient().producer();
  await producer.connect();
  await producer.send({
    topic,
    messages: keys.map((key, i) => ({
      key,
      value: 'x',
      partition: key === 'race' ? 0 : 1,
      timestamp: String(NOON + i * 1_000),
    })),
  });
  await producer.disconnect();
}

it('lists stores, looks keys up and walks over rows, from the disk and from the server', async () => {
  const input = await createTopic('words', { partitions: 2 });
  const id = uniqueName('counting');
  const streams = start(counting(input), { applicationId: id, server: { port: 0, token: TOKEN } });
  await streams.start();
  await produce(input, ['mill', 'race', 'mill', 'miller']);
  const served = ['--url', streams.serverUrl ?? '', '--token', TOKEN];
  const onDisk = ['--application', id, '--state-dir', stateDir()];
  await until(async () => ((await json('scan', 'counted', ...served))['rows'] as unknown[]).length === 3);
  const countOf = async (): Promise<unknown> =>
    ((await json('get', 'counted', 'mill', '--partition', '1', ...served))['rows'] as { value: unknown }[])[0]?.value;
  await until(async () => (await countOf()) === 2);

  expect(await json('ls', ...served)).toMatchObject({
    stores: [
      { name: 'counted', kind: 'keyValue', global: false },
      { name: 'per-minute', kind: 'window' },
    ],
  });
  expect(await json('get', 'per-minute', 'mill', '--partition', '1', ...served)).toMatchObject({
    kind: 'window',
    rows: [{ key: 'mill', value: 2, start: NOON, end: NOON + 60_000 }],
  });
  expect(await json('scan', 'counted', '--prefix', 'mill', '--no-values', ...served)).toMatchObject({
    rows: [{ key: 'mill' }, { key: 'miller' }],
    more: false,
  });
  await expect(state('scan', 'per-minute', '--from', 'a', ...served)).rejects.toThrow('is walked by time');
  await expect(state('ls', '--url', served[1] ?? '')).rejects.toThrow('wants its token');
  expect(await state('get', 'counted', 'nobody', ...served)).toContain('has no such rows');
  expect(process.exitCode).toBe(2);

  // A running instance is listed, but its rows on disk are behind what it has in memory.
  await until(async () => (await state('ls', ...onDisk)).includes('per-minute'));
  expect(await json('ls', ...onDisk)).toMatchObject({ inUseBy: expect.stringContaining('(this one)') as string });
  await expect(state('scan', 'counted', ...onDisk)).rejects.toThrow(
    new RegExp(`${id} is in use by process \\d+ .*Ask it by --url`),
  );

  await streams.close();
  const listed = (await json('ls', ...onDisk)) as {
    tasks: { task: string; inputs: object[]; stores: { store: string; changelogOffset: number }[] }[];
  };
  expect(listed).toMatchObject({ applicationId: id, folder: join(stateDir(), id), inUseBy: null });
  expect(listed.tasks.map(({ task }) => task)).toEqual(['0_0', '0_1']);
  expect(listed.tasks.flatMap(({ inputs }) => inputs)).toEqual([
    { topic: input, partition: 0, offset: 1 },
    { topic: input, partition: 1, offset: 3 },
  ]);
  expect(listed.tasks[0]?.stores.map(({ store }) => store)).toEqual(['counted', 'per-minute']);
  expect(await state('ls', ...onDisk)).toMatch(/0_1 +counted +keyValue +timestamped/);

  expect(await json('scan', 'counted', ...onDisk)).toMatchObject({
    kind: 'keyValue',
    rows: [
      { task: '0_0', key: 'race', value: 1, timestamp: NOON + 1_000 },
      { task: '0_1', key: 'mill', value: 2, timestamp: NOON + 2_000 },
      { task: '0_1', key: 'miller', value: 1, timestamp: NOON + 3_000 },
    ],
  });
  expect(await json('scan', 'counted', '--from', 'mill', '--to', 'mill', ...onDisk)).toMatchObject({
    rows: [{ key: 'mill' }],
    more: false,
  });
  expect(await json('scan', 'counted', '--limit', '2', ...onDisk)).toMatchObject({ more: true });
  expect(await json('get', 'per-minute', 'race', ...onDisk)).toMatchObject({ rows: [{ start: NOON, value: 1 }] });
  expect(await json('scan', 'per-minute', '--until', String(NOON - 1), ...onDisk)).toMatchObject({ rows: [] });
  expect(await state('get', 'counted', 'mill', '--no-values', ...onDisk)).not.toContain('VALUE');
  await expect(state('scan', 'others', ...onDisk)).rejects.toThrow('which has counted, per-minute');
});

it('takes rows out of a store and puts others back, which its application then goes on with', async () => {
  const input = await createTopic('words', { partitions: 2 });
  const id = uniqueName('counting');
  const running = start(counting(input), { applicationId: id });
  await running.start();
  await produce(input, ['mill', 'race', 'mill', 'miller']);
  await until(() => running.metrics().processed === 4);
  const file = join(stateDir(), 'counted.ndjson');
  const onDisk = ['--application', id, '--state-dir', stateDir()];
  const onKafka = ['--brokers', brokers().join(','), '--partitions', 'kept'];
  await expect(state('export', 'counted', '--out', file, ...onDisk)).rejects.toThrow('is in use by process');
  await running.close();

  expect(await state('export', 'counted', '--out', file, ...onDisk)).toBe(`3 rows of counted are in ${file}\n`);
  const [head, ...rows] = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(head).toMatchObject({ export: 'millrace-state', application: id, store: 'counted', kind: 'keyValue' });
  expect(rows).toContainEqual({
    partition: 1,
    key: Buffer.from('mill').toString('base64'),
    value: serdes.long().serialize(2, '').toString('base64'),
    timestamp: NOON + 2_000,
    keyText: 'mill',
    valueText: 2,
  });
  expect(await state('export', 'per-minute', ...onDisk)).toContain(`"start":${String(NOON)}`);

  const value = serdes.long().serialize(40, '').toString('base64');
  const changed = rows.map((row) =>
    row['keyText'] === 'mill' ? { ...row, value } : row['keyText'] === 'race' ? { ...row, value: null } : row,
  );
  writeFileSync(file, [head, ...changed].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const dry = await json('import', file, ...onKafka);
  expect(dry).toMatchObject({
    executed: false,
    application: id,
    rows: 3,
    deletions: 1,
    rowsByPartition: { 0: 1, 1: 2 },
  });
  await expect(state('import', file, '--store', 'others', ...onKafka)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  expect(await state('import', file, ...onKafka, '--execute')).toMatch(/^Imported: 3 rows, 1 of which delete/);

  // On the same folder: what it holds is of the last committed epoch, and yet the rows count.
  const again = start(counting(input), { applicationId: id });
  await again.start();
  await until(() => again.state === 'RUNNING');
  await expect(state('import', file, ...onKafka, '--execute')).rejects.toThrow('its group has 1 members');
  await produce(input, ['mill', 'race']);
  await until(() => again.metrics().processed === 2);
  await again.close();
  expect(await json('scan', 'counted', ...onDisk)).toMatchObject({
    rows: [
      { key: 'race', value: 1 },
      { key: 'mill', value: 41 },
      { key: 'miller', value: 1 },
    ],
  });
});
