/** A task that has records and makes no progress is told of, with what it waits for. */
import { expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();
const SOON = { timeout: 30_000 };

it('a promise, an idle partner and a record that waits to be tried again are told apart', async () => {
  const [promised, left, right, failing] = [
    await createTopic('promised'),
    await createTopic('left'),
    await createTopic('right'),
    await createTopic('failing'),
  ];
  const builder = new StreamsBuilder();
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  builder.stream(promised, STRINGS).process({ get: () => ({ process: () => gate }) });
  builder
    .stream(left, STRINGS)
    .merge(builder.stream(right, STRINGS))
    .foreach(() => undefined);
  builder.stream(failing, STRINGS).foreach(() => {
    throw new Error('not now');
  });
  const lines: string[] = [];
  const streams = apps.start(builder.build(), {
    applicationId: uniqueName('stalls'),
    stallTimeout: '1s',
    maxTaskIdle: '1h',
    asyncDrainTimeout: 0,
    errors: { retry: { attempts: 2, backOff: '1h', maxBackOff: '1h' } },
    logger: { ...silentLogger, warn: (line) => lines.push(line) },
  });
  await streams.start();
  await produce(promised, [['k', 'v']]);
  await produce(left, [['k', 'v']]);
  await produce(failing, [['k', 'v']]);
  const reasons = (): string =>
    streams
      .metrics()
      .stalls.now.map(({ reason }) => reason)
      .sort()
      .join('; ');
  await expect
    .poll(reasons, SOON)
    .toBe(
      [
        'a promise of a processor is waited for',
        'a record at which a function threw waits to be tried again (errors.retry)',
        `records of ${right}-0 are waited for, to be compared with those that are there (maxTaskIdle)`,
      ].join('; '),
    );
  expect(lines.filter((line) => line.includes('has made no progress for'))).toHaveLength(3);
  release();
  await expect.poll(() => streams.metrics().stalls, SOON).toMatchObject({ count: 3, now: [{}, {}] });
});
