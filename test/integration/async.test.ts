/** Asynchronous functions on a real broker: what is committed while they work, and what becomes of their records when tasks move. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AsyncOptions } from '../../src/dsl/async-options.js';
import type { AsyncFunction } from '../../src/processor/api/functions.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { applications, produce, readUntil } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const RECORDS = 600;
const KEYS = 40;

const { start, stateDir } = applications();

type Call = AsyncFunction<string, string, string>;

function through(input: string, output: string, call: Call, options?: AsyncOptions): Topology {
  const builder = new StreamsBuilder();
  builder.stream(input, STRINGS).mapValuesAsync(call, options).to(output, STRINGS);
  return builder.build();
}

/** Answers after a while that differs from record to record. */
async function slowly(value: string): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, (Number(value) * 7919) % 20));
  return value;
}

const numbered = (from: number, to: number): [string, string][] =>
  Array.from({ length: to - from }, (_, i) => [`key-${String((from + i) % KEYS)}`, String(from + i)]);

/** Values by key in the order of the topic, until there are as many different ones as given. */
async function valuesByKey(topic: string, distinct: number): Promise<Map<string, number[]>> {
  const values = new Map<string, number[]>();
  const seen = new Set<string>();
  await readUntil(topic, (key, value) => {
    values.set(key, [...(values.get(key) ?? []), Number(value)]);
    seen.add(String(value));
    return seen.size >= distinct;
  });
  return values;
}

async function committedOffset(groupId: string, topic: string): Promise<number> {
  const admin = plainClient().admin();
  await admin.connect();
  try {
    const [of] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return Number(of?.partitions[0]?.offset);
  } finally {
    await admin.disconnect();
  }
}

describe('asynchronous functions', () => {
  it('give each record one result, in order for each key, over instances that come and go', async () => {
    const [input, output] = [await createTopic('in', { partitions: 3 }), await createTopic('out')];
    const applicationId = uniqueName('async');
    const topology = through(input, output, slowly, { capacity: 30 });
    const instance = (n: number) =>
      start(topology, { applicationId, stateDir: join(stateDir(), String(n)), commitInterval: '20ms' });
    const [one, other] = [instance(1), instance(2)];
    await one.start();
    await produce(input, numbered(0, RECORDS / 2));
    await valuesByKey(output, 20);
    // Both take over tasks with records under way: those are finished before their tasks move.
    await other.start();
    await produce(input, numbered(RECORDS / 2, RECORDS));
    await valuesByKey(output, RECORDS / 2 + 20);
    await one.close();
    const values = await valuesByKey(output, RECORDS);
    const expected = new Map<string, number[]>();
    for (const [key, value] of numbered(0, RECORDS)) expected.set(key, [...(expected.get(key) ?? []), Number(value)]);
    expect(Object.fromEntries([...values].sort())).toEqual(Object.fromEntries([...expected].sort()));
  });

  it('hold back the offset of a record that is not done, however many behind it are', async () => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const applicationId = uniqueName('stuck');
    let stuck = true;
    const call: Call = (value) => (value === '3' && stuck ? new Promise(() => undefined) : slowly(value));
    const topology = through(input, output, call, { timeout: false });
    const first = start(topology, { applicationId, asyncDrainTimeout: '50ms' });
    await first.start();
    await produce(input, numbered(0, 30));
    await valuesByKey(output, 29);
    await expect.poll(() => committedOffset(applicationId, input), { timeout: 10_000 }).toBe(3);
    await first.close();
    expect(await committedOffset(applicationId, input)).toBe(3);

    stuck = false;
    const second = start(topology, { applicationId });
    await second.start();
    await valuesByKey(output, 30);
    await expect.poll(() => committedOffset(applicationId, input), { timeout: 10_000 }).toBe(30);
  });
});
