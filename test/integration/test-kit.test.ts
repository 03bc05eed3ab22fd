import { existsSync } from 'node:fs';
import { ConfigResourceTypes } from 'kafkajs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { KafkaStreams, serdes, silentLogger, StreamsBuilder, type Topology } from '../../src/index.js';
import { startTestKit, type TestKit } from '../../src/testing.js';
import '../../src/vitest.js';
import { administration, applications } from './application-fixture.js';
import { brokers, uniqueTopic } from './kafka.js';

const words = { key: serdes.string(), value: serdes.string() };
const counts = { key: serdes.string(), value: serdes.long() };
const admin = administration();
const state = applications();
const kit = (timeout: `${bigint}s` = '30s'): Promise<TestKit> =>
  startTestKit({ kafka: { brokers: brokers() }, timeout });

function wordCount(from: string, to: string): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(from, words)
    .mapValues((word) => {
      if (word === 'bad') throw new Error('a bad word');
      return word;
    })
    .groupBy((word) => word, words)
    .count({ store: 'counted' })
    .toStream()
    .to(to);
  return builder.build();
}

test('an application from its topics to its removal', async () => {
  const open = await kit();
  const input = await open.freshTopic('words', { ...words, partitions: 2 });
  const output = await open.freshTopic('counts', counts);
  const applicationId = open.fresh('word-count');
  const streams = await open.run(wordCount(input.name, output.name), { applicationId });
  expect(streams.state).toBe('RUNNING');
  expect(existsSync(open.stateDir)).toBe(true);

  await input.pipeKeyValues([
    ['a', 'mill'],
    ['b', 'race'],
  ]);
  await input.pipe(null, 'mill', { timestamp: 5, partition: 1, headers: [['h', Buffer.from('1')]] });
  const table = expect(output).toYieldTable({ mill: 2, race: 1 });
  expectTypeOf(table).toEqualTypeOf<Promise<void>>();
  await table;
  await input.pipeValues(['wheel', 'race', 'wheel']);
  const rows = await output.readTable((read) => read.get('wheel') === 2 && read.get('race') === 2);
  expect(rows).toEqual(new Map([['wheel', 2], ['race', 2]])); // prettier-ignore
  // Nothing of what a test writes is deleted for its age.
  const topic = { type: ConfigResourceTypes.TOPIC, name: input.name, configNames: ['retention.ms'] };
  const { resources } = await admin().describeConfigs({ includeSynonyms: false, resources: [topic] });
  expect(resources[0]?.configEntries).toMatchObject([{ configName: 'retention.ms', configValue: '-1' }]);
  // The input is a topic as any other.
  const [piped] = await input
    .readRecords((records) => records.length === 6)
    .then((all) => all.filter((one) => one.timestamp === 5));
  expect(piped).toEqual({ key: null, value: 'mill', timestamp: 5, headers: [['h', Buffer.from('1')]] });

  expect((await admin().listTopics()).filter((topic) => topic.startsWith(applicationId))).toHaveLength(2);
  await open.close();
  expect(streams.state).toBe('NOT_RUNNING');
  expect(existsSync(open.stateDir)).toBe(false);
  const left = [applicationId, input.name, output.name];
  expect((await admin().listTopics()).filter((topic) => left.some((name) => topic.startsWith(name)))).toEqual([]);
  const { groups } = await admin().listGroups();
  expect(groups.filter(({ groupId }) => groupId === applicationId)).toEqual([]);
});

describe('what goes wrong is told', () => {
  test('what did not come, with what came instead', async () => {
    await using open = await kit();
    const topic = await open.freshTopic('counts', counts);
    await topic.pipe('mill', 7);
    await expect(topic.readKeyValues(2, { timeout: '500ms' })).rejects.toMatchObject({
      code: 'TEST_TIMED_OUT',
      message: expect.stringMatching(/did not bring 2 records within 500 ms; 1 records came:\n {2}"mill": 7/) as string,
    });
    // And stays to be read, one by one.
    await topic.pipe('race', 8);
    expect(await topic.readKeyValues(1)).toEqual([['mill', 7]]);
    expect(await topic.readValues(1)).toEqual([8]);
  });

  test('what the application failed with, to who waits for its results', async () => {
    await using open = await kit();
    const input = await open.freshTopic('words', words);
    const output = await open.freshTopic('counts', counts);
    await open.run(wordCount(input.name, output.name), { logger: silentLogger });
    await input.pipe(null, 'bad');
    await expect(output.readRecords(1)).rejects.toMatchObject({ code: 'PROCESSING_FAILED' });
  });

  test('else close() tells it', async () => {
    const open = await kit();
    const input = await open.freshTopic('words', words);
    const output = await open.freshTopic('counts', counts);
    const streams = await open.run(wordCount(input.name, output.name), { logger: silentLogger });
    await input.pipe(null, 'bad');
    await streams.closed;
    await expect(open.close()).rejects.toMatchObject({ code: 'PROCESSING_FAILED' });
  });

  test('an application that the test itself made and did not close', async () => {
    const open = await kit();
    const input = await open.freshTopic('words', words);
    const output = await open.freshTopic('counts', counts);
    const streams = new KafkaStreams(wordCount(input.name, output.name), open.options({ stateDir: state.stateDir() }));
    await streams.start();
    await expect(open.close()).rejects.toThrow(/still has members: close the application/);
    await streams.close();
  });

  test('what never becomes so', async () => {
    await using open = await kit('1s');
    let asked = 0;
    await open.until(() => Promise.resolve(asked++ === 2));
    await expect(open.until(() => asked < 0)).rejects.toMatchObject({
      code: 'TEST_TIMED_OUT',
      message: expect.stringContaining('until() waited 1000 ms in vain for: () => asked < 0') as string,
    });
  });

  test('a topic that is missing, at run()', async () => {
    await using open = await kit();
    await expect(open.run(wordCount(uniqueTopic('none'), 'none'))).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  test('a topic that is there already is not taken, and stays', async () => {
    const open = await kit();
    const first = await open.freshTopic('words', words);
    const second = await kit();
    await expect(second.topic(first.name, words)).rejects.toThrow(/exists already/);
    await second.close();
    expect(await admin().listTopics()).toContain(first.name);
    await open.close();
  });
});

test('topics that an application has created by its option', async () => {
  await using open = await kit();
  const [from, to] = [open.fresh('words'), open.fresh('counts')];
  await open.run(wordCount(from, to), { createTopics: { partitions: 2 } });
  const { topics } = await admin().fetchTopicMetadata({ topics: [from, to] });
  expect(topics.map(({ partitions }) => partitions.length)).toEqual([2, 2]);
});
