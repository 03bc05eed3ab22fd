import { afterAll, describe, expect, it } from 'vitest';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import { WireAdmin } from '../../src/broker/wire/admin/wire-admin.js';
import { silentLogger } from '../../src/observe/logger.js';
import { brokers, createTopic, plainClient, uniqueName, uniqueTopic } from './kafka.js';

const admin = new WireAdmin(kafkajsTransports({ brokers: brokers() }, silentLogger));
afterAll(() => admin.close());

/** Writes values with the given timestamps into partition 0, by kafkajs's own producer. */
async function write(topic: string, timestamps: readonly number[]): Promise<void> {
  const producer = plainClient().producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (const timestamp of timestamps) {
      await producer.send({
        topic,
        messages: [{ partition: 0, value: String(timestamp), timestamp: String(timestamp) }],
      });
    }
  } finally {
    await producer.disconnect();
  }
}

describe('admin', () => {
  it('creates topics with partitions and configuration, and finds them again', async () => {
    const [one, two] = [uniqueTopic('admin'), uniqueTopic('admin')];
    const config = { 'cleanup.policy': 'compact', 'segment.bytes': '1048576' };
    await admin.createTopics([
      { topic: one, partitions: 3, replicationFactor: -1, config },
      { topic: two, partitions: 1, replicationFactor: 1, config: {} },
    ]);
    expect(await admin.describeTopics([one, two, uniqueTopic('absent')])).toEqual(
      expect.arrayContaining([
        { topic: one, partitions: 3 },
        { topic: two, partitions: 1 },
      ]) as unknown,
    );
    expect(await admin.describeTopics([])).toEqual([]);
    expect(await admin.topicConfig(one)).toMatchObject({
      ...config,
      'max.message.bytes': expect.any(String) as string,
    });
    expect(await admin.listTopics()).toEqual(expect.arrayContaining([one, two]) as unknown);
  });

  it('takes a topic that exists as created', async () => {
    const topic = await createTopic('admin', { partitions: 2 });
    const fresh = uniqueTopic('admin');
    const wanted = (name: string) => ({ topic: name, partitions: 4, replicationFactor: -1, config: {} });
    await admin.createTopics([wanted(topic), wanted(fresh)]);
    expect(await admin.describeTopics([topic])).toEqual([{ topic, partitions: 2 }]);
    expect(await admin.describeTopics([fresh])).toEqual([{ topic: fresh, partitions: 4 }]);
  });

  it('says what is wrong with a topic that cannot be created', async () => {
    const topic = uniqueTopic('admin');
    const config = { 'no.such.option': '1' };
    await expect(admin.createTopics([{ topic, partitions: 1, replicationFactor: -1, config }])).rejects.toMatchObject({
      class: 'fatal',
      message: expect.stringMatching(/creating topic admin-.*no\.such\.option.*INVALID_CONFIG/) as string,
    });
    await expect(
      admin.createTopics([{ topic: 'not/allowed', partitions: 1, replicationFactor: -1, config: {} }]),
    ).rejects.toMatchObject({ class: 'fatal', message: expect.stringContaining('INVALID_TOPIC_EXCEPTION') as string });
  });

  it('deletes topics; resolves when they are gone, also for one that was never there', async () => {
    const topic = await createTopic('admin');
    await admin.deleteTopics([topic, uniqueTopic('absent')]);
    expect(await admin.describeTopics([topic])).toEqual([]);
    // And the name is free again: a deleted topic must not stay in anybody's metadata.
    await admin.createTopics([{ topic, partitions: 2, replicationFactor: -1, config: {} }]);
    expect(await admin.listOffsets([{ topic, partition: 1 }], 'latest')).toEqual([{ topic, partition: 1, offset: 0 }]);
  });

  it('reports a missing topic by name', async () => {
    const topic = uniqueTopic('absent');
    await expect(admin.topicConfig(topic)).rejects.toMatchObject({ code: 'TOPIC_MISSING', topic });
    await expect(admin.listOffsets([{ topic, partition: 0 }], 'latest')).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      topic,
    });
    const narrow = await createTopic('admin');
    await expect(admin.listOffsets([{ topic: narrow, partition: 7 }], 'latest')).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      partition: 7,
    });
  });

  it('finds offsets: earliest, latest, by time, beyond the end', async () => {
    const topic = await createTopic('admin', { partitions: 2 });
    await write(topic, [1000, 2000, 3000]);
    const both = [
      { topic, partition: 1 },
      { topic, partition: 0 },
    ];
    const offsets = async (at: 'earliest' | 'latest' | number): Promise<number[]> =>
      (await admin.listOffsets(both, at)).map(({ offset }) => offset);
    expect(await offsets('earliest')).toEqual([0, 0]);
    expect(await offsets('latest')).toEqual([0, 3]);
    expect(await offsets(1500)).toEqual([0, 1]);
    expect(await offsets(2000)).toEqual([0, 1]);
    expect(await offsets(9_000_000)).toEqual([0, 3]);
  });

  it('tells the last stable offset from the high watermark', async () => {
    const topic = await createTopic('admin');
    await write(topic, [1]);
    const producer = plainClient().producer({
      transactionalId: uniqueName('open'),
      maxInFlightRequests: 1,
      idempotent: true,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    try {
      await transaction.send({ topic, messages: [{ partition: 0, value: 'open' }] });
      const at = { topic, partition: 0 };
      expect(await admin.listOffsets([at], 'latest', 'committed')).toEqual([{ ...at, offset: 1 }]);
      expect(await admin.listOffsets([at], 'latest', 'uncommitted')).toEqual([{ ...at, offset: 2 }]);
    } finally {
      await transaction.abort();
      await producer.disconnect();
    }
  });

  it('deletes records up to an offset', async () => {
    const topic = await createTopic('admin');
    await write(topic, [1, 2, 3]);
    await admin.deleteRecords([{ topic, partition: 0, offset: 2 }]);
    expect(await admin.listOffsets([{ topic, partition: 0 }], 'earliest')).toEqual([
      { topic, partition: 0, offset: 2 },
    ]);
    await expect(admin.deleteRecords([{ topic, partition: 0, offset: 99 }])).rejects.toMatchObject({
      code: 'OFFSET_OUT_OF_RANGE',
      topic,
      partition: 0,
    });
  });

  it('reads the offsets of a group from outside', async () => {
    const topic = await createTopic('admin', { partitions: 2 });
    const groupId = uniqueName('group');
    const witness = plainClient().admin();
    await witness.connect();
    await witness.setOffsets({ groupId, topic, partitions: [{ partition: 1, offset: '42' }] });
    await witness.disconnect();
    expect(await admin.groupOffsets(groupId)).toEqual([{ topic, partition: 1, offset: 42, metadata: '' }]);
    expect(await admin.groupOffsets(uniqueName('unknown'))).toEqual([]);
  });
});
