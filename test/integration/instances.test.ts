/** Two instances on a real broker know of each other who has which task, and so which key. */
import { expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const KEYS = Array.from({ length: 20 }, (_, number) => `key-${String(number)}`);

const { start, stateDir } = applications();

function counts(input: string): Topology {
  const builder = new StreamsBuilder();
  builder.stream(input, STRINGS).groupByKey().count({ store: 'counts' });
  return builder.build();
}

const tasksOf = (streams: KafkaStreams): string[][] => streams.metadata().map(({ tasks }) => [...tasks]);
const hostOf = (streams: KafkaStreams, key: string): string | null =>
  streams.queryMetadataForKey('counts', key).owner?.host ?? null;

it('every instance says where a key is, and the one that it names has it', { timeout: 120_000 }, async () => {
  const input = await createTopic('in', { partitions: 4 });
  const options = { applicationId: uniqueName('placed'), server: { port: 0 }, heartbeatInterval: '200ms' } as const;
  const first = start(counts(input), options);
  const second = start(counts(input), {
    ...options,
    stateDir: `${stateDir()}/second`,
    server: undefined,
    applicationServer: 'second.example:80',
  });
  await Promise.all([first.start(), second.start()]);
  // Each knows of four tasks, two of them its own.
  const even = (streams: KafkaStreams): boolean =>
    tasksOf(streams)
      .map(({ length }) => length)
      .join() === '2,2';
  const settled = (streams: KafkaStreams): boolean => even(streams) && streams.metrics().lag === 0;
  await until(() => settled(first) && settled(second) && first.state === 'RUNNING' && second.state === 'RUNNING');
  const address = new URL(first.serverUrl ?? '').host;
  expect(first.metadata().map(({ host, isHere }) => [host, isHere])).toEqual([
    [address, true],
    ['second.example:80', false],
  ]);
  expect(tasksOf(second)).toEqual(tasksOf(first).reverse());
  const { instances } = (await (await fetch(`http://${address}/instances`)).json()) as { instances: unknown };
  expect(instances).toEqual(first.metadata());
  // What waits and what is to be restored is told by each of itself.
  const [here, there] = first.metadata();
  expect(here!.lags!.inputs.map(({ topic, lag }) => [topic, lag])).toEqual(Array(2).fill([input, 0]));
  expect(here!.lags!.stores.map(({ store, task, lag }) => [store, task, lag])).toEqual(
    here!.tasks.map((task) => ['counts', task, 0]),
  );
  expect(there!.lags).toBeNull();
  const asked = await second.askInstances();
  expect(asked.map(({ host, tasks, lags, problem }) => [host, tasks, lags, problem])).toEqual([
    ['second.example:80', there!.tasks, second.metadata()[0]!.lags, null],
    [address, here!.tasks, here!.lags, null],
  ]);
  expect((await first.askInstances())[1]).toMatchObject({ ...there, problem: expect.any(String) as string });

  await produce(
    input,
    KEYS.map((key) => [key, 'x']),
  );
  await until(() => first.metrics().processed + second.metrics().processed === KEYS.length);
  const at = new Map([
    [address, first],
    ['second.example:80', second],
  ]);
  for (const key of KEYS) {
    const host = hostOf(first, key) ?? '';
    expect(hostOf(second, key)).toBe(host);
    expect(await at.get(host)?.store<string, number>('counts').get(key)).toMatchObject({ value: 1 });
  }
  expect(new Set(KEYS.map((key) => hostOf(first, key)))).toEqual(new Set(at.keys()));

  await second.close();
  await until(() => KEYS.every((key) => hostOf(first, key) === address));
  expect(first.metadata()).toHaveLength(1);
});
