import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectKafka, kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../src/broker/kafkajs/kafka-options.js';
import type { Transport } from '../../src/broker/transport.js';
import { metadataRequest } from '../../src/broker/wire/metadata.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { silentLogger } from '../../src/observe/logger.js';
import { createTopic, ownKafka, plainClient, uniqueName } from './kafka.js';

const RIGHT = { username: 'ann', password: 'of green gables' };

let kafka: RunningKafka;
const opened: Transport[] = [];

beforeAll(async () => {
  kafka = await ownKafka({ sasl: RIGHT, properties: { 'broker.session.timeout.ms': '2000' } });
});
afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
});
afterAll(() => kafka.stop());

function transportWith(options: Partial<KafkaOptions> = {}): Transport {
  const transport = kafkajsTransports({ brokers: kafka.brokers, ...options }, silentLogger)('test');
  opened.push(transport);
  return transport;
}

/** A request that any broker answers at once. */
const ping = async (transport: Transport): Promise<number> =>
  (await transport.request(await transport.anyNode(), metadataRequest([]))).length;

describe('credentials', () => {
  const sasl = (password: string): Partial<KafkaOptions> => ({
    brokers: kafka.saslBrokers,
    sasl: { mechanism: 'plain', username: RIGHT.username, password },
  });

  it('let in who has the right ones', async () => {
    const transport = transportWith(sasl(RIGHT.password));
    expect(await ping(transport)).toBeGreaterThan(0);
  });

  it('keep out who has not: fatal, with what to check', async () => {
    await expect(transportWith(sasl('wrong')).connect()).rejects.toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
      message: expect.stringMatching(/did not accept the credentials.*kafka\.sasl/) as string,
    });
    const client = connectKafka(
      { brokers: kafka.saslBrokers, sasl: { mechanism: 'plain', ...RIGHT, password: 'wrong' } },
      silentLogger,
    );
    await expect(client.admin().listTopics()).rejects.toMatchObject({ code: 'BROKER_AUTHENTICATION' });
    await client.close();
  });

  it('are missed by a listener that wants some: the message says where to look', async () => {
    await expect(transportWith({ brokers: kafka.saslBrokers }).connect()).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('wants TLS or SASL') as string,
    });
  });

  it('are refused by a listener that wants none', async () => {
    await expect(transportWith({ ...sasl(RIGHT.password), brokers: kafka.brokers }).connect()).rejects.toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
      message: expect.stringContaining('this port does not use SASL') as string,
    });
  });

  it('by a mechanism that the broker does not have: the message names those that it has', async () => {
    const sasl = { mechanism: 'scram-sha-512', ...RIGHT } as const;
    await expect(transportWith({ brokers: kafka.saslBrokers, sasl }).connect()).rejects.toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      message: expect.stringMatching(/does not offer the SASL mechanism SCRAM-SHA-512 .*; it offers PLAIN$/) as string,
    });
  });
});

it('tells apart topics that are there, were there and never were', async () => {
  const [kept, deleted] = await Promise.all([
    createTopic('kept', { partitions: 3, on: kafka.brokers }),
    createTopic('deleted', { partitions: 2, on: kafka.brokers }),
  ]);
  const transport = transportWith();
  await transport.refresh([kept, deleted, uniqueName('never')]);
  expect([transport.partitionCount(kept), transport.partitionCount(deleted)]).toEqual([3, 2]);
  expect(transport.leaderOf(kept, 2)).toBe(1);
  expect(transport.leaderOf(kept, 3)).toBe(-1);
  const witness = plainClient(kafka.brokers).admin();
  await witness.connect();
  await witness.deleteTopics({ topics: [deleted] });
  await witness.disconnect();
  await expect.poll(async () => (await transport.refresh([]), transport.partitionCount(deleted))).toBe(0);
  // The deleted one is in nobody's way afterwards.
  await transport.refresh([kept]);
  expect(transport.partitionCount(kept)).toBe(3);
});

it('finds coordinators of new groups and transactional ids', async () => {
  const transport = transportWith();
  expect(await transport.coordinatorOf(uniqueName('group'), 'group')).toBe(1);
  expect(await transport.coordinatorOf(uniqueName('id'), 'transaction')).toBe(1);
});

it('costs next to nothing while idle', async () => {
  const transports = Array.from({ length: 5 }, () => transportWith());
  for (const transport of transports) await ping(transport);
  const before = process.cpuUsage();
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { user, system } = process.cpuUsage(before);
  // kafkajs's own timers take some 60 ms of CPU in each second, for each connection.
  expect((user + system) / (performance.now() - start)).toBeLessThan(50);
});

it('gives up a frozen broker in time, and comes back to it', async () => {
  const transport = transportWith({ requestTimeout: 500 });
  await ping(transport);
  await kafka.control?.pause();
  try {
    const asked = performance.now();
    await expect(transport.request(1, metadataRequest([]))).rejects.toMatchObject({ class: 'retriable' });
    expect(performance.now() - asked).toBeLessThan(2_000);
  } finally {
    await kafka.control?.resume();
  }
  expect(await ping(transport)).toBeGreaterThan(0);
});

it('reconnects to a broker that was killed and started again', async () => {
  const transport = transportWith();
  // The broker may have been put out of its cluster while it was frozen.
  await expect.poll(() => ping(transport), { timeout: 20_000 }).toBeGreaterThan(0);
  await kafka.control?.kill();
  await expect(ping(transport)).rejects.toMatchObject({ class: 'retriable' });
  await kafka.control?.start();
  await expect.poll(() => ping(transport), { timeout: 20_000 }).toBeGreaterThan(0);
});
