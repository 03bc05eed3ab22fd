/** The times of more operators than find room beside one offset, on a real broker, at a restart without the state. */
import { expect, test } from 'vitest';
import { serdes, StreamsBuilder, TimeWindows, type Topology } from '../../src/index.js';
import { applications, readUntil } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const OPERATORS = 220;
// Retention would take what is older.
const START = Math.floor(Date.now() / 1_000_000) * 1_000_000 - 1_000_000;
const apps = applications();

/** Each branch counts one key, and so sees times that no other sees. All stores but one have no changelog. */
function topologyOf(input: string, output: string): Topology {
  const builder = new StreamsBuilder();
  const text = serdes.string();
  const all = builder.stream<string, string>(input, { key: text, value: text });
  for (let i = 0; i < OPERATORS; i++) {
    const counts = all
      .filter((_, key) => key === `k${String(i)}`, { name: `only-${String(i)}` })
      .groupByKey({ name: `group-${String(i)}` })
      .windowedBy(TimeWindows.of({ size: 1000, grace: 0 }))
      .count({
        store: `count-of-one-key-with-a-long-name-${String(i)}`,
        engine: 'memory',
        logging: i === 0 ? {} : false,
      });
    if (i === OPERATORS - 1) {
      counts
        .toStream()
        .map((value, key) => [String(key.window.start - START), String(value)] as const)
        .to(output, { key: text, value: text });
    }
  }
  return builder.build();
}

test('each operator drops late records after a restart as before it', { timeout: 120_000 }, async () => {
  const input = await createTopic('many-in');
  const output = await createTopic('many-out');
  const applicationId = uniqueName('many');
  const last = `k${String(OPERATORS - 1)}`;
  const write = async (...records: readonly (readonly [key: string, time: number])[]): Promise<void> => {
    const producer = plainClient().producer();
    await producer.connect();
    const messages = records.map(([key, time]) => ({ key, value: 'v', timestamp: String(START + time) }));
    await producer.send({ topic: input, messages });
    await producer.disconnect();
  };
  const results = async (until: string): Promise<string[]> => {
    const read: string[] = [];
    await readUntil(output, (key, value) => {
      read.push(`${key}=${String(value)}`);
      return key === until;
    });
    return read;
  };

  const first = apps.start(topologyOf(input, output), { applicationId, autoOffsetReset: 'earliest' });
  await first.start();
  await write(...Array.from({ length: OPERATORS }, (_, i) => [`k${String(i)}`, 10_000 + i] as const));
  expect(await results('10000')).toEqual(['10000=1']);
  await first.close();

  const admin = plainClient().admin();
  await admin.connect();
  const beside = (await admin.fetchOffsets({ groupId: applicationId })).flatMap(({ partitions }) =>
    partitions.map(({ metadata }) => metadata?.length ?? 0),
  );
  await admin.disconnect();
  expect(beside).toHaveLength(2);
  expect(Math.max(...beside)).toBeLessThanOrEqual(4096);
  expect(Math.min(...beside)).toBeGreaterThan(100);

  const second = apps.start(topologyOf(input, output), {
    applicationId,
    autoOffsetReset: 'earliest',
    stateDir: `${apps.stateDir()}-other`,
  });
  await second.start();
  await write([last, 1_000], [last, 20_000]);
  expect(await results('20000')).toEqual(['10000=1', '20000=1']);
});
