import { expect, it } from 'vitest';
import type { Admin, NewTopic } from '../../src/broker/port.js';
import { readConfig } from '../../src/config.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import type { DeadLetter } from '../../src/record/decided.js';
import { exploreGround, type Ground } from '../../src/worker/explore-ground.js';

const TEXT = { key: serdes.string(), value: serdes.string() };

/** A cluster that has topics of two partitions, and makes those that it is asked for. */
class Cluster {
  readonly made: string[] = [];
  readonly letters: unknown[] = [];

  constructor(readonly topics: string[]) {}

  explore(options: Partial<KafkaStreamsOptions> = {}): Promise<Ground> {
    const builder = new StreamsBuilder();
    builder.stream('words', TEXT).groupByKey().count({ store: 'counts' }).toStream().mapValues(String).to('out', TEXT);
    const admin = {
      listTopics: () => Promise.resolve(this.topics),
      describeTopics: (names: readonly string[]) =>
        Promise.resolve(
          names.filter((topic) => this.topics.includes(topic)).map((topic) => ({ topic, partitions: 2 })),
        ),
      createTopics: (topics: readonly NewTopic[]) => {
        for (const { topic } of topics) {
          this.made.push(topic);
          this.topics.push(topic);
        }
        return Promise.resolve();
      },
      topicIds: (names: readonly string[]) => Promise.resolve(new Map(names.map((name) => [name, `id of ${name}`]))),
      topicConfig: () => Promise.resolve({ 'max.message.bytes': '2000' }),
    } as unknown as Admin;
    return exploreGround({
      topology: builder.build(),
      config: readConfig({ applicationId: 'app', kafka: { brokers: ['a:1'] }, logger: silentLogger, ...options }),
      client: { admin: () => admin },
      firstContact: { make: (attempt) => attempt() },
      outsideLetters: { add: (letter, end) => this.letters.push([letter, end]) },
    });
  }
}

it('finds the topics, makes its own, and remembers which ones are meant', async () => {
  const cluster = new Cluster(['words', 'out']);
  const { plan, ids, deadLetters } = await cluster.explore();
  expect(cluster.made).toEqual(['app-counts-changelog']);
  expect(plan.current.partitions.get('words')).toBe(2);
  expect(ids.of('words')).toBe('id of words');
  expect([deadLetters.topic, deadLetters.mostBytes]).toEqual([null, 1_048_588]);
});

it('makes inputs and outputs only where it was told to', async () => {
  await expect(new Cluster(['out']).explore()).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  const cluster = new Cluster([]);
  await cluster.explore({ createTopics: true });
  expect(cluster.made.toSorted()).toEqual(['app-counts-changelog', 'out', 'words']);
});

it('knows the topic of dead letters, and how large they may be', async () => {
  const cluster = new Cluster(['words', 'out']);
  const { deadLetters } = await cluster.explore({ errors: { deadLetterTopic: { name: 'dead' } } });
  expect(cluster.made.toSorted()).toEqual(['app-counts-changelog', 'dead']);
  expect([deadLetters.topic, deadLetters.mostBytes]).toEqual(['dead', 2_000]);
  const letter = { topic: 'dead' } as DeadLetter;
  const end = new Error('the end');
  deadLetters.outside(letter as never, end);
  expect(cluster.letters).toEqual([[letter, end]]);
});
