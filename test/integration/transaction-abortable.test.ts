/** A broker that asks for a transaction to be aborted is obeyed: its records are processed again, and nothing ends. */
import { expect, it, vi } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { verifiedOnly } from './abortable.js';
import { applications, produce, readUntil } from './application-fixture.js';
import { DataClients } from './data-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();

it('TRANSACTION_ABORTABLE of a broker gives up the transaction, which is processed again, each record once', async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const builder = new StreamsBuilder();
  builder
    .stream(input, STRINGS)
    .groupByKey()
    .count({ store: 'counts' })
    .toStream()
    .mapValues((count) => String(count))
    .to(output, STRINGS);
  const warnings: string[] = [];
  const streams = apps.start(builder.build(), {
    applicationId: uniqueName('abortable'),
    processingGuarantee: 'exactly_once_v2',
    stateStoreCacheMaxBytes: 0,
    logger: {
      ...silentLogger,
      warn: (message, details) => warnings.push(`${message} ${JSON.stringify(details)}`),
    },
  });
  await streams.start();
  await produce(input, [['k', 'a']]);
  await readUntil(output, (_, value) => String(value) === '1');
  const provoked = verifiedOnly(3);
  try {
    await produce(input, [
      ['k', 'b'],
      ['k', 'c'],
    ]);
    await readUntil(output, (_, value) => String(value) === '3');
    expect(provoked()).toBe(3);
  } finally {
    vi.restoreAllMocks();
  }
  expect(streams.state).toBe('RUNNING');
  const givenUp = warnings.filter((line) => line.startsWith('a transaction was given up'));
  expect(givenUp.length).toBeGreaterThan(0);
  for (const line of givenUp) expect(line).toContain('TRANSACTION_ABORTABLE');
  await produce(input, [['k', 'd']]);
  await readUntil(output, (_, value) => String(value) === '4');
  const clients = new DataClients();
  try {
    const { records } = await clients.readToEnd(output);
    expect(records.map(({ value }) => value)).toEqual(['1', '2', '3', '4']);
  } finally {
    await clients.close();
  }
});
