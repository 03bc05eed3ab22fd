/** A service that is told to stop while it is still starting ends as cleanly as one that runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { brokers, createTopic, uniqueName } from './kafka.js';

let stateDir: string;
let topic: string;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'close-during-start-'));
  topic = await createTopic('input');
});
afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

// From before the first answer of a broker to about where the first assignment comes.
test.each([0, 1, 5, 20, 50, 100, 200])('close() %i ms after start()', async (delay) => {
  const builder = new StreamsBuilder();
  builder.stream(topic, { key: serdes.string(), value: serdes.string() }).groupByKey().count();
  const streams = new KafkaStreams(builder.build(), {
    applicationId: uniqueName('early'),
    kafka: { brokers: brokers() },
    stateDir,
  });
  const started = streams.start();
  await sleep(delay);
  await streams.close({ timeout: '20s' });
  await started;
  await streams.closed;
  expect(streams.state).toBe('NOT_RUNNING');
  expect(streams.error).toBeNull();
});
