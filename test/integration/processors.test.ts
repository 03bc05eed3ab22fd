/** Processors of users on a real broker: promises and stores while tasks move, timers while time passes and over a restart. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import { stores } from '../../src/dsl/stores.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { ProcessorContext, PunctuationType } from '../../src/processor/api/processor-context.js';
import { serdes } from '../../src/serde/serdes.js';
import type { KeyValueStore } from '../../src/store/key-value-store.js';
import type { Topology } from '../../src/topology/topology.js';
import type { Duration } from '../../src/time/duration.js';
import { applications, produce, readUntil, table } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const COUNTS = { key: serdes.string(), value: serdes.double() };
/** Enough that an instance which joins finds the other one at work, and as many again for what comes then. */
const RECORDS = 1_600;
const KEYS = 20;

const { start, stateDir } = applications();

/** Counts the records of each key in a store of its own, and waits in the midst of it. */
function countedSlowly(input: string, output: string, counted: () => void): Topology {
  const counts = stores.keyValue({ name: 'counts', ...COUNTS });
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .process<string, number>({
      stores: [counts],
      get: () => {
        let context: ProcessorContext<string, number>;
        let store: KeyValueStore<string, number>;
        return {
          init(given) {
            context = given;
            store = context.getStateStore(counts);
          },
          async process({ key, value, timestamp }) {
            const before = store.get(key) ?? 0;
            await sleep((Number(value) * 7919) % 20);
            store.put(key, before + 1);
            context.forward({ key, value: before + 1, timestamp });
            counted();
          },
        };
      },
    })
    .to(output, COUNTS);
  return builder.build();
}

/** Adds up all values of its task; a timer tells the sum. */
function summedByTimer(input: string, output: string, type: PunctuationType, every: Duration): Topology {
  const sums = stores.keyValue({ name: 'sums', ...COUNTS });
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .process<string, number>({
      stores: [sums],
      get: () => {
        let store: KeyValueStore<string, number>;
        return {
          init(context) {
            store = context.getStateStore(sums);
            context.schedule(every, type, (timestamp) => {
              context.forward({ key: type, value: store.get('sum') ?? 0, timestamp });
            });
          },
          process({ value }) {
            store.put('sum', (store.get('sum') ?? 0) + Number(value));
          },
        };
      },
    })
    .to(output, COUNTS);
  return builder.build();
}

const numbered: readonly (readonly [string, string])[] = Array.from({ length: RECORDS }, (_, i) => [
  `key-${String(i % KEYS)}`,
  String(i),
]);

/** What came out for each key, in order, until there are as many records as given. */
async function resultsByKey(topic: string, records: number): Promise<Map<string, number[]>> {
  const results = new Map<string, number[]>();
  let read = 0;
  await readUntil(topic, (key, value) => {
    if (value === null) throw new Error(`a tombstone for ${key}`);
    results.set(key, [...(results.get(key) ?? []), COUNTS.value.deserialize(value, topic)]);
    read += 1;
    return read >= records;
  });
  return results;
}

/** Resolves when the topic tells this sum. */
async function told(topic: string, type: PunctuationType, sum: number): Promise<void> {
  await table(
    topic,
    (bytes) => COUNTS.value.deserialize(bytes, topic),
    (rows) => rows.get(type) === sum,
  );
}

describe('processors', () => {
  it('are waited for before their tasks move: each record counts once, in order', async () => {
    const [input, output] = [await createTopic('in', { partitions: 3 }), await createTopic('out')];
    const applicationId = uniqueName('slow');
    let counted = 0;
    const topology = countedSlowly(input, output, () => {
      counted += 1;
    });
    const atLeast = (count: number): Promise<void> =>
      expect.poll(() => counted, { interval: 5, timeout: 30_000 }).toBeGreaterThanOrEqual(count);
    const instance = (n: number): KafkaStreams =>
      start(topology, { applicationId, stateDir: join(stateDir(), String(n)), commitInterval: '200ms' });
    const [one, other] = [instance(1), instance(2)];
    await one.start();
    await produce(input, numbered.slice(0, RECORDS / 2));
    await atLeast(20);
    await other.start();
    const taken = counted;
    await produce(input, numbered.slice(RECORDS / 2));
    await atLeast(taken + 100);
    // In the midst of records; the rest is counted on by the other one, from the changelog.
    await one.close();
    expect(counted).toBeLessThan(RECORDS);
    const results = await resultsByKey(output, RECORDS);
    const expected = new Map<string, number[]>();
    for (const [key] of numbered) {
      const before = expected.get(key) ?? [];
      expected.set(key, [...before, before.length + 1]);
    }
    expect(Object.fromEntries([...results].sort())).toEqual(Object.fromEntries([...expected].sort()));
  });

  it.each([
    ['wall-clock', '50ms'],
    ['stream-time', '1ms'],
  ] as const)('are called by %s timers, before and after a restart without their folder', async (type, every) => {
    const [input, output] = [await createTopic('in'), await createTopic('out')];
    const applicationId = uniqueName('timer');
    const topology = summedByTimer(input, output, type, every);
    const first = start(topology, { applicationId, stateDir: join(stateDir(), 'first') });
    await first.start();
    await produce(input, [['a', '1']]);
    await produce(input, [['a', '20']]);
    await told(output, type, 21);
    await first.close();
    const second = start(topology, { applicationId, stateDir: join(stateDir(), 'second') });
    await second.start();
    await produce(input, [['a', '300']]);
    await told(output, type, 321);
  });
});
