/** Runs the example from end to end: a broker, a registry, a shop that writes a newer schema while the application runs, and a newer application. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { KafkaStreams, MillraceError } from 'millrace';
import { schemaRegistry } from 'millrace/registry';
import { startKafka, startSchemaRegistry, type RunningSchemaRegistry } from 'millrace/testing';
import { after, before, type Schemas } from './schemas.js';
import { totals, type Order, type Total } from './topology.js';

/** What test runners take for "skipped". */
const SKIPPED = 77;

const log = (line: string): void => console.error(line);
const registry = await registryOrNone();
if (registry !== null) {
  try {
    await run(registry.url);
  } finally {
    await registry.stop();
  }
}

async function registryOrNone(): Promise<RunningSchemaRegistry | null> {
  try {
    return await startSchemaRegistry({ log });
  } catch (error) {
    // One that was named must be there; where none was, the machine may have no Java for one.
    if (process.env['SCHEMA_REGISTRY_URL'] !== undefined) throw error;
    if (!MillraceError.is(error) || error.code !== 'LAUNCH_FAILED') throw error;
    log(error.message);
    process.exitCode = SKIPPED;
    return null;
  }
}

async function run(host: string): Promise<void> {
  const applicationId = `avro-orders-${randomUUID().slice(0, 8)}`;
  const topics = { orders: `${applicationId}-orders`, totals: `${applicationId}-totals` };
  const stateDir = mkdtempSync(join(tmpdir(), 'avro-orders-'));
  const broker = await startKafka({ log });
  const client = new Kafka({ clientId: 'avro-orders', brokers: broker.brokers, logLevel: logLevel.ERROR });
  // What others use, in other languages perhaps: Millrace must read what they write, and they what Millrace writes.
  const others = new SchemaRegistry({ host });

  const admin = client.admin();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = client.consumer({ groupId: `${applicationId}-reader`, maxWaitTimeInMs: 100 });
  const seen: Total[] = [];
  try {
    await admin.connect();
    await admin.createTopics({ topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 2 })) });
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topic: topics.totals, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => void seen.push((await others.decode(message.value!)) as Total),
    });

    let streams = await start(before);
    await order(before, { user: 'ann', amount: 5 });
    await print('the application, and orders as it knows them:     ', 5);
    await order(after, { user: 'ann', amount: 7, currency: 'EUR' });
    await print('orders with a currency, which it has never heard of:', 12);
    await streams.close();

    streams = await start(after);
    await order(before, { user: 'ann', amount: 1 });
    await print('a newer application: its old state, an old order:  ', 13);
    await order(after, { user: 'ann', amount: 2, currency: 'NOK' });
    await print('and one with a currency:                            ', 15);
    await streams.close();
  } finally {
    await producer.disconnect();
    await consumer.disconnect();
    const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(applicationId));
    await admin.deleteTopics({ topics: mine });
    await admin.deleteGroups([applicationId, `${applicationId}-reader`]);
    await admin.disconnect();
    await broker.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }

  async function start(schemas: Schemas): Promise<KafkaStreams> {
    const streams = new KafkaStreams(totals(schemaRegistry({ host }), schemas, topics), {
      applicationId,
      kafka: { brokers: broker.brokers },
      stateDir,
      commitInterval: '100ms',
    });
    await streams.start();
    return streams;
  }

  async function order(schemas: Schemas, value: Order): Promise<void> {
    const schema = JSON.stringify(schemas.order);
    const { id } = await others.register({ type: SchemaType.AVRO, schema }, { subject: `${topics.orders}-value` });
    await producer.send({ topic: topics.orders, messages: [{ value: await others.encode(id, value) }] });
  }

  /** Waits until ann has spent so much. */
  async function print(what: string, amount: number): Promise<void> {
    const limit = Date.now() + 60_000;
    while (seen.at(-1)?.amount !== amount) {
      if (Date.now() > limit) throw new Error(`ann has not spent ${amount}, but ${JSON.stringify(seen.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log(what, JSON.stringify(seen.at(-1)));
  }
}
