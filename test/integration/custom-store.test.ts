/** Stores of a user's own making on a real broker: what they hold is what is committed, whatever ends an instance or an epoch. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigResourceTypes } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { ProcessorContext } from '../../src/processor/api/processor-context.js';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreBuilder } from '../../src/store/store-builder.js';
import type { Topology } from '../../src/topology/topology.js';
import { CountingStore, countingStore } from '../store/counting-store.js';
import { verifiedOnly } from './abortable.js';
import { administration, applications, produce, readUntil, until } from './application-fixture.js';
import { CountingGroup } from './counting-group.js';
import { DataClients } from './data-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const TEXT = { key: serdes.string(), value: serdes.string() };
const clients = new DataClients();
const apps = applications();
const admin = administration();
let group: CountingGroup | null = null;
afterEach(async () => {
  vi.restoreAllMocks();
  await group?.end();
  group = null;
  await clients.close();
});

/** Each record has a result: how often its key came so far. */
function counting(counts: StoreBuilder<CountingStore>, input: string, output: string): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(input, TEXT)
    .process<string, string>({
      stores: [counts],
      get: () => {
        let context: ProcessorContext<string, string>;
        let store: CountingStore;
        return {
          init(given) {
            context = given;
            store = context.getStateStore(counts);
          },
          process({ key, timestamp }) {
            context.forward({ key, value: String(store.add(key)), timestamp });
          },
        };
      },
    })
    .to(output, TEXT);
  return builder.build();
}

/** What a reader of committed records finds of each key, in order. */
async function committedResults(topic: string, partitions: number): Promise<Map<string, number[]>> {
  const results = new Map<string, number[]>();
  for (let partition = 0; partition < partitions; partition++) {
    for (const { key, value } of (await clients.readToEnd(topic, { partition })).records) {
      const list = results.get(String(key)) ?? [];
      list.push(Number(value));
      results.set(String(key), list);
    }
  }
  return results;
}

const total = (results: ReadonlyMap<string, readonly number[]>): number =>
  [...results.values()].reduce((sum, { length }) => sum + length, 0);

test('under exactly-once it holds what is committed, however often an instance is killed', async () => {
  const more = { processingGuarantee: 'exactly_once_v2', commitInterval: 100 } as const;
  group = new CountingGroup({ sessionMs: 6_000, script: 'custom-store-child.ts', more });
  const one = group;
  await one.open(3);
  one.feed();
  const results = () => committedResults(one.output, 3);
  for (let round = 0; round < 3; round++) {
    const child = one.start('one');
    const before = total(await results());
    await one.until('it has gone on', async () => total(await results()) > before + 50);
    child.kill('SIGKILL');
    await child.ended;
  }
  const last = one.start('one');
  await one.endFeeding();
  const written = [...one.truth.values()].reduce((sum, count) => sum + count, 0);
  await one.until(`${String(written)} results are committed`, async () => total(await results()) >= written);
  const found = await results();
  for (const [key, count] of one.truth) {
    expect(found.get(key), key).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  }
  const restored = last.lines('opened').map((line) => Number(line.split(' ')[3]));
  expect(restored.reduce((sum, records) => sum + records, 0)).toBeGreaterThan(0);
  expect(last.lines('error')).toEqual([]);
  last.kill('SIGTERM');
  expect(await last.ended).toBe(0);
}, 120_000);

test('an epoch that is given up is given up with all of it: it is closed, opened anew and restored', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const opened: CountingStore[] = [];
  const streams = apps.start(counting(countingStore('counts', opened), input, output), {
    applicationId: uniqueName('custom-abort'),
    processingGuarantee: 'exactly_once_v2',
  });
  await streams.start();
  await produce(input, [['k', 'a']]);
  await readUntil(output, (_, value) => String(value) === '1');
  const provoked = verifiedOnly(3);
  await produce(input, [
    ['k', 'b'],
    ['k', 'c'],
    ['l', 'd'],
  ]);
  await readUntil(output, (key) => key === 'l');
  expect(provoked()).toBe(3);
  vi.restoreAllMocks();
  await produce(input, [['k', 'e']]);
  await readUntil(output, (_, value) => String(value) === '4');
  expect(Object.fromEntries(await committedResults(output, 1))).toEqual({ k: [1, 2, 3, 4], l: [1] });
  expect(opened.length).toBeGreaterThan(1);
  expect(opened.map(({ closed }) => closed)).toEqual([...opened.slice(1).map(() => true), false]);
  expect(opened.at(-1)?.batches.length).toBeGreaterThan(0);
  expect(streams.state).toBe('RUNNING');
});

test('under at-least-once it goes on where it was closed, from what it had logged', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const applicationId = uniqueName('custom-restart');
  const opened: CountingStore[] = [];
  const run = async (key: string, value: string): Promise<void> => {
    const streams = apps.start(counting(countingStore('counts', opened), input, output), { applicationId });
    await streams.start();
    await produce(input, [
      ['k', 'a'],
      [key, 'b'],
    ]);
    await readUntil(output, (found, count) => found === key && String(count) === value);
    await streams.close();
  };
  await run('l', '1');
  await run('l', '2');
  expect(opened.map(({ closed }) => closed)).toEqual([true, true]);
  expect([...(opened[1]?.counts ?? [])]).toEqual([
    ['k', 2],
    ['l', 2],
  ]);
  const { records } = await clients.readToEnd(`${applicationId}-counts-changelog`);
  expect(records.map(({ key, value }) => `${String(key)}=${String(value)}`).sort()).toEqual(
    expect.arrayContaining(['k=1', 'k=2', 'l=1', 'l=2']),
  );
  const [described] = (
    await admin().describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: ConfigResourceTypes.TOPIC, name: `${applicationId}-counts-changelog`, configNames: ['cleanup.policy'] },
      ],
    })
  ).resources;
  expect(described?.configEntries[0]?.configValue).toBe('compact');
});

test('it has a folder while it is open', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const folders: (string | null)[] = [];
  const counts = stores.custom({
    name: 'counts',
    open: (context) => {
      folders.push(context.directory());
      return new CountingStore(context);
    },
  });
  const applicationId = uniqueName('custom-folder');
  const streams = apps.start(counting(counts, input, output), { applicationId });
  await streams.start();
  await until(() => folders.length > 0);
  await streams.whenRunning();
  const folder = join(apps.stateDir(), applicationId, 'stores', '0_0', 'counts');
  expect(folders).toEqual([folder]);
  expect(readdirSync(folder)).toEqual([]);
  await streams.close();
  expect(existsSync(folder)).toBe(false);
});
