import { describe, expect, it } from 'vitest';
import type { Admin, NewTopic } from '../../../src/broker/port.js';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import type { Topology } from '../../../src/topology/topology.js';
import { inputsOf, prepareTopics, tasksOf } from '../../../src/worker/topics/topic-plan.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const SETTINGS = {
  applicationId: 'app',
  topicConfig: {},
  replicationFactor: -1,
  windowStoreChangelogAdditionalRetentionMs: 86_400_000,
};

/** A cluster as far as an admin shows it. */
class Cluster {
  readonly created: NewTopic[] = [];
  readonly admin: Admin;

  constructor(private readonly topics: Record<string, number>) {
    const admin: Pick<Admin, 'describeTopics' | 'listTopics' | 'createTopics'> = {
      describeTopics: (names) =>
        Promise.resolve(
          names.flatMap((topic) => {
            const partitions = this.topics[topic];
            return partitions === undefined ? [] : [{ topic, partitions }];
          }),
        ),
      listTopics: () => Promise.resolve(Object.keys(this.topics)),
      createTopics: (topics) => {
        for (const topic of topics) {
          if (topic.topic in this.topics) continue;
          this.created.push(topic);
          this.topics[topic.topic] = topic.partitions;
        }
        return Promise.resolve();
      },
    };
    this.admin = admin as Admin;
  }
}

function topologyOf(build: (builder: StreamsBuilder) => void): Topology {
  const builder = new StreamsBuilder();
  build(builder);
  return builder.build();
}

const countByValue = topologyOf((builder) => {
  builder
    .stream('in', STRINGS)
    .groupBy((value) => value, STRINGS)
    .count({ store: 'counts' })
    .toStream()
    .to('out');
});

describe('prepareTopics', () => {
  it('creates internal topics as Kafka Streams configures them', async () => {
    const cluster = new Cluster({ in: 3, out: 1 });
    const plan = await prepareTopics(countByValue, SETTINGS, cluster.admin);
    expect(
      cluster.created.map(({ topic, partitions, config }) => [topic, partitions, config['cleanup.policy']]),
    ).toEqual([
      ['app-counts-repartition', 3, 'delete'],
      ['app-counts-changelog', 3, 'compact'],
    ]);
    expect(tasksOf(plan)).toEqual(['0_0', '0_1', '0_2', '1_0', '1_1', '1_2']);
    expect(inputsOf('1_2', countByValue, plan)).toEqual([
      { topic: 'app-counts-repartition', partition: 2, source: 'counts-repartition-source' },
    ]);
  });

  it('keeps window changelogs a day longer than the store', async () => {
    const cluster = new Cluster({ in: 1, out: 1 });
    const topology = topologyOf((builder) => {
      builder
        .stream('in', STRINGS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
        .count({ store: 'w' })
        .toStream((_, windowed) => windowed.key)
        .to('out', { key: serdes.string() });
    });
    await prepareTopics(topology, SETTINGS, cluster.admin);
    expect(cluster.created[0]?.config).toMatchObject({
      'cleanup.policy': 'compact,delete',
      'retention.ms': String(86_400_000 + 15_000),
    });
  });

  it('finds the topics of a pattern, and not its own', async () => {
    const topology = topologyOf((builder) => {
      builder
        .stream(/in-.*|app-.*/, STRINGS)
        .groupBy((value) => value, STRINGS)
        .count({ store: 'c' });
    });
    const cluster = new Cluster({ 'in-a': 2, 'in-b': 4, other: 9, 'app-c-changelog': 4, 'app-c-repartition': 4 });
    const plan = await prepareTopics(topology, SETTINGS, cluster.admin);
    expect(inputsOf('0_3', topology, plan).map(({ topic }) => topic)).toEqual(['in-b']);
    expect(inputsOf('0_1', topology, plan).map(({ topic }) => topic)).toEqual(['in-a', 'in-b']);
  });

  it.each<[string, Record<string, number>, Topology, string, RegExp]>([
    ['a missing input topic', { out: 1 }, countByValue, 'TOPIC_MISSING', /source topic does not exist: in .*create it/],
    ['a missing output topic', { in: 1 }, countByValue, 'TOPIC_MISSING', /output topic out does not exist; create it/],
    [
      'an internal topic with another number of partitions',
      { in: 3, out: 1, 'app-counts-changelog': 2 },
      countByValue,
      'INTERNAL_TOPIC_INVALID',
      /app-counts-changelog has 2 partitions, but the topology now needs 3, .*\(in has 3\).*use another applicationId/,
    ],
    [
      'a join of topics that are partitioned differently',
      { left: 2, right: 3, out: 1 },
      topologyOf((builder) => {
        builder
          .stream('left', STRINGS)
          .join(builder.table('right', STRINGS), (a, b) => a + b)
          .to('out', STRINGS);
      }),
      'PARTITIONS_MISMATCHED',
      /left: 2, right: 3.*repartition\(\)/,
    ],
  ])('refuses %s', async (_, topics, topology, code, message) => {
    const refused = prepareTopics(topology, SETTINGS, new Cluster(topics).admin);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it('notices when another instance created a topic differently meanwhile', async () => {
    const cluster = new Cluster({ in: 3, out: 1 });
    const create = cluster.admin.createTopics.bind(cluster.admin);
    cluster.admin.createTopics = (topics) => create(topics.map((topic) => ({ ...topic, partitions: 7 })));
    await expect(prepareTopics(countByValue, SETTINGS, cluster.admin)).rejects.toMatchObject({
      code: 'INTERNAL_TOPIC_INVALID',
    });
  });
});
