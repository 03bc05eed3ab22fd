/** Services start beside their broker: whoever is first waits. */
import { afterEach, expect, it, vi } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { freePorts } from '../../src/local-kafka/free-ports.js';
import { startProxy, type KafkaProxy } from '../../src/local-kafka/proxy/proxy.js';
import { loggerFrom, type Logger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';
import { applications, produce } from './application-fixture.js';
import { brokers, createTopic, readValues, uniqueName } from './kafka.js';

const { start } = applications();
let proxy: KafkaProxy | undefined;
let warnings: string[];
let logger: Logger;

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

function listen(): void {
  warnings = [];
  const say = (message: string): void => void warnings.push(message);
  logger = loggerFrom('warn', { debug: say, info: say, warn: say, error: say });
}

function copying(input: string, output: string): Topology {
  const builder = new StreamsBuilder();
  builder.stream(input, { key: serdes.string(), value: serdes.string() }).to(output);
  return builder.build();
}

it('an application that starts before its broker waits for it, and works', async () => {
  listen();
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  await produce(input, [['k', 'v']]);
  proxy = await startProxy({ brokers: brokers() });
  const outage = proxy.disturb({ kind: 'refuse' });
  const streams = start(copying(input, output), {
    applicationId: uniqueName('early'),
    kafka: { brokers: brokers(), socketFactory: proxy.socketFactory },
    logger,
  });
  const started = streams.start();
  await vi.waitFor(() => expect(warnings.length).toBeGreaterThan(0), 10_000);
  expect([...new Set(warnings)]).toEqual(['Kafka does not answer yet; it is tried again']);
  expect(streams.state).toBe('REBALANCING');
  outage.end();
  await started;
  expect(await readValues(brokers(), output, 1)).toEqual(['v']);
  // Before its way to the broker is gone.
  await streams.close();
});

it('is closed at once while it waits', async () => {
  listen();
  const [port] = (await freePorts(1)) as [number];
  const streams = start(copying('in', 'out'), {
    applicationId: uniqueName('early'),
    kafka: { brokers: [`127.0.0.1:${port}`] },
    logger,
  });
  const started = streams.start();
  await vi.waitFor(() => expect(warnings).not.toEqual([]), 10_000);
  await streams.close({ timeout: '5s' });
  await started;
  expect(streams.state).toBe('NOT_RUNNING');
  expect(streams.error).toBeNull();
});

it('says what it tried when the time is over', async () => {
  listen();
  const [port] = (await freePorts(1)) as [number];
  const streams = start(copying('in', 'out'), {
    applicationId: uniqueName('early'),
    kafka: { brokers: [`127.0.0.1:${port}`] },
    startTimeout: '400ms',
    logger,
  });
  await expect(streams.start()).rejects.toMatchObject({
    code: 'BROKER_UNREACHABLE',
    message: expect.stringMatching(
      new RegExp(`^Kafka did not answer in \\d attempts .*startTimeout.*127\\.0\\.0\\.1:${port}.*ECONNREFUSED`),
    ) as string,
  });
  expect(streams.state).toBe('ERROR');
});
