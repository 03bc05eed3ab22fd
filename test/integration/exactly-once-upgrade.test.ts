/** An application whose cluster goes over to the second version of transactions while it runs, on a broker of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import { ByteWriter } from '../../src/broker/wire/byte-writer.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { until } from './application-fixture.js';
import { DataClients } from './data-fixture.js';
import { createTopic, ownKafka, plainClient, uniqueName } from './kafka.js';

let kafka: RunningKafka;
beforeAll(async () => {
  // Formatted as clusters are that were there before Kafka 4.0.
  kafka = await ownKafka({ features: { 'transaction.version': 0 } });
}, 180_000);
afterAll(() => kafka.stop());

test('it counts each record once under both versions, and in between', async () => {
  const on = kafka.brokers;
  const input = await createTopic('in', { on });
  const output = await createTopic('out', { on });
  const stateDir = mkdtempSync(join(tmpdir(), 'upgrade-'));
  const clients = new DataClients(on);
  const producer = plainClient(on).producer();
  await producer.connect();
  const said: string[] = [];
  const builder = new StreamsBuilder();
  builder
    .stream(input, { key: serdes.string(), value: serdes.string() })
    .groupByKey()
    .count({ store: 'n' })
    .toStream()
    .to(output, { value: serdes.json() });
  const streams = new KafkaStreams(builder.build(), {
    applicationId: uniqueName('upgrade'),
    kafka: { brokers: on },
    stateDir,
    stateStoreCacheMaxBytes: 0,
    processingGuarantee: 'exactly_once_v2',
    logger: { ...silentLogger, info: (message) => said.push(message), warn: (message) => said.push(message) },
  });
  try {
    await streams.start();
    let written = 0;
    const write = (): Promise<unknown> =>
      producer.send({ topic: input, messages: [{ key: 'k', value: String(written++) }] });
    const counts = async (): Promise<number[]> =>
      (await clients.readToEnd(output)).records.map(({ value }) => Number(value));
    for (let i = 0; i < 20; i++) await write();
    await until(async () => (await counts()).length === written);
    await upgrade(on);
    while (!said.includes('transactions go on with version 2 of their protocol')) {
      await write();
      await sleep(50);
    }
    for (let i = 0; i < 20; i++) await write();
    await until(async () => (await counts()).length >= written);
    expect(await counts()).toEqual(Array.from({ length: written }, (_, i) => i + 1));
    expect(said.filter((line) => line.includes('given up'))).toEqual([]);
  } finally {
    await streams.close();
    await producer.disconnect();
    await clients.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}, 120_000);

/** `kafka-features.sh upgrade --feature transaction.version=2`, as a request. */
async function upgrade(on: readonly string[]): Promise<void> {
  const transport = kafkajsTransports({ brokers: [...on] }, silentLogger)('admin');
  try {
    await transport.connect();
    const body = new ByteWriter()
      .int32(30_000)
      .compactArray(['transaction.version'], (name, writer) =>
        writer.compactString(name).int16(2).boolean(false).noTags(),
      )
      .noTags()
      .finish();
    const request = { apiKey: 57, apiVersion: 0, apiName: 'UpdateFeatures', body, flexible: true };
    await transport.request(await transport.anyNode(), request);
  } finally {
    await transport.close();
  }
}
