import { describe, expect, test } from 'vitest';
import type { Admin, NewTopic } from '../../../src/broker/port.js';
import { readConfig } from '../../../src/config.js';
import type { KafkaStreamsOptions } from '../../../src/config/options.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { serdes } from '../../../src/serde/serdes.js';
import { createWantedTopics } from '../../../src/worker/topics/wanted-topics.js';

const text = { key: serdes.string(), value: serdes.string() };

function topology(): ReturnType<StreamsBuilder['build']> {
  const builder = new StreamsBuilder();
  const users = builder.globalTable('users', text);
  builder
    .stream('words', text)
    .merge(builder.stream(/^more-/, text))
    .leftJoin(
      users,
      (word) => word,
      (word) => word,
    ) // prettier-ignore
    .groupBy((word) => word, text)
    .count()
    .toStream()
    .to('counts');
  return builder.build();
}

/** The topics that are created on a cluster that has these. */
async function created(
  createTopics: KafkaStreamsOptions['createTopics'],
  ...there: string[]
): Promise<readonly NewTopic[]> {
  const made: NewTopic[] = [];
  const admin: Pick<Admin, 'describeTopics' | 'createTopics'> = {
    describeTopics: (names) =>
      Promise.resolve(names.filter((topic) => there.includes(topic)).map((topic) => ({ topic, partitions: 3 }))),
    createTopics: (topics) => {
      made.push(...topics);
      return Promise.resolve();
    },
  };
  const options = { applicationId: 'app', kafka: { brokers: ['a:1'] }, logger: silentLogger, createTopics };
  await createWantedTopics(topology(), readConfig(options), admin as Admin);
  return made;
}

describe('createTopics', () => {
  test('by itself nothing is created', async () => {
    expect(await created(undefined)).toEqual([]);
    expect(await created(false)).toEqual([]);
  });

  test('what is named and missing: neither what is internal nor what a pattern matches', async () => {
    const made = await created(true, 'words');
    expect(made.map(({ topic }) => topic).sort()).toEqual(['counts', 'users']);
    expect(made[0]).toMatchObject({ partitions: 1, replicationFactor: -1, config: {} });
  });

  test('as it says', async () => {
    const how = { partitions: 4, replicationFactor: 2, config: { 'retention.ms': '-1' } };
    expect(await created(how, 'words', 'users')).toEqual([{ topic: 'counts', ...how }]);
  });

  test('what makes no sense is refused', () => {
    const problem = (createTopics: unknown): unknown =>
      readConfig({ applicationId: 'app', kafka: { brokers: ['a:1'] }, createTopics } as KafkaStreamsOptions);
    expect(() => problem({ partitions: 0 })).toThrow(/createTopics/);
    expect(() => problem({ partition: 4 })).toThrow(/createTopics/);
    expect(() => problem('yes')).toThrow(/createTopics must be true or/);
  });
});
