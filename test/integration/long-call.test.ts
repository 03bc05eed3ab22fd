/** A function that holds the thread for longer than the session costs time, and nothing else. */
import { expect, test, vi } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const { start } = applications();

test('one call longer than the session: membership stays, the record is committed once, the log names the node', async () => {
  const applicationId = uniqueName('long-call');
  const input = await createTopic('in');
  const warnings: string[] = [];
  const seen: string[] = [];
  const builder = new StreamsBuilder();
  builder
    .stream(input, { key: serdes.string(), value: serdes.string() })
    .mapValues(
      (value) => {
        seen.push(value);
        if (value === 'slow') for (const end = performance.now() + 9_000; performance.now() < end;);
        return value;
      },
      { name: 'dear-call' },
    )
    .filter(() => true, { name: 'behind-it' })
    .foreach(() => undefined);
  const streams = start(builder.build(), {
    applicationId,
    sessionTimeout: '6s',
    logger: { ...silentLogger, warn: (message) => warnings.push(message) },
  });
  const states: string[] = [];
  await streams.start();
  await vi.waitFor(() => {
    expect(streams.state).toBe('RUNNING');
  }, 20_000);
  streams.onStateChange((state) => states.push(state));
  await produce(input, [
    ['k', 'before'],
    ['k', 'slow'],
    ['k', 'behind'],
  ]);
  await vi.waitFor(() => {
    expect(seen).toEqual(['before', 'slow', 'behind']);
  }, 30_000);
  const admin = plainClient().admin();
  await admin.connect();
  await vi.waitFor(async () => {
    const [topic] = await admin.fetchOffsets({ groupId: applicationId, topics: [input] });
    expect(topic?.partitions[0]?.offset).toBe('3');
  }, 20_000);
  await admin.disconnect();
  expect(states).toEqual([]);
  expect(seen).toHaveLength(3);
  expect(warnings.filter((text) => text.includes('a function of dear-call held the thread for 9.'))).toHaveLength(1);
  expect(streams.metrics().eventLoop.longestStall).toBeGreaterThan(8_000);
});
