import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeBroker } from '../../../src/local-kafka/broker-probe.js';
import { findProgram } from '../../../src/local-kafka/find-program.js';
import type { RunningKafka } from '../../../src/local-kafka/options.js';
import { startKafka } from '../../../src/local-kafka/start-kafka.js';
import { createTopic, plainClient, readValues } from '../kafka.js';

const java = (await findProgram('java', ['JAVA_HOME'])) !== undefined && (await findProgram('mvn')) !== undefined;

describe.skipIf(!java && process.env.MILLRACE_TEST_KAFKA !== 'java')('a cluster of three brokers', () => {
  let kafka: RunningKafka;

  beforeAll(async () => {
    // Else a killed broker waits nine seconds for its own old session to end.
    kafka = await startKafka({ brokers: 3, proxies: ['shaky'], properties: { 'broker.session.timeout.ms': '3000' } });
  });

  afterAll(async () => {
    const addresses = kafka.brokers;
    await kafka.stop();
    for (const address of addresses) expect((await probeBroker(address, 2_000)).ready).toBe(false);
  });

  it('is one cluster, whose topics have three copies', async () => {
    expect(kafka.brokers).toHaveLength(3);
    expect(kafka.nodes.map((node) => node.id)).toEqual([1, 2, 3]);
    const topic = await createTopic('copies', { on: kafka.brokers, partitions: 3 });
    const admin = plainClient(kafka.brokers).admin();
    await admin.connect();
    try {
      const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = metadata.topics[0]!.partitions;
      for (const { replicas } of partitions) expect([...replicas].sort()).toEqual([1, 2, 3]);
      for (const { partitionId, leader } of partitions) {
        expect((await kafka.leaderOf(topic, partitionId)).id).toBe(leader);
      }
    } finally {
      await admin.disconnect();
    }
  });

  it('lets a test kill the coordinator: records stay, another one takes over, it comes back on its address', async () => {
    const topic = await createTopic('survivor', { on: kafka.brokers });
    await send(topic, 'before');
    const group = `${topic}-group`;
    const coordinator = await kafka.coordinatorOf(group);
    await coordinator.kill();
    expect(coordinator.isRunning()).toBe(false);
    expect((await probeBroker(coordinator.address, 2_000)).ready).toBe(false);
    expect(await readValues(kafka.brokers, topic, 1)).toEqual(['before']);
    await send(topic, 'between');
    await coordinator.start();
    expect(coordinator.isRunning()).toBe(true);
    expect(await probeBroker(coordinator.address, 5_000)).toMatchObject({
      nodeIds: expect.arrayContaining([coordinator.id]) as number[],
    });
    expect(await readValues(kafka.brokers, topic, 2)).toEqual(['before', 'between']);
  });

  it('freezes one broker and shuts another down in good order', async () => {
    const [first, second] = kafka.nodes as [RunningKafka['nodes'][number], RunningKafka['nodes'][number]];
    await first.pause();
    expect((await probeBroker(first.address, 500)).ready).toBe(false);
    await expect(first.shutDown()).rejects.toThrow('broker 1 is paused: resume it, or kill it');
    expect((await probeBroker(second.address, 5_000)).ready).toBe(true);
    await first.resume();
    await second.restart();
    expect(await probeBroker(second.address, 5_000)).toMatchObject({ ready: true });
  });

  it('is reached through a proxy by who is told its address alone', async () => {
    const proxy = kafka.proxy('shaky');
    expect(proxy.brokers).toHaveLength(3);
    const admin = plainClient(proxy.brokers).admin();
    await admin.connect();
    try {
      const { brokers } = await admin.describeCluster();
      expect(brokers.map(({ host, port }) => `${host}:${port}`).sort()).toEqual([...proxy.brokers].sort());
      expect(proxy.connections()).toContainEqual({ broker: expect.any(Number) as number, clientId: 'witness' });
      const cut = proxy.disturb({ kind: 'refuse' });
      const refused = plainClient(proxy.brokers).admin({ retry: { retries: 0 } });
      await expect(refused.connect()).rejects.toThrow();
      cut.end();
      expect((await probeBroker(kafka.brokers[0]!, 5_000)).ready).toBe(true);
    } finally {
      await admin.disconnect();
    }
  });

  it('goes away as a whole, and comes back with what it had', async () => {
    const topic = await createTopic('all', { on: kafka.brokers });
    await send(topic, 'kept');
    await kafka.control!.kill();
    expect(kafka.nodes.map((node) => node.isRunning())).toEqual([false, false, false]);
    await kafka.control!.start();
    expect(await readValues(kafka.brokers, topic, 1)).toEqual(['kept']);
  });

  async function send(topic: string, value: string): Promise<void> {
    const producer = plainClient(kafka.brokers).producer({ retry: { retries: 12 } });
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: [{ key: 'k', value }] });
    await producer.disconnect();
  }
});
