/** Exactly-once where something is half done at a commit: asynchronous functions, promises, timers, buffers of suppress and joins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import { afterEach, expect, test } from 'vitest';
import { until } from './application-fixture.js';
import { Child } from './counting-group.js';
import { DataClients } from './data-fixture.js';
import { BRANCHES, type ExactChildOptions } from './exact-child.js';
import { brokers, createTopic, plainClient, uniqueName } from './kafka.js';

const PARTITIONS = 2;
const KEYS = 10;
/** Of records that follow each other, ms. */
const STEP_MS = 10;
const HOUR_MS = 3_600_000;
/** Not so long ago that the broker deletes the records. */
const BASE = Math.floor(Date.now() / 1_000) * 1_000 - 6 * HOUR_MS;

const clients = new DataClients();
const children: Child<ExactChildOptions>[] = [];
let producer: Producer | null = null;
let folder: string | null = null;
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
  await producer?.disconnect();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  await clients.close();
});

/** Values of all partitions, by key. */
async function committed(topic: string): Promise<Map<string, string[]>> {
  const byKey = new Map<string, string[]>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (const { key, value } of (await clients.readToEnd(topic, { partition })).records) {
      const values = byKey.get(String(key)) ?? [];
      values.push(String(value));
      byKey.set(String(key), values);
    }
  }
  return byKey;
}

const flat = (results: ReadonlyMap<string, readonly string[]>): string[] => [...results.values()].flat();

test('each record has its result once in every branch, however often the instance is killed', async () => {
  const input = await createTopic('in', { partitions: PARTITIONS });
  const other = await createTopic('other', { partitions: PARTITIONS });
  const output = uniqueName('out');
  const topics = new Map<string, string>();
  const admin = plainClient().admin();
  await admin.connect();
  await admin.createTopics({
    topics: BRANCHES.map((branch) => ({ topic: `${output}-${branch}`, numPartitions: PARTITIONS })),
  });
  await admin.disconnect();
  for (const branch of BRANCHES) topics.set(branch, `${output}-${branch}`);
  const results = (branch: (typeof BRANCHES)[number]): Promise<Map<string, string[]>> =>
    committed(topics.get(branch) as string);

  producer = plainClient().producer();
  await producer.connect();
  const feeder = producer;
  let written = 0;
  const write = async (count: number, later = 0): Promise<void> => {
    const numbers = Array.from({ length: count }, () => written++);
    const messages = numbers.map((i) => ({
      key: `k${String(i % KEYS)}`,
      value: String(i),
      partition: i % PARTITIONS,
      timestamp: String(BASE + i * STEP_MS + later),
    }));
    await feeder.sendBatch({
      topicMessages: [
        { topic: input, messages },
        // Two of three find a partner.
        { topic: other, messages: messages.filter(({ value }) => Number(value) % 3 !== 0) },
      ],
    });
  };

  folder = mkdtempSync(join(tmpdir(), 'exact-'));
  const options = { brokers: brokers(), applicationId: uniqueName('exact'), stateDir: folder, input, other, output };
  const start = (): Child<ExactChildOptions> => {
    const child = new Child<ExactChildOptions>(options, 'exact-child.ts');
    children.push(child);
    return child;
  };
  const feeding = new AbortController();
  const fed = (async () => {
    while (!feeding.signal.aborted) {
      await write(KEYS);
      await sleep(300);
    }
  })();
  for (let round = 0; round < 3; round++) {
    const before = flat(await results('promises')).length;
    const child = start();
    await until(async () => {
      if (child.lines('ended').length > 0) throw new Error(child.text);
      return flat(await results('promises')).length > before + 30;
    });
    child.kill('SIGKILL');
    await child.ended;
  }
  feeding.abort();
  await fed;
  const closing = written;
  // So much later that all windows before have closed.
  await write(KEYS, 2 * HOUR_MS);
  await write(KEYS, 4 * HOUR_MS);
  const last = start();

  await until(async () => flat(await results('promises')).length >= written);
  await until(async () => flat(await results('async')).length >= written);
  const numbers = Array.from({ length: written }, (_, i) => i);
  const sorted = (values: readonly string[]): number[] => values.map(Number).sort((a, b) => a - b);
  expect(sorted(flat(await results('async')))).toEqual(numbers);
  for (const [key, values] of await results('promises')) {
    expect(values.map(Number), key).toEqual(Array.from({ length: written / KEYS }, (_, i) => i + 1));
  }
  await until(async () => sorted(flat(await results('timers'))).filter((i) => i < closing).length >= closing);
  expect(sorted(flat(await results('timers'))).filter((i) => i < closing)).toEqual(numbers.slice(0, closing));

  const windows = new Map<string, number>();
  for (let i = 0; i < closing; i++) {
    const time = BASE + i * STEP_MS;
    const window = `k${String(i % KEYS)} ${String(time - (time % 1_000))}`;
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }
  const closed = async (): Promise<string[]> =>
    [...(await results('suppress'))].flatMap(([key, values]) =>
      values.map((value) => `${key} ${value}`).filter((line) => Number(line.split(/[ :]/)[1]) < BASE + HOUR_MS),
    );
  await until(async () => (await closed()).length >= windows.size);
  expect((await closed()).sort()).toEqual([...windows].map(([window, count]) => `${window}:${String(count)}`).sort());

  const joined = async (): Promise<string[]> =>
    flat(await results('join')).filter((value) => Number.parseInt(value) < closing);
  await until(async () => (await joined()).length >= closing);
  const pairs = numbers.slice(0, closing).map((i) => `${String(i)}+${i % 3 === 0 ? 'none' : String(i)}`);
  expect((await joined()).sort()).toEqual(pairs.sort());

  last.kill('SIGTERM');
  expect(await last.ended).toBe(0);
  expect(last.lines('error')).toEqual([]);
}, 240_000);
