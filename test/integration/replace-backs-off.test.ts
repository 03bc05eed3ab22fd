/** An instance that fails again and again begins anew ever more slowly, and can be closed meanwhile. */
import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const apps = applications();

it('waits twice as long each time, and no longer when it is closed', async () => {
  const input = await createTopic('poison');
  await produce(input, [['k', 'v']]);
  const builder = new StreamsBuilder();
  builder.stream(input, { key: serdes.string(), value: serdes.string() }).foreach(() => {
    throw new Error('poison');
  });
  const waits: number[] = [];
  const warn = (message: string): void => {
    const wait = /begins anew in (\d+) ms/.exec(message)?.[1];
    if (wait !== undefined) waits.push(Number(wait));
  };
  const streams = apps.start(builder.build(), {
    applicationId: uniqueName('poison'),
    logger: { ...silentLogger, warn },
  });
  const failed: number[] = [];
  streams.onUncaughtError(() => {
    failed.push(performance.now());
    return 'replace';
  });
  await streams.start();
  await until(() => waits.length === 5);
  expect(waits).toEqual([100, 200, 400, 800, 1_600]);
  const [first, , , fourth] = failed as [number, number, number, number];
  expect(fourth - first).toBeGreaterThanOrEqual(700);
  // Within the wait of 1.6 s.
  await streams.close();
  expect(streams.state).toBe('NOT_RUNNING');
  expect(failed).toHaveLength(5);
});
